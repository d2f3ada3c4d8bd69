"""Providers of all kinds on one loopback port that answer every call with the bytes that a test wants, right or wrong."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from routing.providers import PROVIDERS
from tests.govern.gateway.installation import PRICES
from tests.loopback import serve_in_thread

KINDS = sorted(PROVIDERS)
Pieces = Callable[[], Iterator[bytes]]
"""What is sent, piece by piece."""


class AnyProvider:
    """A context manager. `bodies` holds what was asked. Models are named for the kind of provider that serves them."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        """Of each call, with lower-case names."""
        self._pieces: Pieces = lambda: iter(())
        self._head: dict[str, str] = {}
        self._status, self._ends = 200, True
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                provider.answer(self)

            def log_message(self, format: str, *values: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> "AnyProvider":
        serve_in_thread(self._server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def says(
        self, said: bytes | Pieces, content_type: str = "application/json", *, status: int = 200, ends: bool = True
    ) -> None:
        """What every call is answered with from now on. The connection breaks after it unless it `ends` well."""
        self._pieces = (lambda: iter([said])) if isinstance(said, bytes) else said
        self._head = {"content-type": content_type}
        self._status, self._ends = status, ends

    def also_says(self, head: dict[str, str]) -> None:
        """Further headers of every answer."""
        self._head.update(head)

    def sections(self, **limits: int) -> dict[str, Any]:
        """Of a bootstrap file: a provider and a model of each kind."""
        base_url = f"http://127.0.0.1:{self._server.server_port}"
        return {
            "providers": [
                {"name": kind, "kind": kind, "base_url": f"{base_url}/{kind}", "limits": limits} for kind in KINDS
            ],
            "models": [{"name": kind, "max_output_tokens": 1_000, "usd_per_1k": PRICES} for kind in KINDS],
            "deployments": [
                {"model": kind, "provider": kind, "upstream_model": "upstream", "allow_private_address": True}
                for kind in KINDS
            ],
            "routing_policies": [],
        }

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answers one call."""
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        self.bodies.append(handler.rfile.read(int(handler.headers["content-length"])))
        handler.send_response(self._status)
        for name, value in {**self._head, "transfer-encoding": "chunked"}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.close_connection = not self._ends
        try:
            for piece in self._pieces():
                if piece:
                    handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            if self._ends:
                handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            handler.close_connection = True  # the gateway has had enough
