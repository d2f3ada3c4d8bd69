"""Files at addresses that a caller wrote: fetched with every guard that calls to providers have, and more."""

import base64
from typing import NamedTuple
from urllib.parse import urljoin

from routing.bodies import ProviderLimits
from routing.calls import InvalidRequest
from routing.client.addresses import AddressRefused
from routing.client.http import HttpClient
from routing.client.origins import split_url
from routing.errors import ProviderError

LIMITS = ProviderLimits(
    connect_ms=3_000, first_byte_ms=10_000, idle_ms=10_000, total_ms=20_000, max_response_bytes=20 << 20
)
MAX_REDIRECTS = 3
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class RemoteFile(NamedTuple):
    """A file and the media type its server gave."""

    media_type: str
    data: bytes

    def data_uri(self) -> str:
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


async def fetch_file(client: HttpClient, url: str, where: str, *, deadline: float) -> RemoteFile:
    """The file at a URL of a request; `where` names its place there. No credential is sent, each redirect is checked
    like the first address. Raises InvalidRequest, whose sentence says nothing of what was found at the address."""
    for _ in range(MAX_REDIRECTS + 1):
        try:
            origin, path = split_url(url)
            reply = await client.fetch(origin.root, path, limits=LIMITS, deadline=deadline)
        except AddressRefused:
            raise InvalidRequest(f"`{where}` is not a public address; send the file as a data URI.", where) from None
        except ProviderError:
            raise InvalidRequest(f"`{where}` could not be fetched; send the file as a data URI.", where) from None
        if reply.status in _REDIRECTS and (location := reply.headers.get("location")):
            url = urljoin(url, location)
            continue
        if reply.status != 200:
            break
        media_type = (reply.headers.get("content-type") or "").partition(";")[0].strip().lower()
        if not media_type.startswith(("image/", "audio/", "video/", "application/pdf", "text/")):
            raise InvalidRequest(f"`{where}` is no image, audio, video or document.", where)
        return RemoteFile(media_type, reply.body)
    raise InvalidRequest(f"`{where}` could not be fetched; send the file as a data URI.", where)
