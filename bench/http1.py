"""As much of HTTP/1.1 as two programs on one machine need: heads, bodies by length, bodies in chunks (RFC 9112)."""

END_OF_HEAD = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


class ProtocolError(Exception):
    """The other side sent something that is not HTTP/1.1 as expected here."""


class Head:
    """The head of a message: its first line, where its body begins, and how the body ends."""

    __slots__ = ("body_at", "chunked", "closes", "first_line", "length")

    def __init__(self, data: bytes | bytearray, end: int) -> None:
        head = bytes(data[:end])
        fields = head.lower()
        self.first_line = head.partition(b"\r\n")[0]
        self.body_at = end + len(END_OF_HEAD)
        self.chunked = b"\r\ntransfer-encoding: chunked" in fields
        self.closes = b"\r\nconnection: close" in fields
        _before, found, after = fields.partition(b"\r\ncontent-length:")
        self.length = int(after.partition(b"\r\n")[0]) if found else 0
        if self.chunked and found:
            raise ProtocolError("a message with both a length and chunks")

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.first_line[9:12])


def head_of(data: bytes | bytearray, searched: int = 0) -> Head | None:
    """The head at the start of `data`, once all of it is there; the first `searched` bytes are known not to hold its end."""
    end = data.find(END_OF_HEAD, max(0, searched - len(END_OF_HEAD) + 1))
    return None if end < 0 else Head(data, end)


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def dechunked(data: bytes | bytearray, at: int) -> bytes:
    """The body whose chunks begin at `at` and are all there. Raises `ProtocolError`."""
    parts: list[bytes] = []
    while True:
        line_end = data.find(b"\r\n", at)
        if line_end < 0:
            raise ProtocolError("a chunk without a size")
        size = int(bytes(data[at:line_end]).partition(b";")[0], 16)
        if size == 0:
            return b"".join(parts)
        at = line_end + 2
        parts.append(bytes(data[at : at + size]))
        at += size + 2
