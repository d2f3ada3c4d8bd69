"""What a long-lived writer does beside writing, and what it leaves behind."""

import asyncio
import gc

import pytest

from audit.models import TrailInstance
from audit.trail import writer as writer_module
from tests.audit.calls import intent, new_writer, outcome

pytestmark = pytest.mark.django_db(transaction=True)


def test_entries_leave_no_cycles_to_collect(conninfo: str) -> None:
    async def main() -> int:
        writer = new_writer(conninfo)
        await writer.start()
        await writer.submit(intent())
        gc.collect()
        gc.disable()
        try:
            for _ in range(500):
                await writer.submit(outcome())
            return gc.collect()
        finally:
            gc.enable()
            await writer.stop()

    assert asyncio.run(main()) < 50


def test_a_living_instance_is_seen(conninfo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "_SEEN_EVERY_S", 0.05)

    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        await asyncio.sleep(0.3)
        await writer.stop()

    asyncio.run(main())
    instance = TrailInstance.objects.get()
    assert (instance.seen_at - instance.started_at).total_seconds() > 0.05
    assert instance.closed_at is None
