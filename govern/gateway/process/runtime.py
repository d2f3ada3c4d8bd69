"""The gateway of one process: what calls share, started and stopped with the server."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections
from psycopg.conninfo import make_conninfo

from audit.payloads.sealing import configured_sealer
from audit.trail.entries import Entry
from audit.trail.orphans import close_orphans
from audit.trail.writer import TrailWriter
from govern.budgets.abandoned import settle_abandoned
from govern.budgets.ledger import BudgetLedger
from govern.gateway.background.looks import Looks
from govern.gateway.cache.answers import CachedAnswers
from govern.gateway.cache.flights import Flights
from govern.gateway.cache.keeping import KeepingAnswers
from govern.gateway.callers.account_users import AccountUsers
from govern.gateway.callers.end_users import EndUserLookup
from govern.gateway.callers.key_use import KeyUse
from govern.gateway.callers.unknown_keys import UnknownKeyCounts
from govern.gateway.process.health import DeploymentHealth
from govern.gateway.process.metrics import GatewayMetrics
from govern.gateway.process.shared_breakers import SharedBreakers
from govern.gateway.process.snapshot import Snapshot, SnapshotLoader
from govern.gateway.process.watching import SnapshotWatcher
from govern.gateway.refusals import Refusal
from govern.gateway.responses.conversations import Conversations
from govern.identity.keyring import keyring
from govern.public_address import public_address
from routing import outcome_model, task_model
from routing.client import HttpClient
from routing.credentials import CredentialHealth

T = TypeVar("T")
MAX_PENDING = 10_000
COMMIT_TIMEOUT_MS = 5_000
PROOFS_AT_ONCE = 2
"""How many receipts a process looks up at once: each costs the trail's database some milliseconds."""
_log = logging.getLogger("govern.gateway")


class Gateway:
    """Snapshot, trail, client and metrics."""

    def __init__(self) -> None:
        url = _conninfo()
        self.overlapped: bool = settings.GOVERN_AUDIT == "overlapped"
        self.digest_key: bytes = settings.GOVERN_DIGEST_KEY
        self.max_body_bytes: int = settings.GOVERN_MAX_BODY_BYTES
        self.metrics = GatewayMetrics()
        self.writer = TrailWriter(
            url, participants=(BudgetLedger(),), max_pending=MAX_PENDING, commit_timeout_ms=COMMIT_TIMEOUT_MS
        )
        loader = SnapshotLoader(
            keyring(), embedded_url=settings.GOVERN_EMBEDDED_MODEL_URL, hash_key=settings.GOVERN_DIGEST_KEY
        )
        self.sealer = configured_sealer()
        self.conversations = Conversations(url, self.sealer)
        self.looks = Looks(self.conversations)
        self.cached_answers = CachedAnswers(url, self.sealer)
        self.flights = Flights()
        self.keeping_answers = KeepingAnswers(self.cached_answers, self.flights)
        self.credentials = CredentialHealth()
        self.shared_breakers = SharedBreakers(url)
        self.health = DeploymentHealth(self.shared_breakers.tell)
        self.key_use = KeyUse(url)
        self.unknown_keys = UnknownKeyCounts(url)
        self.account_users = AccountUsers(url)
        self.end_users = EndUserLookup()
        self._watcher = SnapshotWatcher(url, loader)
        self.client = HttpClient()
        self.proofs = asyncio.Semaphore(PROOFS_AT_ONCE)
        self.loop: asyncio.AbstractEventLoop
        self._closing: asyncio.Task[None] | None = None

    @property
    def snapshot(self) -> Snapshot | None:
        """What is in force; None when nothing is, or when the database has not confirmed it lately."""
        return self._watcher.current

    def _opened_elsewhere(self, deployment: str, seconds: float) -> None:
        """Another process has opened a breaker. Names that no revision has are not kept."""
        snapshot = self.snapshot
        models = snapshot.revision.catalog.values() if snapshot is not None else ()
        if any(deployment == each.name for model in models for each in model.deployments):
            self.health.breakers.open_elsewhere(deployment, seconds)

    def _issuers(self) -> frozenset[str]:
        snapshot = self.snapshot
        return snapshot.revision.issuers if snapshot is not None else frozenset()

    @property
    def ready(self) -> bool:
        """Whether a call would be served now."""
        return self.writer.healthy and self.snapshot is not None

    def submit(self, entry: Entry) -> "asyncio.Future[Entry]":
        """Queues an entry of the trail. Raises `AuditUnavailable`."""
        return self.writer.submit(entry)

    def officer_link(self, refusal: Refusal, host: bytes) -> str | None:
        """Where an officer finds the case of a refusal. host: by which the caller reached the gateway."""
        if refusal.violation_id is None:
            return None
        return f"{public_address(host.decode('latin-1'))}/admin/audit/violation/{refusal.violation_id}/change/"

    async def start(self) -> None:
        """Connects, loads what is in force, and closes what gateways before this one left open.

        Raises `TasksDamaged` or `OutcomesDamaged` where what routing learned is not whole: better now than on a call.
        """
        self.loop = asyncio.get_running_loop()
        task_model.shipped()
        outcome_model.shipped()
        await self.writer.start()
        await self._watcher.start()
        self.shared_breakers.start(self._opened_elsewhere)
        self.key_use.start()
        self.unknown_keys.start()
        self.account_users.start()
        self.end_users.issuers.start(self._issuers)
        if self.writer.healthy:
            self._closing = asyncio.create_task(asyncio.to_thread(_close_abandoned_calls))
        _settle_memory()

    async def stop(self) -> None:
        """Writes what is still to be written, then lets go of everything."""
        if self._closing is not None:
            await asyncio.wait([self._closing])
        await self.writer.stop()
        await self._watcher.stop()
        await self.end_users.issuers.stop()
        await self.shared_breakers.stop()
        await self.key_use.stop()
        await self.unknown_keys.stop()
        await self.account_users.stop()
        self.looks.stop()
        await self.conversations.close()
        await self.keeping_answers.finish()
        await self.cached_answers.close()
        await self.client.close()


