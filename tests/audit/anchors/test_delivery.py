"""The outbox: what is published when, and what becomes of it when an anchor, a process or the database's owner does not play along."""

import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from audit.anchors import delivery
from audit.anchors.addresses import read_anchors
from audit.anchors.delivery import FIRST_WAIT, LONGEST_WAIT, deliver_checkpoints
from audit.anchors.interface import AnchorFailed, ConfiguredAnchor, Evidence, Kept
from audit.models import AnchorDelivery, AuditEvent, Checkpoint
from tests.audit.sealing.test_sealed_trail import OURS, as_owner, rebuild, seal, signer, write

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = [OURS.public_key]
State = AnchorDelivery.State


class Remembering:
    """An anchor in memory, which can be away."""

    def __init__(self) -> None:
        self.published: list[int] = []
        self.away = ""
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def publish(self, number: int, _note: str) -> Evidence:
        self.entered.set()
        assert self.go_on.wait(30)
        if self.away:
            raise AnchorFailed(self.away)
        self.published.append(number)
        return {"number": str(number)}

    def held(self, _kept: Iterable[Kept]) -> Iterator[str]:
        return iter(())


@pytest.fixture
def anchor() -> Remembering:
    return Remembering()


def deliver(anchor: Remembering, keys: list[bytes] = KEYS) -> int:
    return deliver_checkpoints([ConfiguredAnchor("memory", "file", "memory", 3_000, anchor)], keys)


def checkpoints(number: int) -> None:
    """Checkpoints of nothing but their number and note, for what only looks at those."""
    Checkpoint.objects.bulk_create(
        Checkpoint(
            number=n, first=0, size=0, at=timezone.now(), root=b"", seq_from=0, xid_from="0", xid_to="0", last_seq=0, leaves=b"",
            frontier=b"", note=str(n), key_id="",
        )
        for n in range(1, number + 1)
    )  # fmt: skip


def an_hour_later() -> None:
    """As far as the outbox knows."""
    AnchorDelivery.objects.update(
        queued_at=timezone.now() - timedelta(hours=1), next_at=timezone.now() - timedelta(hours=1)
    )


def test_the_newest_checkpoint_is_published_and_kept_with_its_evidence(conninfo: str, anchor: Remembering) -> None:
    for _ in range(2):
        write(conninfo, 1)
        seal()
    assert deliver(anchor) == 1
    assert anchor.published == [2], "it covers the one before"
    found = AnchorDelivery.objects.get()
    assert (found.state, found.evidence, found.note) == (
        State.DELIVERED,
        {"number": "2"},
        Checkpoint.objects.get(number=2).note,
    )
    assert deliver(anchor) == 0, "nothing is published twice"


def test_at_most_one_in_a_time_and_the_last_one_always(conninfo: str, anchor: Remembering) -> None:
    for _ in range(3):
        write(conninfo, 1)
        seal()
        deliver(anchor)
    assert anchor.published == [1]
    an_hour_later()
    deliver(anchor)
    assert anchor.published == [1, 3]


def test_an_anchor_that_is_away_rests_longer_each_time_and_blocks_no_seal(conninfo: str, anchor: Remembering) -> None:
    anchor.away = "The anchor is away."
    write(conninfo, 1)
    seal()
    waits = []
    for _ in range(12):
        AnchorDelivery.objects.update(next_at=timezone.now())
        before = timezone.now()
        assert deliver(anchor) == 0
        waits.append(AnchorDelivery.objects.get().next_at - before)
    assert FIRST_WAIT <= waits[0] < waits[1] < waits[2]
    assert LONGEST_WAIT <= waits[-1] < LONGEST_WAIT * 2
    found = AnchorDelivery.objects.get()
    assert (found.attempts, found.answer, found.state) == (12, "The anchor is away.", State.WAITING)
    anchor.away = ""
    assert deliver(anchor) == 0, "it rests"
    write(conninfo, 1)
    assert seal() == 2


