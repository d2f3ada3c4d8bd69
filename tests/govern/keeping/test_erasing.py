"""What was said is erased once others have approved: no text is left, no key, and every proof holds."""

import datetime
import os
import uuid
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from psycopg.conninfo import make_conninfo

from audit.models import AuditEvent, AuditPayload
from audit.payloads.content import Content, StoredText, pack
from audit.payloads.sealing import configured_sealer
from audit.payloads.storing import PROMPT, binding
from audit.sealing.proofs import inclusion_of
from audit.trail.end_users import end_user_mark
from audit.verification.trail import verify_trail
from audit.verification.verify import root_of_inclusion
from govern.gateway.responses.expired_responses import remove_expired
from govern.identity.sealing_key import trail_public_keys
from govern.keeping import erasing
from govern.keeping.erasing import EraseRefused, approved_erasure, erase, reach_of
from govern.models import EndUserAccount
from govern.policy.keeping import ErasureBody, LegalHoldBody, Records
from tests.factories.changes import apply, propose, submit
from tests.govern.keeping.old_months import seal_days_ago, write_calls

pytestmark = pytest.mark.django_db(transaction=True)

ANNA, BERT = "anna@example.com", "bert@example.com"
SAID = "the recipe of my grandmother"


def say(conninfo: str, person: str, *, plain: bool = False, application: str = "helpdesk") -> uuid.UUID:
    """A call of somebody whose prompt was kept."""
    named = person if plain else end_user_mark(person)
    (call,) = write_calls(conninfo, "now", 1, application, end_user={"id": named, "verified": True, "by": "token"})
    content = pack(Content("full", (StoredText("user", "messages[0]", SAID),)))
    sealed = configured_sealer().seal(content, bound_to=binding(call.bytes, PROMPT, application))
    AuditPayload.objects.create(
        call_id=call,
        purpose=PROMPT,
        application=application,
        expires_at=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=90),
        **sealed._asdict(),
    )
    return call


def in_force(kind: str, body: Any) -> None:
    with transaction.atomic():
        apply(submit(propose("Records", "Somebody asked.", (kind, body))))


def approve_erasure(**records: Any) -> None:
    in_force("erasure", ErasureBody(name="request-1", reason="A request by letter.", records=Records(**records)))


def hold(**records: Any) -> None:
    in_force(
        "legal_hold",
        LegalHoldBody(name="file-1", matter="File 1", reason="Proceedings began.", records=Records(**records)),
    )


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("erase", *arguments, stdout=said)
    return said.getvalue()


def erase_anna() -> str:
    return run("--approved", "request-1", "--by", "olive", "--reason", "Letter of 12 May", "--end-user", ANNA)


