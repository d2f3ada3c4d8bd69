"""Several workers on one port: one that dies is replaced, and none outlives the process that started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from govern.parts.home import PROJECT
from tests.govern.parts.installation import free_port

PATIENCE_S = 60
SERVING = """
import sys
from govern.parts import web
web.web_program = lambda host, port, workers: [sys.executable, "-c", {worker!r}]
web.CHECK_SECONDS, web.YOUNG_SECONDS = 0.02, {young}
sys.exit(web.serve_in_workers("127.0.0.1", {port}, 2))
"""
LIVES = "import time; time.sleep(60)"


class Web:
    """A web process whose workers do as they are told."""

    def __init__(self, worker: str = LIVES, *, young: float = 0.0) -> None:
        program = SERVING.format(worker=worker, young=young, port=free_port())
        self.process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT)

    def workers(self, number: int = 2) -> list[psutil.Process]:
        """The workers, once there are so many and each runs its program."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = [
                child for child in psutil.Process(self.process.pid).children() if "child.py" not in str(child.cmdline())
            ]
            if len(found) == number and all(LIVES in child.cmdline() for child in found):
                return found
            time.sleep(0.02)
        raise AssertionError("there are not that many workers")


@pytest.fixture
def web() -> Iterator[Web]:
    running = Web()
    yield running
    running.process.kill()
    running.process.wait()


def test_sigterm_ends_all_of_them(web: Web) -> None:
    workers = web.workers()
    web.process.terminate()
    assert web.process.wait(PATIENCE_S) == 0
    assert psutil.wait_procs(workers, PATIENCE_S)[1] == []


def test_a_worker_that_dies_is_replaced(web: Web) -> None:
    dying, other = web.workers()
    dying.kill()
    dying.wait(PATIENCE_S)
    assert other in web.workers()
    assert dying not in web.workers()


def test_workers_do_not_outlive_the_process_that_started_them(web: Web) -> None:
    workers = web.workers()
    web.process.kill()
    assert psutil.wait_procs(workers, PATIENCE_S)[1] == []


def test_workers_that_cannot_begin_end_it() -> None:
    web = Web("raise SystemExit(3)", young=60.0)
    assert web.process.wait(PATIENCE_S) == 1


def test_the_real_thing_serves_with_two_workers(tmp_path: Path) -> None:
    """Both take calls: each has a socket of its own on the port."""
    program = """
import os, sys
from govern.parts import web
async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while (event := await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    said = str(os.getpid()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
    await send({"type": "http.response.body", "body": said})
if __name__ == "__main__":
    web.TARGET = "served:application"
    web.web_program = lambda host, port, workers: [sys.executable, __file__, "--host", host, "--port", str(port), "--workers", str(workers)]
    web.main()
"""
    (tmp_path / "served.py").write_text(program)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{tmp_path}", "GOVERN_HOME": str(tmp_path)}
    command = [sys.executable, str(tmp_path / "served.py"), "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)
    try:
        answered: set[str] = set()
        deadline = time.monotonic() + PATIENCE_S
        while len(answered) < 2 and time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.TransportError):
                answered.add(httpx.get(f"http://127.0.0.1:{port}/").text)
            time.sleep(0.02)
        assert len(answered) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        assert not any(psutil.pid_exists(int(pid)) for pid in answered)
    finally:
        process.kill()
        process.wait()
