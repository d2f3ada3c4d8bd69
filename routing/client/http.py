"""Requests, bounded in time and size."""

import asyncio
import time
from collections.abc import Sequence

from routing.bodies import ProviderLimits
from routing.client.addresses import Resolver, resolve_addresses
from routing.client.decoding import ASKED
from routing.client.plain import PlainTransport
from routing.client.pools import Pool, PoolKey, Pools
from routing.client.replies import (
    TRANSPORT_ERRORS,
    Incoming,
    PlainIncoming,
    Reply,
    SecureIncoming,
    StreamedReply,
    failure,
    too_slow,
    unreachable,
)
from routing.client.watch import TimeWatch
from routing.errors import ProviderError

Headers = Sequence[tuple[str, str]]

DEFAULT_LIMITS = ProviderLimits()


async def _ask(pool: Pool, method: str, path: str, headers: Headers, body: bytes | None) -> Incoming:
    """The answer, once its head is there. Raises ProviderError."""
    transport = pool.transport
    try:
        if isinstance(transport, PlainTransport):
            return PlainIncoming(transport, await transport.request(method, pool.path + path, headers, body))
        return SecureIncoming(await transport.request(method, pool.path + path, headers, body))
    except ValueError:
        raise ProviderError("A header for the provider holds a line break or no Latin text.", sent=False) from None
    except TRANSPORT_ERRORS as error:
        # Both ways out raise an OSError (ConnectionError, TimeoutError) only while they connect.
        raise unreachable(error) if isinstance(error, OSError) else failure(error, answered=False) from None


class HttpClient:
    """One a process, used from one event loop.

    `root_certificates` are PEM, trusted beside the system's. `fetch_private` lets `fetch` reach private addresses; it
    is for a closed test bed only, since callers write these addresses.
    """

    def __init__(
        self,
        *,
        root_certificates: bytes | None = None,
        resolve: Resolver = resolve_addresses,
        fetch_private: bool = False,
    ):
        self._pools = Pools(root_certificates=root_certificates, resolve=resolve)
        self._fetch_pools = Pools(root_certificates=root_certificates, resolve=resolve, max_origins=32)
        self._fetch_private = fetch_private

    async def open(
        self,
        method: str,
        base_url: str,
        path: str = "",
        *,
        headers: Headers = (),
        body: bytes | None = None,
        limits: ProviderLimits = DEFAULT_LIMITS,
        allow_private: bool = False,
        deadline: float,
        fetching: bool = False,
    ) -> StreamedReply:
        """The answer as soon as its head is here, whatever its status; a redirect is an answer. The caller closes it.

        Raises ProviderError.
        """
        pools = self._fetch_pools if fetching else self._pools
        key = PoolKey(base_url, allow_private, limits.connect_ms)
        pool = pools.ready(key) or await pools.open(key)
        total_s = min(limits.total_ms / 1000, deadline - time.monotonic())
        if total_s <= 0:
            raise ProviderError("No time was left to call the provider.", code="provider_timeout", sent=False)
        watch = TimeWatch(phase_s=limits.first_byte_ms / 1000 if limits.first_byte_ms else total_s, total_s=total_s)
        watch.wait()
        try:
            incoming = await _ask(pool, method, path, (*headers, ASKED), body)
        except BaseException as error:
            watch.close()
            if isinstance(error, asyncio.CancelledError) and watch.ended_it():
                raise too_slow(answered=False) from None
            raise
        watch.done()
        watch.next_phase(limits.idle_ms / 1000 if limits.idle_ms else total_s)
        try:
            return StreamedReply(incoming, watch, limits)
        except ProviderError:
            watch.close()
            await incoming.close()
            raise

    async def send(
        self,
        method: str,
        base_url: str,
        path: str = "",
        *,
        headers: Headers = (),
        body: bytes | None = None,
        limits: ProviderLimits = DEFAULT_LIMITS,
        allow_private: bool = False,
        deadline: float,
        fetching: bool = False,
    ) -> Reply:
        """The whole answer, whatever its status; a redirect is an answer. Raises ProviderError."""
        reply = await self.open(
            method,
            base_url,
            path,
            headers=headers,
            body=body,
            limits=limits,
            allow_private=allow_private,
            deadline=deadline,
            fetching=fetching,
        )
        try:
            return Reply(reply.status, reply.headers, await reply.read())
        finally:
            await reply.close()

    async def fetch(self, origin: str, path: str, *, limits: ProviderLimits, deadline: float) -> Reply:
        """A file at an address that a caller wrote, without any credential. Raises ProviderError."""
        return await self.send(
            "GET",
            origin,
            path,
            limits=limits,
            allow_private=self._fetch_private,
            deadline=deadline,
            fetching=True,
        )

    async def close(self) -> None:
        """Ends every connection, those in use included."""
        await self._pools.close()
        await self._fetch_pools.close()
