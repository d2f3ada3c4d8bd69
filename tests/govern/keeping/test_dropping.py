"""A month goes only when it is old enough, sealed, exported, and under no hold; afterwards the trail still proves itself."""

import base64
import datetime
import json
import os
import threading
import uuid
from hashlib import sha256
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from psycopg.conninfo import make_conninfo

from audit.models import AnchorDelivery, AuditEvent, Checkpoint, DroppedMonth
from audit.retention import archive
from audit.retention.statements import Dropped
from audit.sealing.leaves import event_hash
from audit.sealing.proofs import consistency, inclusion_of
from audit.sealing.tree import Frontier
from audit.verification.trail import verify_trail
from audit.verification.verify import grew, root_of_inclusion
from govern.identity.sealing_key import trail_public_keys
from govern.keeping import dropping
from govern.keeping.dropping import DropRefused, drop_due_months
from govern.keeping.standing import standing
from govern.policy.keeping import LegalHoldBody, Records
from tests.factories.changes import apply, propose, submit
from tests.govern.keeping.old_months import NEXT, OLD, partitions, seal_days_ago, write_calls, write_event

APRIL, MAY = (datetime.datetime(2024, month, 1, tzinfo=datetime.UTC) for month in (4, 5))

pytestmark = pytest.mark.django_db(transaction=True)


def why(partition: str = OLD) -> str | None:
    """Why a month stays."""
    return next(each.why for each in standing() if each.month.partition == partition)


def hold(name: str = "file-1", **records: object) -> None:
    """Puts a hold in force."""
    body = LegalHoldBody(name=name, matter="File 1", reason="Proceedings were announced.", records=Records(**records))  # type: ignore[arg-type]
    apply(submit(propose("Hold", "For the court.", ("legal_hold", body))))


def fault() -> str | None:
    return verify_trail(trail_public_keys()).first_fault


def test_old_months_go_and_the_trail_stays_provable(old_trail: str) -> None:
    kept = AuditEvent.objects.filter(at__year=2024, at__month=4).order_by("seq").first()
    first = Checkpoint.objects.order_by("number").first()
    write_calls(old_trail, "now")
    with pytest.MonkeyPatch.context() as then:
        seal_days_ago(then, 0)
    with transaction.atomic():
        hold(since=APRIL, until=MAY)
    dropped = drop_due_months(actor="olive")
    assert [(each.month, each.events) for each in dropped] == [("2024-03", 8)]
    assert partitions() == {NEXT}
    report = verify_trail(trail_public_keys())
    assert (report.first_fault, report.dropped, report.dropped_months) == (None, 8, ("2024-03",))
    found = inclusion_of(kept) if kept else None
    assert found is not None
    assert root_of_inclusion(found.leaf, found.index, found.checkpoint.size, found.proof) == bytes(
        found.checkpoint.root
    )
    last = Checkpoint.objects.order_by("-number").first()
    assert first is not None
    assert last is not None
    assert first.size < last.size
    assert grew(first.size, bytes(first.root), last.size, bytes(last.root), consistency(first, last))


def test_the_act_is_on_record_with_who_approved(old_trail: str) -> None:
    drop_due_months(actor="olive")
    event = AuditEvent.objects.filter(type="trail.dropped").order_by("seq").first()
    assert event is not None
    assert event.actor == "olive"
    assert (event.body["month"], event.body["events"], event.body["rule"], event.body["days"]) == (
        "2024-03",
        8,
        "records",
        400,
    )
    said = StringIO()
    call_command("audit_verify", stdout=said)
    assert "2024-03" in said.getvalue()
    assert "by records (400 days" in said.getvalue()


def test_the_archive_lets_the_roots_be_computed_again(old_trail: str) -> None:
    (march, _april) = drop_due_months(actor=None)
    file = Path(configured.GOVERN_ARCHIVE) / march.archive
    assert sha256(file.read_bytes()).hexdigest() == march.sha256
    head, *lines, last = [json.loads(line) for line in file.read_text().splitlines()]
    assert last == {"lines": 1 + len(lines)}
    tree = Frontier(head["size"], base64.b64decode(head["frontier"]))
    for line in lines:
        leaves = base64.b64decode(line["leaves"])
        for start in range(0, len(leaves), 40):
            tree.append(leaves[start + 8 : start + 40])
        assert line["checkpoint"].split("\n")[2] == base64.b64encode(tree.root()).decode()


