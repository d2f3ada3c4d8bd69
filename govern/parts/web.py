"""The web process: granian serving `govern.asgi`.

    python -m govern.parts.web [--host ADDRESS] [--port PORT] [--workers N]

SIGTERM drains: no new connection is taken, calls under way finish, then the lifespan ends.
"""

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
from importlib import import_module
from typing import Any

from govern.parts.child import die_with
from govern.parts.home import Home

DRAIN_SECONDS = 30
TARGET = "govern.asgi:application"


def web_program(host: str, port: int, workers: int) -> list[str]:
    """The command line of the web process."""
    address = ["--host", host, "--port", str(port)]
    return [sys.executable, "-m", "govern.parts.web", *address, "--workers", str(workers)]


def serve(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM. A worker that dies is replaced; if the replacements die too, this process ends."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        loop=Loops.uvloop,
        runtime_mode=RuntimeModes.mt,
        runtime_threads=1,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=256 * 1024),
        websockets=False,
        backlog=2048,
        backpressure=2048,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_SECONDS,
    ).serve(target_loader=load_application)


def load_application(target: str) -> Any:
    """The ASGI application of `target`, in a worker that ends with the main process: it would keep the port."""
    main_process = multiprocessing.parent_process()
    if main_process is not None and main_process.pid is not None:
        die_with(main_process.pid, signal.SIGTERM)
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve Govern over HTTP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("GOVERN_PORT") or 8000))
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.embedded")
    if options.workers > 1:
        _share_metrics()
    serve(options.host, options.port, options.workers)


def _share_metrics() -> None:
    """Each worker writes its counts into files, and whichever is asked for them adds all of them up."""
    folder = Home.current().run / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


if __name__ == "__main__":
    main()
