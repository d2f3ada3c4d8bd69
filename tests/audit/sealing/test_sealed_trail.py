"""A hostile owner of the database, who may switch triggers off, changes a sealed trail: every way is found and named."""

import asyncio
import datetime
import threading
import time
import uuid

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from audit.models import AuditEvent, Checkpoint, TreeNode
from audit.sealing import sealer
from audit.sealing.leaves import COLUMNS
from audit.sealing.notes import NotANote, note_digest, read_note, signers
from audit.sealing.proofs import consistency, inclusion_of
from audit.sealing.sealer import SealingRefused, Signer, seal_all, seal_next
from audit.trail.identifiers import uuid7
from audit.verification.published import Published
from audit.verification.seal import SealReport, check_seal
from audit.verification.verify import grew, root_of_inclusion
from tests.audit.calls import intent, new_writer, outcome

pytestmark = pytest.mark.django_db(transaction=True)


def signer(seed: int = 1, retired: tuple[bytes, ...] = ()) -> Signer:
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return Signer(f"key {seed}", key.public_key().public_bytes_raw(), key.sign, retired)


OURS = signer()


def check(*published: str, by: Signer = OURS) -> SealReport:
    return check_seal([by.public_key, *by.retired], [Published(note, "kept") for note in published])


def write(conninfo: str, calls: int) -> None:
    """As many calls as that, each in a transaction of its own, as a gateway would leave them."""
    with psycopg.connect(conninfo, autocommit=True) as gateway:
        for _ in range(calls):
            gateway.execute(
                "INSERT INTO audit_event (id, call_id, type, application, model, body) SELECT gen_random_uuid(), %(call)s, type,"
                " 'risk-engine', 'gpt-5.4', '{}' FROM unnest(ARRAY['call.intent', 'call.outcome']) type",
                {"call": uuid.UUID(bytes=uuid7())},
            )


def seal(by: Signer = OURS) -> int:
    """Seals everything, once no transaction of another database of the server, such as another test's, runs that began before."""
    wait_for_others()
    return seal_all(by)


def wait_for_others() -> None:
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute(
                "SELECT coalesce((SELECT xid < pg_snapshot_xmin(pg_current_snapshot()) FROM audit_event ORDER BY seq DESC LIMIT 1), true)"
            )
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.1)
    raise AssertionError("another transaction runs for a minute")


@pytest.fixture
def sealed(conninfo: str) -> str:
    """A trail of 30 events under three checkpoints, and where its database is."""
    for _ in range(3):
        write(conninfo, 5)
        assert seal() == 10
    return conninfo


def as_owner(*statements: str) -> None:
    with atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def rebuild(by: Signer) -> None:
    """What the owner of database and signing key can do: everything anew."""
    as_owner("DELETE FROM audit_checkpoint", "DELETE FROM audit_tree_node")
    seal(by)


def seqs() -> list[int]:
    return list(AuditEvent.objects.order_by("xid", "seq").values_list("seq", flat=True))


def test_what_is_sealed_is_as_it_was(sealed: str) -> None:
    report = check()
    assert (report.checkpoints, report.sealed, report.sealed_through, report.first_fault) == (3, 30, max(seqs()), None)
    assert seal() == 0, "nothing is sealed twice"
    statements = [read_note(note) for note in Checkpoint.objects.order_by("number").values_list("note", flat=True)]
    assert [statement.size for statement in statements] == [10, 20, 30]
    assert len({statement.origin for statement in statements}) == 1


def test_what_a_gateway_writes_is_sealed(conninfo: str) -> None:
    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        for _ in range(20):
            call = uuid7()
            await writer.submit(intent(call))
            await writer.submit(outcome(call))
        await writer.stop()

    asyncio.run(main())
    assert seal() == 40
    assert check().first_fault is None


def test_an_empty_trail_has_no_checkpoint() -> None:
    assert seal() == 0
    report = check()
    assert (report.checkpoints, report.sealed, report.sealed_through, report.first_fault) == (0, 0, None, None)


