"""Receivers of events on loopback, which keep what they were sent."""

import datetime
import ipaddress
import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.loopback import serve_in_thread


class HttpReceiver:
    """Answers each request with the next of `statuses`, then with 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.body = b"{}"
        self.most_bytes = 10 << 20
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if len(body) > receiver.most_bytes:
                    status = 413
                if status == 200:
                    receiver.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def events(self) -> list[dict[str, Any]]:
        """What a webhook was told, in order."""
        return [event for _, body in self.requests for event in json.loads(body)["events"]]


@contextmanager
def http_receiver() -> Iterator[HttpReceiver]:
    receiver = HttpReceiver()
    serve_in_thread(receiver.server)
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()


def certificate(folder: Path, name: str = "localhost") -> tuple[str, str]:
    """A certificate that signed itself, and it with its key: PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    alternatives: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    ca, both = folder / f"{name}.pem", folder / f"{name}-key.pem"
    ca.write_bytes(public)
    both.write_bytes(public + secret)
    return str(ca), str(both)


class SyslogReceiver:
    """A syslog server over TLS. `rude`: it resets the connection before it has read anything."""

    def __init__(self, key_file: str) -> None:
        self.read = b""
        self.rude = False
        self.done = threading.Event()
        receiver = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(key_file)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    with context.wrap_socket(self.request, server_side=True) as opened:
                        if receiver.rude:
                            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                            return
                        while part := opened.recv(65536):
                            receiver.read += part
                        opened.unwrap()
                except OSError:
                    pass
                finally:
                    receiver.done.set()

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def messages(self) -> list[bytes]:
        """The frames, by their octet counts (RFC 5425, 4.3)."""
        rest, found = self.read, []
        while rest:
            count, _, rest = rest.partition(b" ")
            found.append(rest[: int(count)])
            rest = rest[int(count) :]
        return found


@contextmanager
def syslog_receiver(key_file: str) -> Iterator[SyslogReceiver]:
    receiver = SyslogReceiver(key_file)
    serve_in_thread(receiver.server)
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
