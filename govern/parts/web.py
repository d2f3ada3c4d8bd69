"""The web process: uvicorn serving `govern.asgi`.

    python -m govern.parts.web [--host ADDRESS] [--port PORT] [--workers N]

SIGTERM drains: no new connection is taken, calls under way finish, then the lifespan ends. Several workers are processes of their own,
each with its own socket on the port (SO_REUSEPORT), between which the kernel deals the connections out.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from govern.parts.home import Home
from govern.parts.processes import CHILD

DRAIN_SECONDS = 30
BACKLOG = 2048
TARGET = "govern.asgi:application"
PROTOCOL = "govern.gateway.doors.http_protocol:BoundedProtocol"
CHECK_SECONDS = 0.5
YOUNG_SECONDS = 10.0
"""A worker that dies before it is older would die again."""


def web_program(host: str, port: int, workers: int) -> list[str]:
    """The command line of the web process."""
    address = ["--host", host, "--port", str(port)]
    return [sys.executable, "-m", "govern.parts.web", *address, "--workers", str(workers)]


def serve(host: str, port: int) -> None:
    """Serve in this process until SIGTERM."""
    import uvicorn

    config = uvicorn.Config(
        TARGET,
        loop="uvloop",
        http=PROTOCOL,
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        backlog=BACKLOG,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[_listening(host, port)])


def _listening(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(address)
    return listening


def serve_in_workers(host: str, port: int, number: int) -> int:
    """Serve in processes of their own until SIGTERM. One that dies is replaced; once one dies young, all end and this returns 1."""
    asked, failed = threading.Event(), False
    for number_of_signal in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number_of_signal, lambda *_: asked.set())
    workers = {_start_worker(host, port): time.monotonic() for _ in range(number)}
    while not asked.wait(CHECK_SECONDS) and not failed:
        for worker, since in list(workers.items()):
            if worker.poll() is not None:
                del workers[worker]
                failed = failed or time.monotonic() - since < YOUNG_SECONDS
                workers[_start_worker(host, port)] = time.monotonic()
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.wait()
    return int(failed)


def _start_worker(host: str, port: int) -> subprocess.Popen[bytes]:
    """A worker that ends with this process: it would keep the port."""
    parent = [str(os.getpid()), str(int(signal.SIGTERM)), "-1"]
    return subprocess.Popen([sys.executable, "-I", str(CHILD), *parent, *web_program(host, port, 1)])


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve Govern over HTTP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("GOVERN_PORT") or 8000))
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.embedded")
    if options.workers > 1:
        _share_metrics()
        sys.exit(serve_in_workers(options.host, options.port, options.workers))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # what uvicorn sends on once it has drained
    serve(options.host, options.port)


def _share_metrics() -> None:
    """Each worker writes its counts into files, and whichever is asked for them adds all of them up."""
    folder = Home.current().run / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


if __name__ == "__main__":
    main()
