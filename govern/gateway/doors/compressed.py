"""Bodies that their sender compressed: read within the same limit, or refused with what is taken."""

import asyncio
import zlib
from collections.abc import Mapping

from govern.gateway.refusals import Refusal

_WINDOWS = {b"gzip": zlib.MAX_WBITS | 16, b"x-gzip": zlib.MAX_WBITS | 16, b"deflate": zlib.MAX_WBITS}
_AT_ONCE_BYTES = 256 << 10
"""What unfolds to more does so in a thread."""
_MOST_MEMBERS = 16
"""A gzip file may hold several, but a million empty ones are an attack."""
_COMPRESSED_AT_ONCE_BYTES = 64 << 10


async def decompressed(body: bytes, headers: Mapping[bytes, bytes], max_bytes: int) -> bytes:
    """The body as it was before its `content-encoding`. Raises `Refusal`, also where it unfolds to more than `max_bytes`."""
    coding = headers.get(b"content-encoding", b"").strip().lower()
    if coding in (b"", b"identity") or not body:
        return body
    window = _WINDOWS.get(coding)
    if window is None:
        raise Refusal(
            "invalid_request",
            "This `content-encoding` is not taken: send the body as it is, or compressed with gzip or deflate.",
            param="content-encoding",
            status=415,
        )
    if len(body) <= _COMPRESSED_AT_ONCE_BYTES:
        unfolded = _unfolded(body, window, _AT_ONCE_BYTES)
        if unfolded is not None:
            return unfolded
    unfolded = await asyncio.to_thread(_unfolded, body, window, max_bytes)
    if unfolded is None:
        raise Refusal(
            "request_too_large",
            f"The body is larger than {max_bytes} bytes once it is unfolded. Send less, or send files by reference.",
        )
    return unfolded


def _unfolded(body: bytes, window: int, max_bytes: int) -> bytes | None:
    """The body, or None where it is larger. Never takes more room than that. Raises `Refusal`."""
    pieces: list[bytes] = []
    left = max_bytes
    try:
        while body:
            if len(pieces) == _MOST_MEMBERS:
                raise zlib.error
            member = zlib.decompressobj(window)
            piece = member.decompress(body, left + 1)
            left -= len(piece)
            if left < 0:
                return None
            if not member.eof:
                raise zlib.error
            pieces.append(piece)
            body = member.unused_data
    except zlib.error:
        if window == zlib.MAX_WBITS and not pieces:  # some send deflate without its head (RFC 9110, 8.4.1.2)
            return _unfolded(body, -zlib.MAX_WBITS, max_bytes)
        raise Refusal(
            "invalid_request",
            "The body is not what `content-encoding` says: compress all of it, or leave the header out.",
            param="content-encoding",
        ) from None
    return b"".join(pieces)