def test_events_of_violations_go_into_the_archive(old_trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_calls(old_trail, "2024-03-11T10:00:00Z", 1, violation_id="0192f0c1-0000-7000-8000-000000000000")
    seal_days_ago(monkeypatch)
    sealed = b"".join(bytes(leaves) for leaves in Checkpoint.objects.values_list("leaves", flat=True))
    (march, _april) = drop_due_months(actor=None)
    lines = (Path(configured.GOVERN_ARCHIVE) / march.archive).read_text().splitlines()
    evidence = [base64.b64decode(found) for line in lines if (found := json.loads(line).get("evidence"))]
    assert len(evidence) == 2
    assert all(event_hash(row) in sealed for row in evidence)


def test_a_call_over_the_border_is_no_orphan_once_half_of_it_went(
    old_trail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(old_trail, autocommit=True) as owner:
        write_event(owner, "2024-03-31T23:59:59Z", "call.intent", other := uuid.uuid4(), "helpdesk", {})
        write_event(owner, "2024-04-01T00:00:01Z", "call.outcome", other, "helpdesk", {})
    seal_days_ago(monkeypatch)
    with transaction.atomic():
        hold(since=APRIL, until=MAY)
    assert [each.month for each in drop_due_months(actor=None)] == ["2024-03"]
    assert fault() is None


def test_a_month_under_a_hold_stays(old_trail: str) -> None:
    with transaction.atomic():
        hold("file-2", applications=("helpdesk",))
    assert (why(OLD), why(NEXT)) == ("held:file-2", "held:file-2")
    assert drop_due_months(actor=None) == []
    assert partitions() == {OLD, NEXT}


def test_a_hold_on_others_keeps_nothing(old_trail: str) -> None:
    with transaction.atomic():
        hold(applications=("risk-engine",))
    assert why() is None


def test_what_is_not_sealed_stays(old_trail: str) -> None:
    write_calls(old_trail, "2024-03-12T10:00:00Z", 1)
    assert why() == "unsealed"


def test_a_clock_that_leaps_ahead_drops_nothing_for_a_day(
    conninfo: str, old_trail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_checkpoint SET at = now() WHERE at < now()")
        cursor.execute("SET session_replication_role = origin")
    assert (why() or "").startswith("young:")


def test_an_open_case_keeps_its_month(old_trail: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_violation (id, application, team, guard, rule, severity, state, count, first_at, last_at, first_call_id,"
            " last_call_id, assignee, due_at) VALUES (gen_random_uuid(), 'helpdesk', 'support', 'pii', 'iban', 'high', 'triaged', 1,"
            " '2024-03-10', '2024-03-10', gen_random_uuid(), gen_random_uuid(), '', now())"
        )
    assert (why(OLD), why(NEXT)) == ("open_case", None)


def test_a_trail_with_a_fault_loses_nothing(old_trail: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE {OLD} SET application = 'another' WHERE seq = (SELECT min(seq) FROM {OLD})")
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(DropRefused, match="was altered"):
        drop_due_months(actor=None)
    assert partitions() == {OLD, NEXT}


def test_without_a_place_for_archives_nothing_goes(old_trail: str, settings: Any) -> None:
    settings.GOVERN_ARCHIVE = ""
    with pytest.raises(DropRefused, match="GOVERN_ARCHIVE"):
        drop_due_months(actor=None)


def test_a_month_that_an_anchor_does_not_cover_stays(old_trail: str, settings: Any) -> None:
    settings.GOVERN_ANCHORS = [SimpleNamespace(name="vault")]
    with pytest.raises(DropRefused, match="the anchor vault has no checkpoint yet that covers 2024-03"):
        drop_due_months(actor=None)
    AnchorDelivery.objects.create(
        anchor="vault",
        checkpoint=Checkpoint.objects.order_by("-number").first(),
        state=AnchorDelivery.State.DELIVERED,
        note="note",
        delivered_at=datetime.datetime.now(datetime.UTC),
    )
    assert len(drop_due_months(actor=None)) == 2


def test_a_full_disk_is_told_and_loses_nothing(old_trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as then:
        then.setattr(os, "fsync", full)
        with pytest.raises(DropRefused, match="2024-03 cannot be written: No space left on device"):
            drop_due_months(actor=None)
    assert partitions() == {OLD, NEXT}
    assert list(Path(configured.GOVERN_ARCHIVE).iterdir()) == []
    assert len(drop_due_months(actor=None)) == 2


def test_what_ends_it_in_the_middle_leaves_the_month(old_trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive is there, and the process is gone before the drop commits."""

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as then:
        then.setattr(dropping, "prove_write", killed)
        with pytest.raises(Killed):
            drop_due_months(actor=None)
    assert (partitions(), DroppedMonth.objects.count(), fault()) == ({OLD, NEXT}, 0, None)
    assert not AuditEvent.objects.filter(type="trail.dropped").exists()
    assert len(drop_due_months(actor=None)) == 2
    assert fault() is None


def test_the_role_that_govern_runs_as_drops_what_may_go(old_trail: str, as_application: None) -> None:
    assert len(drop_due_months(actor=None)) == 2
    assert fault() is None


def test_two_at_once_drop_it_once(old_trail: str) -> None:
    done: list[int] = []

    def drop() -> None:
        try:
            done.append(len(drop_due_months(actor=None)))
        finally:
            connection.close()

    threads = [threading.Thread(target=drop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 2
    assert len(done) == 2
    assert AuditEvent.objects.filter(type="trail.dropped").count() == 2
    assert fault() is None


def test_a_hold_that_is_placed_while_a_drop_runs_comes_first(old_trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the archive was written and before the database is asked."""
    written = archive.write_archive

    def then_held(*arguments: object) -> tuple[str, str]:
        done = written(*arguments)  # type: ignore[arg-type]
        with transaction.atomic():
            hold("file-3")
        return done

    monkeypatch.setattr(dropping, "write_archive", then_held)
    with pytest.raises(DropRefused, match=r"2024-03: the legal hold file-3 covers it"):
        drop_due_months(actor=None)
    assert partitions() == {OLD, NEXT}
    assert not AuditEvent.objects.filter(type="trail.dropped").exists()


def test_a_month_that_is_dropped_behind_governs_back_is_found(old_trail: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {OLD}")
    assert "was deleted" in (fault() or "")


def test_a_statement_that_nobody_signed_excuses_nothing(old_trail: str) -> None:
    drop_due_months(actor=None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_dropped_month SET statement = replace(statement, '\"days\":400', '\"days\":500')")
        cursor.execute("SET session_replication_role = origin")
    assert "nothing that this installation signed" in (fault() or "")


@pytest.mark.parametrize(
    "statement",
    [
        f"DROP TABLE {OLD}",
        f"ALTER TABLE audit_event DETACH PARTITION {OLD}",
        f"DELETE FROM {OLD}",
        "INSERT INTO audit_dropped_month (partition, statement, signature, key_id) VALUES ('x', '', '', '')",
        "DELETE FROM audit_dropped_month",
        "DROP TRIGGER guard_held_removal ON audit_payload",
        "ALTER TABLE audit_payload DISABLE TRIGGER ALL",
        f"""SELECT govern_drop_month('{OLD}', '{{"events": 8}}', '', '')""",
    ],
)
def test_the_applications_role_cannot_drop_by_itself(old_trail: str, statement: str) -> None:
    application = make_conninfo(old_trail, user="govern_app", password=os.environ["GOVERN_DATABASE_APP_PASSWORD"])
    with psycopg.connect(application) as shell, pytest.raises(psycopg.errors.InsufficientPrivilege):
        shell.execute(statement)


def test_the_database_checks_what_it_is_told(old_trail: str) -> None:
    """A process that can prove its writes still cannot drop a month that is held, or say that it held less."""
    with transaction.atomic():
        hold("file-4")
    told = Dropped(
        partition=OLD, month="2024-03", events=0, seqs=(), unpaired=(), rule="records", days=400, revision=1,
        approved_by=("ben",), archive="", sha256="",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="held:file-4"):
        dropping._drop_signed(told, None)


def test_the_command_says_why_months_stay(old_trail: str) -> None:
    said = StringIO()
    call_command("retention", stdout=said)
    assert "2024-03  may go now" in said.getvalue()
    call_command("retention", "--drop", stdout=said)
    assert "2024-03  dropped, 8 events" in said.getvalue()
    assert partitions() == set()
