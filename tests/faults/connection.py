"""One connection to the gateway, byte by byte: for what no HTTP library would send."""

import json
import socket
from types import TracebackType
from typing import Any

from tests.govern.gateway.installation import HELPDESK

PATIENCE_S = 60
PATH = "/v1/chat/completions"


def body(model: str = "echo", text: str = "Hello there", **more: Any) -> bytes:
    """A chat completion's body."""
    return json.dumps({"model": model, "messages": [{"role": "user", "content": text}], **more}).encode()


def head(*lines: str, version: str = "1.1") -> bytes:
    """The head of a call with more header lines."""
    fixed = [f"POST {PATH} HTTP/{version}", "Host: localhost", f"Authorization: Bearer {HELPDESK}"]
    return "\r\n".join([*fixed, *lines, "", ""]).encode()


def whole(content: bytes, *lines: str, version: str = "1.1") -> bytes:
    """A whole request."""
    return head(*lines, f"Content-Length: {len(content)}", version=version) + content


class Connection:
    """A context manager. What is read raises `TimeoutError` when nothing comes for a minute."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._buffer = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read_until(self, mark: bytes) -> bytes:
        """Everything up to and with `mark`; less when the other side closes first."""
        while mark not in self._buffer:
            data = self.socket.recv(1 << 16)
            if not data:
                break
            self._buffer += data
        at = self._buffer.find(mark)
        end = len(self._buffer) if at < 0 else at + len(mark)
        found, self._buffer = self._buffer[:end], self._buffer[end:]
        return found

    def response(self) -> tuple[int, bytes]:
        """Status and body of the next response that has a length; status 0 when the other side closed."""
        start = self.read_until(b"\r\n\r\n")
        if not start:
            return 0, b""
        length = 0
        for line in start.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        while len(self._buffer) < length:
            data = self.socket.recv(1 << 16)
            if not data:
                break
            self._buffer += data
        content, self._buffer = self._buffer[:length], self._buffer[length:]
        return int(start.split()[1]), content