def _settle_memory() -> None:
    """What lives now lives until the end: the collector need not look at it again on a call's time, and the rest goes back."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    # Reading the guards' databases leaves 27 MB of holes that no call would ever fill. Not every C library can return them.
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _close_abandoned_calls() -> None:
    try:
        close_orphans(on_close=settle_abandoned)
    except DatabaseError as error:
        _log.warning("Abandoned calls could not be closed now (%s); the worker tries again.", type(error).__name__)
    finally:
        connections.close_all()


def _conninfo() -> str:
    """Where Django's own connection goes: the same database, as the same role."""
    there = connections["default"].settings_dict
    given = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    words = {word: str(there[name]) for word, name in given.items() if there.get(name)}
    said = {word: str(value) for word, value in there.get("OPTIONS", {}).items()}
    return make_conninfo(**{**said, **words, "application_name": "govern gateway"})


_gateway: Gateway | None = None
_lock = threading.Lock()


def current_gateway() -> Gateway | None:
    """The gateway of this process, if it has started."""
    return _gateway


async def start_gateway() -> Gateway:
    """Starts the gateway of this process in the running loop."""
    global _gateway
    gateway = Gateway()
    await gateway.start()
    _gateway = gateway
    return gateway


async def stop_gateway() -> None:
    """Stops the gateway of this process."""
    global _gateway
    gateway, _gateway = _gateway, None
    if gateway is not None:
        await gateway.stop()


def gateway_in_background() -> Gateway:
    """The gateway for servers without a lifespan (WSGI, the test client): started once, in a loop of its own thread."""
    with _lock:
        if _gateway is None:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="govern gateway", daemon=True).start()
            asyncio.run_coroutine_threadsafe(start_gateway(), loop).result()
        assert _gateway is not None
        return _gateway


async def in_gateway_loop(gateway: Gateway, work: Coroutine[Any, Any, T]) -> T:
    """Runs work in the loop that the gateway lives in, from whichever loop the caller is in."""
    if asyncio.get_running_loop() is gateway.loop:
        return await work
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, gateway.loop))
