"""HTTP/2 and HTTP/1.1 over TLS."""

import os
from collections.abc import Sequence

from routing.client.origins import Origin

# One thread carries the connections of a process: more of them cost more than they help, and there are many processes.
os.environ.setdefault("TOKIO_WORKER_THREADS", "1")

from pyqwest import Headers, HTTPTransport, Proxy, Request, Response

IDLE_S = 50.0
MAX_IDLE = 256
NO_PROXY = Proxy("http://127.0.0.1:9", no_proxy="*,0.0.0.0/0,::/0")
"""A proxy for nobody: it keeps the proxies of the environment away, which would resolve names unchecked."""


class SecureTransport:
    """The connections to one origin. Certificates are verified against the system's, and those in `root_certificates`."""

    def __init__(self, origin: Origin, addresses: Sequence[str], *, connect_s: float, root_certificates: bytes | None):
        self._root = origin.root
        self._transport = HTTPTransport(
            tls_ca_cert=root_certificates,
            tls_include_system_certs=True,
            proxy=NO_PROXY,
            connect_timeout=connect_s,
            pool_idle_timeout=IDLE_S,
            pool_max_idle_per_host=MAX_IDLE,
            dns_overrides={origin.host: list(addresses)} if origin.address is None else None,
            follow_redirects=False,
            enable_gzip=False,
            enable_brotli=False,
            enable_zstd=False,
            enable_otel=False,
        )

    async def request(self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes | None) -> Response:
        """The answer, once its head is there."""
        return await self._transport.execute(Request(method, self._root + path, Headers(headers), body))

    async def close(self) -> None:
        """Ends every connection."""
        await self._transport.aclose()
