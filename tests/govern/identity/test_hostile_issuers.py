"""An issuer that drips, floods, redirects or describes itself as another gives no keys, and nobody waits for it without end."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from govern.identity import issuer_keys
from govern.identity.issuer_keys import MOST_BYTES, IssuerKeys, IssuerUnavailable
from tests.loopback import serve_in_thread

Says = Callable[[BaseHTTPRequestHandler, str], None]


def drips(handler: BaseHTTPRequestHandler, url: str) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def floods(handler: BaseHTTPRequestHandler, url: str) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10 * MOST_BYTES // 65_536):
        handler.wfile.write(b" " * 65_536)


def redirects(handler: BaseHTTPRequestHandler, url: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", f"{url}/elsewhere")
    handler.end_headers()


def is_another(handler: BaseHTTPRequestHandler, url: str) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(json.dumps({"issuer": "https://elsewhere.example", "jwks_uri": f"{url}/elsewhere"}).encode())


def keys_inside(handler: BaseHTTPRequestHandler, url: str) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(json.dumps({"issuer": url, "jwks_uri": "http://169.254.169.254/keys"}).encode())


@pytest.fixture
def serve() -> Iterator[Callable[[Says], tuple[str, list[str]]]]:
    servers: list[ThreadingHTTPServer] = []

    def start(says: Says) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                try:
                    says(self, f"http://127.0.0.1:{servers[-1].server_port}")
                except (BrokenPipeError, ConnectionResetError):
                    """Nobody listens any more."""

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        serve_in_thread(servers[-1])
        return f"http://127.0.0.1:{servers[-1].server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (drips, "takes too long"),
        (floods, "says too much"),
        (redirects, "HTTPStatusError"),
        (is_another, "another name"),
        (keys_inside, "by https only"),
    ],
)
def test_no_keys_come_of_it(
    serve: Callable[[Says], tuple[str, list[str]]], says: Says, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if says is drips:
        monkeypatch.setattr(issuer_keys, "TIMEOUT_S", 0.5)
    url, asked = serve(says)
    with pytest.raises(IssuerUnavailable, match=words):
        IssuerKeys(url).read_again()
    assert asked == ["/.well-known/openid-configuration"]
