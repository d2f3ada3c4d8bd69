"""The ways out, one for each origin, each tied to addresses that were checked."""

import asyncio
import time
from typing import NamedTuple

from routing.client.addresses import Resolver, checked_addresses, resolve_addresses
from routing.client.origins import split_url
from routing.client.plain import PlainTransport
from routing.client.secure import SecureTransport

RESOLVE_AGAIN_S = 30.0
"""How long checked addresses are used before the name is resolved again."""
MAX_ORIGINS = 512


class PoolKey(NamedTuple):
    """What a pool depends on."""

    base_url: str
    allow_private: bool
    connect_ms: int


class Pool(NamedTuple):
    """The way to one origin."""

    transport: PlainTransport | SecureTransport
    path: str
    """Path of the base URL."""
    addresses: frozenset[str]
    fresh_until_s: float


class Pools:
    """All ways out of a process. Used from one event loop."""

    def __init__(
        self,
        *,
        root_certificates: bytes | None = None,
        resolve: Resolver = resolve_addresses,
        max_origins: int = MAX_ORIGINS,
    ):
        self._root_certificates = root_certificates
        self._resolve = resolve
        self._max_origins = max_origins
        self._pools: dict[PoolKey, Pool] = {}
        self._opening: dict[PoolKey, asyncio.Lock] = {}

    def ready(self, key: PoolKey) -> Pool | None:
        """The pool, if its addresses are still fresh."""
        pool = self._pools.get(key)
        return pool if pool is not None and pool.fresh_until_s > time.monotonic() else None

    async def open(self, key: PoolKey) -> Pool:
        """The pool, its addresses resolved and checked where needed. Raises AddressRefused and ProviderError."""
        async with self._opening.setdefault(key, asyncio.Lock()):
            if pool := self.ready(key):
                return pool
            origin, path = split_url(key.base_url)
            addresses = await checked_addresses(origin, allow_private=key.allow_private, resolve=self._resolve)
            old = self._pools.pop(key, None)
            if old is not None and old.addresses == set(addresses):
                transport = old.transport
            elif origin.scheme == "http":
                transport = PlainTransport(origin, addresses, connect_s=key.connect_ms / 1000)
            else:
                transport = SecureTransport(
                    origin,
                    addresses,
                    connect_s=key.connect_ms / 1000,
                    root_certificates=self._root_certificates,
                )
            while len(self._pools) >= self._max_origins:
                dropped = next(iter(self._pools))
                del self._pools[dropped]
                self._opening.pop(dropped, None)
            pool = Pool(transport, path, frozenset(addresses), time.monotonic() + RESOLVE_AGAIN_S)
            self._pools[key] = pool
            return pool

    async def close(self) -> None:
        """Ends every connection, those in use included."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            if isinstance(pool.transport, PlainTransport):
                pool.transport.close()
            else:
                await pool.transport.close()