def test_one_that_comes_back_gets_the_newest_soon_and_all_in_their_order(
    anchor: Remembering, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(delivery, "_is_ours", lambda _note, _keys: True)
    monkeypatch.setattr(delivery, "SECONDS_OF_A_TURN", 600.0)
    checkpoints(300)
    AnchorDelivery.objects.bulk_create(
        AnchorDelivery(anchor="memory", checkpoint_id=n, queued_at=timezone.now()) for n in range(1, 301)
    )
    anchor.away = "away"
    assert deliver(anchor) == 0
    assert AnchorDelivery.objects.filter(attempts__gt=0).count() == 1, "one is tried, not all that wait"
    an_hour_later()
    anchor.away = ""
    assert deliver(anchor) == 300
    assert anchor.published == [1, 300, *range(2, 300)]


def test_a_turn_ends_in_time(anchor: Remembering, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(delivery, "_is_ours", lambda _note, _keys: True)
    monkeypatch.setattr(delivery, "SECONDS_OF_A_TURN", -1.0)
    checkpoints(3)
    AnchorDelivery.objects.bulk_create(AnchorDelivery(anchor="memory", checkpoint_id=n) for n in (1, 2, 3))
    assert deliver(anchor) == 1
    assert AnchorDelivery.objects.waiting().count() == 2


def test_one_process_delivers_at_a_time(conninfo: str, anchor: Remembering) -> None:
    write(conninfo, 1)
    seal()
    anchor.go_on.clear()

    def other() -> None:
        try:
            deliver(anchor)
        finally:
            connection.close()

    first = threading.Thread(target=other)
    first.start()
    assert anchor.entered.wait(30)
    assert deliver(anchor) == 0
    assert seal() == 0
    write(conninfo, 1)
    assert seal() == 2, "the seal goes on while an anchor takes its time"
    anchor.go_on.set()
    first.join()
    assert anchor.published == [1]


def test_who_is_killed_in_the_middle_delivers_again(conninfo: str, anchor: Remembering, tmp_path: Path) -> None:
    """The anchor has it, and the database was never told: the same is asked again, and kept once."""
    write(conninfo, 1)
    seal()
    (kept,) = read_anchors([f"file://{tmp_path}"], {}.get)
    kept.anchor.publish(1, Checkpoint.objects.get().note)
    (tmp_path / ".checkpoint-000000000001.txt.0123").write_text("half of it")
    assert deliver_checkpoints([kept], KEYS) == 1
    assert len(list(kept.anchor.held([]))) == 1


def test_a_killed_process_leaves_no_lock(conninfo: str, anchor: Remembering) -> None:
    write(conninfo, 1)
    seal()
    with psycopg.connect(conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [delivery._LOCK])
        assert deliver(anchor) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(%(lock)s), pg_advisory_unlock(%(lock)s)", {"lock": delivery._LOCK}
        )  # it has gone
    assert deliver(anchor) == 1


def test_what_nobody_here_signed_is_published_nowhere(conninfo: str, anchor: Remembering) -> None:
    for _ in range(2):
        write(conninfo, 1)
        seal()
        an_hour_later()
        AnchorDelivery.objects.get_or_create(anchor="memory", checkpoint_id=Checkpoint.objects.count())
    as_owner("UPDATE audit_checkpoint SET note = replace(note, 'previous', 'previoux') WHERE number = 1")
    deliver(anchor)
    assert anchor.published == [2], "and holds up nothing"
    assert AnchorDelivery.objects.get(checkpoint=1).state == State.REFUSED
    an_hour_later()
    assert deliver(anchor, [signer(2).public_key]) == 0


def test_what_the_outbox_says_was_delivered_is_not_what_is_published(conninfo: str, anchor: Remembering) -> None:
    """The owner of the database writes a note into the outbox: what is signed is read from the checkpoint."""
    write(conninfo, 1)
    seal()
    AnchorDelivery.objects.create(anchor="memory", checkpoint_id=1, note="forged", evidence={"number": "9"})
    deliver(anchor)
    found = AnchorDelivery.objects.get()
    assert (found.note, found.evidence) == (Checkpoint.objects.get().note, {"number": "1"})


def test_a_rebuilt_trail_is_told_when_it_is_published(conninfo: str, tmp_path: Path) -> None:
    anchors = read_anchors([f"file://{tmp_path}"], {}.get)
    write(conninfo, 2)
    seal()
    assert deliver_checkpoints(anchors, KEYS) == 1
    as_owner(
        "DELETE FROM audit_anchor_delivery",
        "UPDATE audit_event SET model = 'gpt-5.4-mini' WHERE type = 'call.outcome'",
    )
    rebuild(OURS)
    assert deliver_checkpoints(anchors, KEYS) == 0
    found = AnchorDelivery.objects.get()
    assert (found.state, found.answer) == (
        State.DIFFERS,
        "The file %(name)s holds another checkpoint.",
    )
    assert found.facts == {"name": "checkpoint-000000000001.txt"}


def test_a_trail_that_was_rebuilt_under_the_outbox_is_told_at_once(conninfo: str, anchor: Remembering) -> None:
    write(conninfo, 2)
    seal()
    deliver(anchor)
    as_owner("UPDATE audit_event SET model = 'gpt-5.4-mini' WHERE type = 'call.outcome'")
    rebuild(OURS)
    assert deliver(anchor) == 0
    found = AnchorDelivery.objects.get()
    assert (found.state, found.answer) == (
        State.DIFFERS,
        "The checkpoint in the database is not the one that was delivered.",
    )


def test_the_application_may_deliver_and_take_nothing_back(db: None) -> None:
    asked = "SELECT has_table_privilege('govern_app', 'audit_anchor_delivery', %s)"
    column = "SELECT has_column_privilege('govern_app', 'audit_anchor_delivery', %s, 'UPDATE')"
    with connection.cursor() as cursor:
        granted = {}
        for query, word in [(asked, w) for w in ("INSERT", "DELETE")] + [
            (column, w) for w in ("state", "checkpoint_id", "anchor")
        ]:
            cursor.execute(query, [word])
            granted[word] = cursor.fetchone()[0]
    assert granted == {"INSERT": True, "DELETE": False, "state": True, "checkpoint_id": False, "anchor": False}


def test_a_directory_that_cannot_be_written_waits(conninfo: str, tmp_path: Path) -> None:
    anchors = read_anchors([f"file://{tmp_path}/mount"], {}.get)
    write(conninfo, 1)
    seal()
    assert deliver_checkpoints(anchors, KEYS) == 0
    assert "It must exist" in AnchorDelivery.objects.get().answer
    (tmp_path / "mount").mkdir()
    an_hour_later()
    assert deliver_checkpoints(anchors, KEYS) == 1
    assert [found.name for found in (tmp_path / "mount").iterdir()] == ["checkpoint-000000000001.txt"]
    assert AuditEvent.objects.count() == 2