ALL = ", ".join(COLUMNS)
WAYS = {
    "altered": (["UPDATE audit_event SET model = 'another' WHERE seq = {seq}"], "event {seq} of checkpoint 2 was altered"),
    "altered by a blank": (["UPDATE audit_event SET body = '{{ }}' WHERE seq = {seq}"], "event {seq} of checkpoint 2 was altered"),
    "deleted": (["DELETE FROM audit_event WHERE seq = {seq}"], "event {seq} of checkpoint 2 was deleted"),
    "inserted": (
        ["INSERT INTO audit_event (id, type, body, xid) SELECT gen_random_uuid(), type, body, xid FROM audit_event WHERE seq = {seq}"],
        "was inserted among the events of checkpoint 2",
    ),
    "reordered": (
        [
            "CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT * FROM audit_event WHERE seq IN ({seq}, {next})",
            "DELETE FROM audit_event WHERE seq IN ({seq}, {next})",
            f"INSERT INTO audit_event ({ALL}) OVERRIDING SYSTEM VALUE SELECT {{seq}} + {{next}} - {ALL} FROM gone",
        ],
        "events {seq} and {next} of checkpoint 2 were reordered",
    ),
    "moved": (
        ["UPDATE audit_event SET xid = (SELECT max(xid::text::bigint)::text::xid8 FROM audit_event) WHERE seq = {seq}"],
        "event {seq} was moved out of its place in checkpoint 2",
    ),
    "cut off at the end": (["DELETE FROM audit_event WHERE seq > {last}"], "the trail is cut off at the end: event {after}"),
    "a checkpoint gone": (["DELETE FROM audit_checkpoint WHERE number = 2"], "checkpoint 2 is missing"),
    "a checkpoint altered": (["UPDATE audit_checkpoint SET root = sha256('') WHERE number = 2"], "checkpoint 2 is not what was signed"),
    "a note altered": (["UPDATE audit_checkpoint SET note = replace(note, E'\\n20\\n', E'\\n21\\n') WHERE number = 2"], "checkpoint 2 was changed"),
    "leaf hashes altered": (["UPDATE audit_checkpoint SET leaves = (SELECT leaves FROM audit_checkpoint WHERE number = 1) WHERE number = 2"], "checkpoint 2"),
    "event and its leaf hash altered": (
        [
            "UPDATE audit_event SET model = 'another' WHERE seq = {seq}",
            "UPDATE audit_checkpoint SET leaves = overlay(leaves PLACING '\\x00'::bytea FROM 20) WHERE number = 2",
        ],
        "checkpoint 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_change_it_is_found_and_named(sealed: str, way: str) -> None:
    statements, fault = WAYS[way]
    known = seqs()
    words = {"seq": known[12], "next": known[13], "last": known[25], "after": known[26]}
    as_owner(*(statement.format(**words) for statement in statements))
    found = check().first_fault
    assert found is not None
    assert fault.format(**words) in found


@pytest.mark.parametrize("where", ["-5, xid", "{last} + 100, '4611686018427387904'"])
def test_an_event_where_nothing_is_ever_sealed_is_found(sealed: str, where: str) -> None:
    place = where.format(last=max(seqs()))
    as_owner(
        f"INSERT INTO audit_event (id, type, body, seq, xid) OVERRIDING SYSTEM VALUE SELECT gen_random_uuid(), type, body, {place}"
        " FROM audit_event ORDER BY seq LIMIT 1"
    )
    assert "was inserted where nothing is sealed" in str(check().first_fault)


def test_swapped_checkpoints_are_found(sealed: str) -> None:
    as_owner(
        "UPDATE audit_checkpoint SET number = -1 WHERE number = 2",
        "UPDATE audit_checkpoint SET number = 2 WHERE number = 3",
        "UPDATE audit_checkpoint SET number = 3 WHERE number = -1",
    )
    assert "checkpoint 2" in str(check().first_fault)


def test_a_trail_rebuilt_with_another_key_is_found(sealed: str) -> None:
    as_owner("UPDATE audit_event SET model = 'another'")
    rebuild(signer(2))
    assert "signed with key key 2, which is not this installation's" in str(check().first_fault)


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_trail_rebuilt_with_the_signing_key_is_found_by_any_earlier_checkpoint(sealed: str, kept: int) -> None:
    note = Checkpoint.objects.get(number=kept).note
    assert check(note).first_fault is None
    assert check(note).anchored == kept * 10
    as_owner(f"UPDATE audit_event SET model = 'another' WHERE seq = {seqs()[3]}")
    rebuild(OURS)
    assert check().first_fault is None, "the owner of database and key deceives whoever kept nothing"
    assert f"the trail was rebuilt: its first {kept * 10} events" in str(check(note).first_fault)


def test_an_end_cut_off_with_its_checkpoints_is_found_by_what_was_published(sealed: str) -> None:
    last = Checkpoint.objects.get(number=3).note
    as_owner("DELETE FROM audit_checkpoint WHERE number = 3", f"DELETE FROM audit_event WHERE seq > {seqs()[19]}")
    assert check().first_fault is None
    assert "cut off at the end: 20 events are sealed, and the published checkpoint has 30" in str(
        check(last).first_fault
    )
    as_owner("DELETE FROM audit_checkpoint", "DELETE FROM audit_event")
    assert "the trail has no checkpoint, and 30 events were sealed" in str(check(last).first_fault)


def test_a_published_checkpoint_of_somebody_else_is_no_evidence(sealed: str) -> None:
    note = Checkpoint.objects.get(number=3).note
    assert "is not signed by this installation" in str(check(note, by=signer(2)).first_fault)
    assert "cannot be read" in str(check(note.replace("\n30\n", "\n31\n")).first_fault)
    for broken in ("", "\n\n", note[:40], note.replace("\n", "\r\n"), "x" * 100_000, note.replace("time ", "time x")):
        assert "cannot be read" in str(check(broken).first_fault), broken[:50]


def test_missing_nodes_of_the_tree_are_found(conninfo: str) -> None:
    write(conninfo, 140)
    seal()
    assert TreeNode.objects.count() == 1
    assert check().first_fault is None
    as_owner("UPDATE audit_tree_node SET hash = sha256('')")
    assert "a node of the tree at height 8" in str(check().first_fault)


def test_neither_checkpoints_nor_nodes_can_be_rewritten(sealed: str) -> None:
    for statement in (
        "UPDATE audit_checkpoint SET size = 0",
        "DELETE FROM audit_checkpoint",
        "TRUNCATE audit_checkpoint CASCADE",
        "TRUNCATE audit_tree_node",
    ):
        with pytest.raises(DatabaseError, match="append-only"), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_event_that_commits_late_is_sealed_in_its_turn(conninfo: str) -> None:
    """A transaction that began before others and ends after them is waited for: its events never appear below the seal."""
    with psycopg.connect(conninfo) as slow:
        slow.execute("INSERT INTO audit_event (id, type, body) VALUES (gen_random_uuid(), 'slow', '{}')")
        write(conninfo, 5)
        assert seal_all(OURS) == 0, "nothing above a transaction that still runs"
        slow.commit()
    assert seal() == 11
    assert check().first_fault is None


def test_two_sealers_at_once_seal_everything_once(conninfo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "_AT_ONCE", 7)
    write(conninfo, 60)
    counts: list[int] = []

    def seal_beside() -> None:
        counts.append(seal_all(OURS))
        connection.close()

    wait_for_others()
    threads = [threading.Thread(target=seal_beside) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal()
    assert (check().sealed, check().first_fault) == (120, None)
    assert sum(counts) <= 120


def test_a_backlog_is_sealed_in_pieces_and_a_large_transaction_whole(
    conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealer, "_AT_ONCE", 7)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, type, body) SELECT gen_random_uuid(), 'one', '{}' FROM generate_series(1, 20)"
        )
    write(conninfo, 10)
    wait_for_others()
    assert seal_next(OURS) == 20
    assert 0 < seal_next(OURS) <= 7
    seal()
    assert (check().sealed, check().first_fault) == (40, None)


def test_a_replaced_key_goes_on_once_the_old_one_is_named(sealed: str) -> None:
    write(sealed, 2)
    with pytest.raises(SealingRefused, match="GOVERN_RETIRED_SIGNING_KEYS"):
        seal(signer(2))
    new = signer(2, retired=(OURS.public_key,))
    assert seal(new) == 4
    assert check(by=new).first_fault is None
    assert "signed with key key 1" in str(check(by=signer(2)).first_fault)


def test_nothing_is_built_on_a_checkpoint_that_was_changed(sealed: str) -> None:
    write(sealed, 1)
    as_owner("UPDATE audit_checkpoint SET size = 31 WHERE number = 3")
    with pytest.raises(SealingRefused, match="is not what was signed"):
        seal()
    as_owner("UPDATE audit_checkpoint SET note = 'nothing' WHERE number = 3")
    with pytest.raises(SealingRefused, match="was changed"):
        seal()


def test_a_restored_cluster_that_counts_transactions_anew_is_sealed_on(sealed: str) -> None:
    """After a restoration the new events have lower transaction numbers than the sealed ones."""
    write(sealed, 1)
    ahead = 1_000_000_000
    as_owner(
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_tree_node",
        f"UPDATE audit_event SET xid = (xid::text::bigint + {ahead})::text::xid8",
    )
    with connection.cursor() as cursor:  # as if sealed in the cluster before, but for the last call
        cursor.execute("SELECT max(xid::text::bigint) FROM audit_event")
        (last,) = cursor.fetchone()
        found = list(sealer.leaves(cursor, seq_from=0, xid_from=0, xid_to=last))
        sealer._write(OURS, None, found, (0, 0, last), datetime.datetime.now(datetime.UTC))
    left = 32 - len(found)
    assert left > 0
    write(sealed, 3)
    wait_for_others()
    assert seal_next(OURS) == left
    assert check().first_fault is None
    assert seal_next(OURS) == 6
    write(sealed, 2)
    assert seal() == 4
    assert check() == SealReport(checkpoints=4, sealed=42, sealed_through=max(seqs()), anchored=0, first_fault=None)


def test_every_sealed_event_has_a_proof(conninfo: str) -> None:
    for calls in (1, 150, 3, 150):
        write(conninfo, calls)
        seal()
    last = Checkpoint.objects.order_by("-number").first()
    assert last is not None
    for event in AuditEvent.objects.order_by("seq")[::37]:
        for at in (None, last):
            found = inclusion_of(event, at=at)
            assert found is not None
            root = root_of_inclusion(found.leaf, found.index, found.checkpoint.size, found.proof)
            assert root == bytes(found.checkpoint.root)
    write(conninfo, 1)
    assert inclusion_of(AuditEvent.objects.order_by("-seq")[0]) is None, "not sealed yet"


def test_every_checkpoint_grew_out_of_those_before(conninfo: str) -> None:
    for calls in (1, 150, 3, 150):
        write(conninfo, calls)
        seal()
    checkpoints = list(Checkpoint.objects.order_by("number"))
    for at, old in enumerate(checkpoints):
        for new in checkpoints[at:]:
            assert grew(old.size, bytes(old.root), new.size, bytes(new.root), consistency(old, new))


def test_notes_are_signed_notes(sealed: str) -> None:
    first, second, _third = Checkpoint.objects.order_by("number")
    assert signers(first.note, [OURS.public_key]) == [OURS.public_key]
    assert signers(first.note, [signer(2).public_key]) == []
    assert read_note(second.note).previous == note_digest(first.note)
    with pytest.raises(NotANote, match="does not fit"):
        signers(first.note.replace("\n10\n", "\n11\n"), [OURS.public_key])
    witnessed = f"{first.note}— somebody.example/witness AAAAAAAA\n"
    assert signers(witnessed, [OURS.public_key]) == [OURS.public_key], "a witness may sign too"