def places_of(text: str) -> list[str]:
    """The tables in which a text stands, as it is or in bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(table)} t WHERE position(%s in t::text) > 0 OR position(%s in t::text) > 0",
                [text, text.encode().hex()],
            )
            if cursor.fetchone() != (0,):
                found.append(table)
    return found


def readable(call: uuid.UUID) -> bool:
    return AuditPayload.objects.readable().filter(call_id=call).exists()


def test_one_person_leaves_no_text_and_no_name_and_proofs_hold(old_trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hers, his = say(old_trail, ANNA), say(old_trail, BERT)
    EndUserAccount.objects.create(account_id=uuid.uuid4(), budget_id=uuid.uuid4(), who=ANNA, by="token")
    seal_days_ago(monkeypatch)
    approve_erasure(end_users=[end_user_mark(ANNA)])
    assert places_of(ANNA) == ["govern_enduseraccount"]
    assert "erased 1 texts of 1 calls" in erase_anna()
    assert (readable(hers), readable(his)) == (False, True)
    tombstone = AuditPayload.objects.get(call_id=hers)
    assert (tombstone.wrapped_key, tombstone.erased_at is None) == (None, False)
    assert places_of(ANNA) == places_of(SAID) == []
    assert verify_trail(trail_public_keys()).first_fault is None
    event = AuditEvent.objects.filter(call_id=hers).order_by("seq").first()
    found = inclusion_of(event) if event else None
    assert found is not None
    proven = root_of_inclusion(found.leaf, found.index, found.checkpoint.size, found.proof)
    assert proven == bytes(found.checkpoint.root)


def test_the_act_is_on_record_without_the_name(old_trail: str) -> None:
    say(old_trail, ANNA)
    approve_erasure(end_users=[end_user_mark(ANNA)])
    erase_anna()
    event = AuditEvent.objects.get(type="payloads.erased")
    assert event.actor == "olive"
    assert (event.body["payloads"], event.body["reason"]) == (1, "Letter of 12 May")
    assert event.body["approved_by"] == ["ben", "cara"]
    assert event.body["records"]["end_users"] == [end_user_mark(ANNA)]


def test_nothing_goes_that_others_have_not_approved(old_trail: str) -> None:
    call = say(old_trail, ANNA)
    with pytest.raises(CommandError, match="no erasure request-1 is in force"):
        erase_anna()
    approve_erasure(end_users=[end_user_mark(BERT)])
    with pytest.raises(CommandError, match="does not name this person"):
        erase_anna()
    with pytest.raises(CommandError, match="approved"):
        run("--end-user", ANNA, "--by", "olive", "--reason", "Letter")
    with pytest.raises(CommandError, match="leave --application"):
        run("--approved", "request-1", "--by", "olive", "--reason", "Letter", "--application", "helpdesk")
    with pytest.raises(CommandError, match="eve is nobody who may propose changes"):
        run("--approved", "request-1", "--by", "eve", "--reason", "Letter")
    assert readable(call)


def test_a_dry_run_counts_and_erases_nothing(old_trail: str) -> None:
    call = say(old_trail, ANNA)
    said = run("--dry-run", "--end-user", ANNA, "--application", "helpdesk", "--from", "2020-01-01")
    assert end_user_mark(ANNA) in said
    assert "would erase 1 texts of 1 calls" in said
    assert "would erase 0 texts" in run("--dry-run", "--application", "risk-engine")
    assert "would erase 0 texts" in run("--dry-run", "--end-user", ANNA, "--to", "2020-01-01")
    assert readable(call)


def test_events_that_name_the_person_are_counted_and_stay(old_trail: str) -> None:
    call = say(old_trail, ANNA, plain=True)
    approve_erasure(end_users=[end_user_mark(ANNA)])
    assert "2 events name the person as they are called" in erase_anna()
    assert not readable(call)


def test_a_hold_beats_an_erasure(old_trail: str) -> None:
    call = say(old_trail, ANNA)
    approve_erasure(applications=["helpdesk"])
    hold(end_users=[end_user_mark(ANNA)])
    with pytest.raises(CommandError, match="the legal hold file-1 covers some of it: nothing was erased"):
        run("--approved", "request-1", "--by", "olive", "--reason", "Letter")
    assert readable(call)
    assert reach_of(Records(applications=("helpdesk",))).held == ("file-1",)


def test_a_hold_that_is_placed_while_an_erasure_runs_stops_it(old_trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After it was asked whether there is one, and before the first key is destroyed."""
    call = say(old_trail, ANNA)
    approve_erasure(applications=["helpdesk"])
    asked = erasing.reach_of

    def then_held(*arguments: Any) -> Any:
        found = asked(*arguments)
        hold()
        return found

    monkeypatch.setattr(erasing, "reach_of", then_held)
    with pytest.raises(EraseRefused, match="The legal hold file-1 covers"):
        erase(approved_erasure("request-1"), names=(), actor="olive", reason="Letter")
    assert readable(call)
    assert not AuditEvent.objects.filter(type="payloads.erased").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_payload SET wrapped_key = NULL, erased_at = now()",
        "DELETE FROM audit_payload",
        "INSERT INTO govern_legalhold (id, name, created_at) VALUES (gen_random_uuid(), 'x', now())",
        "UPDATE govern_legalhold SET active_version_id = NULL",
    ],
)
def test_what_is_held_cannot_be_erased_from_a_database_shell(old_trail: str, statement: str) -> None:
    say(old_trail, ANNA)
    hold(applications=["helpdesk"])
    application = make_conninfo(old_trail, user="govern_app", password=os.environ["GOVERN_DATABASE_APP_PASSWORD"])
    refused = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(application) as shell, pytest.raises(refused):
        shell.execute(statement)


def test_not_even_the_owner_erases_what_is_held(old_trail: str) -> None:
    call = say(old_trail, ANNA)
    hold()
    with pytest.raises(DatabaseError, match="legal hold file-1"):
        AuditPayload.objects.filter(call_id=call).delete()


def test_what_is_held_does_not_run_out(old_trail: str) -> None:
    hers, his = say(old_trail, ANNA), say(old_trail, BERT)
    hold(end_users=[end_user_mark(ANNA)])
    AuditPayload.objects.update(expires_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1))
    remove_expired()
    assert readable(hers)
    assert not AuditPayload.objects.filter(call_id=his).exists()


def test_a_hold_on_somebody_covers_all_where_names_are_recorded(old_trail: str) -> None:
    say(old_trail, BERT, plain=True)
    hold(end_users=[end_user_mark(ANNA)])
    assert reach_of(Records(applications=("helpdesk",))).held == ("file-1",)
