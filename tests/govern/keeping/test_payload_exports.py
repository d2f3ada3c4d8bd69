"""Prompts and answers leave only as others approved: exactly those, by that person, once, and until that day."""

import datetime
import json
import uuid
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from audit.exports import running
from audit.exports.asking import ExportRefused, cancel_export
from audit.exports.links import make_link, use_link
from audit.exports.payloads import approve_with
from audit.models import AuditEvent, AuditPayload, Export
from audit.trail.end_users import end_user_mark
from audit.verification.verify import check_pack
from govern.changes.checks import run_checks
from govern.changes.payload_exports import approval_of_export, export_payloads
from govern.identity.sealing_key import trail_public_keys
from govern.models import PayloadExport, Person
from govern.policy.keeping import Records
from govern.policy.payload_export_body import PayloadExportBody
from govern.tasks import write_export
from tests.audit.exports.packs import sealed
from tests.cast import GROUPS, person
from tests.factories.changes import apply, propose, review, submit
from tests.factories.installation import install_sample
from tests.govern.api.test_governance import as_, post
from tests.govern.keeping.test_erasing import ANNA, BERT, SAID, say

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def said(conninfo: str, tmp_path: Path, settings: Any) -> list[uuid.UUID]:
    """Anna's call and Bert's of the help desk, and one of another application."""
    settings.GOVERN_EXPORTS = tmp_path / "exports"
    install_sample()
    for name in GROUPS:
        person(name)
    calls = [say(conninfo, ANNA), say(conninfo, BERT), say(conninfo, BERT, application="risk-engine")]
    sealed()
    return calls


def body(**fields: Any) -> PayloadExportBody:
    records = {"applications": ("helpdesk",), "since": NOW - DAY, "until": NOW + DAY} | fields.pop("records", {})
    given = {"name": "insurer", "person": "olive", "reason": "The insurer asks for it.", "expires_at": NOW + DAY}
    return PayloadExportBody(**(given | fields), records=Records(**records))


def approved(**fields: Any) -> None:
    with transaction.atomic():
        apply(submit(propose("Export", "The insurer asks.", ("payload_export", body(**fields)))))


def exported(by: str = "olive", name: str = "insurer") -> Export:
    with transaction.atomic():
        export = export_payloads(name=name, formats=["jsonl"], by=person(by))
    return Export.objects.get(pk=export.pk)


def taken(export: Export) -> dict[str, bytes]:
    """What its requester gets."""
    token, _link = make_link(export=export, by=export.asked_by)
    pack = use_link(token=token, by=export.asked_by)
    with ZipFile(BytesIO(pack.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def texts(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["payloads/payloads-00001.jsonl"].splitlines()]


def test_what_was_approved_is_exported_and_nothing_else(said: list[uuid.UUID]) -> None:
    approved()
    export = exported()
    assert (export.state, export.problem) == ("finished", "")
    files = taken(export)
    lines = texts(files)
    assert [line["call_id"] for line in lines] == [str(call) for call in said[:2]]
    assert lines[0]["prompt"] == {
        "level": "full",
        "texts": [{"role": "user", "location": "messages[0]", "text": SAID}],
    }
    manifest, request = json.loads(files["manifest.json"]), json.loads(files["request.json"])
    assert manifest["redaction"].startswith("payloads:")
    assert (request["approval"], request["asked_by"], request["approved_by"]) == ("insurer", "olive", "ben, cara")
    assert SAID.encode() not in b"".join(text for name, text in files.items() if not name.startswith("payloads/"))


def test_the_pack_verifies_and_the_act_is_on_the_record(tmp_path: Path) -> None:
    approved()
    export = exported()
    assert not check_pack(running.pack_of(export), trail_public_keys()).problems
    event = AuditEvent.objects.get(type="payload.exported")
    assert (event.actor, event.fields["approval"], event.fields["approved_by"]) == ("olive", "insurer", ["ben", "cara"])
    assert (event.fields["calls"], event.fields["opened"], event.fields["export"]) == (2, 2, str(export.pk))


def test_people_are_chosen_by_their_marks(said: list[uuid.UUID]) -> None:
    approved(records={"end_users": (end_user_mark(ANNA),)})
    assert [line["call_id"] for line in texts(taken(exported()))] == [str(said[0])]


def test_what_was_erased_leaves_its_tombstone(said: list[uuid.UUID]) -> None:
    AuditPayload.objects.filter(call_id=said[0]).update(wrapped_key=None, erased_at=NOW)
    AuditPayload.objects.filter(call_id=said[1]).update(expires_at=NOW - DAY)
    approved()
    lines = texts(taken(exported()))
    assert [line["prompt"]["tombstone"] for line in lines] == ["erased", "expired"]
    assert AuditEvent.objects.get(type="payload.exported").fields["opened"] == 0


def test_without_an_approval_nobody_gets_any() -> None:
    for by, name in (("olive", "insurer"), ("olive", ""), ("dan", "insurer-4")):
        with pytest.raises(ExportRefused, match="others approve it"):
            exported(by, name)
    change = propose("Export", "The insurer asks.", ("payload_export", body()))
    submit(change)
    with pytest.raises(ExportRefused, match="others approve it"):
        exported()
    assert not Export.objects.exists()


def test_only_the_person_who_is_named_gets_it_and_only_once() -> None:
    approved()
    for other in ("dan", "ben", "amy", "eve"):
        with pytest.raises(ExportRefused, match="others approve it"):
            exported(other)
    export = exported()
    with pytest.raises(ExportRefused, match="good for one export"):
        exported()
    with pytest.raises(ExportRefused):
        make_link(export=export, by="dan")
    token, _link = make_link(export=export, by="olive")
    with pytest.raises(ExportRefused):
        use_link(token=token, by="dan")
    use_link(token=token, by="olive")
    with pytest.raises(ExportRefused):
        use_link(token=token, by="olive")


def test_nobody_runs_what_they_approved_themselves() -> None:
    """Olive has Amy propose it for her, and is one of those who approve."""
    person("olive").groups.add(Group.objects.get(name="approver"))
    with transaction.atomic():
        change = submit(propose("Export", "The insurer asks.", ("payload_export", body())))
        for name in ("olive", "ben", "cara"):
            if change.state == "in_review":
                change = review(change, name)
        apply(change)
    with pytest.raises(ExportRefused, match="You approved this yourself"):
        exported()


def test_what_came_with_the_installation_was_approved_by_nobody() -> None:
    with pytest.raises(ExportRefused, match="time of what was approved is over"):
        exported("olive", "insurer-4")


def test_an_approval_that_has_expired_or_was_taken_back_ends_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    approved()
    export = exported()
    token, _link = make_link(export=export, by="olive")
    with transaction.atomic():
        apply(submit(propose("Take it back", "It is settled.", ("payload_export", "insurer"))))
    with pytest.raises(ExportRefused, match="others approve it"):
        use_link(token=token, by="olive")
    with pytest.raises(ExportRefused, match="others approve it"):
        make_link(export=export, by="olive")
    assert export.expires_at is not None
    assert export.expires_at <= NOW + DAY


def test_a_row_that_was_written_over_widens_nothing(said: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    """An insider with the application's role writes another filter into the export before a worker takes it."""
    approved()
    monkeypatch.setattr("audit.exports.asking._send", lambda export: None)
    export = exported()
    Export.objects.filter(pk=export.pk).update(asked={"types": ["call."]})
    write_export(str(export.pk))
    assert [line["call_id"] for line in texts(taken(Export.objects.get(pk=export.pk)))] == [str(c) for c in said[:2]]


def test_an_ordinary_export_does_not_become_one_with_payloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or one that borrows another person's approval, or an earlier version of it."""
    approved()
    monkeypatch.setattr("audit.exports.asking._send", lambda export: None)
    dan = post(as_("dan"), "exports", {"formats": ["jsonl"]}).json()["id"]
    Export.objects.filter(pk=dan).update(payloads="insurer")
    write_export(dan)
    assert Export.objects.get(pk=dan).problem == running.NOT_APPROVED

    export = exported()
    approved(reason="The insurer asks for more of it.", records={"applications": ()})
    write_export(str(export.pk))
    assert Export.objects.get(pk=export.pk).problem == running.NOT_APPROVED
    assert not running.pack_of(export).exists()


def test_who_lost_the_right_to_reveal_gets_nothing() -> None:
    approved()
    Person.objects.get(username="olive").groups.clear()
    with pytest.raises(ExportRefused, match="Only who may reveal"):
        exported()


def test_what_failed_or_was_cancelled_does_not_use_the_approval_up(monkeypatch: pytest.MonkeyPatch) -> None:
    approved()
    with monkeypatch.context() as waiting:
        waiting.setattr("audit.exports.asking._send", lambda export: None)
        cancel_export(export=exported(), by="olive")
    assert exported().state == "finished"


def test_where_nobody_knows_of_approvals_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    approved()
    monkeypatch.setattr("audit.exports.payloads._approvals", [])
    assert exported().problem == running.NOT_APPROVED
    approve_with(approval_of_export)


def test_over_rest_it_takes_a_second_factor_and_no_filters() -> None:
    approved()
    asked = {"formats": ["jsonl"], "payloads": "insurer"}
    assert post(as_("olive"), "exports", asked).status_code == 403
    olive = as_("olive", fresh=True)
    wider = post(olive, "exports", asked | {"filters": {"application": "risk-engine"}})
    assert wider.status_code == 400
    assert "says which rows" in wider.json()["error"]["message"]
    refused = post(olive, "exports", asked | {"payloads": "another"})
    assert refused.status_code == 400
    assert "Propose one at Exports of prompts" in refused.json()["error"]["message"]
    begun = post(olive, "exports", asked)
    assert (begun.status_code, begun.json()["payloads"]) == (201, "insurer")


def test_the_page_offers_it_to_the_person_alone_and_asks_for_a_second_factor() -> None:
    approved()
    page = reverse("admin:govern_payloadexport_named", args=["insurer"])
    run = reverse("admin:govern_payloadexport_run", args=[PayloadExport.objects.get(name="insurer").pk])
    assert run not in as_("dan").get(page, follow=True).content.decode()
    assert run in as_("olive").get(page, follow=True).content.decode()
    as_("olive").post(run, {"format": "jsonl"})
    assert not Export.objects.exists(), "without a second factor"
    refused = as_("dan", fresh=True).post(run, {"format": "jsonl"}, follow=True).content.decode()
    assert "others approve it" in refused
    done = as_("olive", fresh=True).post(run, {"format": "jsonl"}, follow=True).content.decode()
    assert "with prompts and answers (insurer)" in done
    assert Export.objects.get().asked_by == "olive"


def test_the_command_line_knows_nobody_and_exports_none(tmp_path: Path) -> None:
    approved()
    with pytest.raises(CommandError, match="The command line knows nobody"):
        call_command("audit_export", "--out", str(tmp_path / "x.zip"), "--payloads", "insurer", stdout=StringIO())
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"person": "amy"}, "payloads.rights"),
        ({"person": "nobody"}, "people.gone"),
        ({"expires_at": NOW - DAY}, "payloads.time"),
        ({"expires_at": NOW + 40 * DAY}, "payloads.time"),
    ],
)
def test_what_could_never_be_done_is_not_submitted(fields: dict[str, Any], code: str) -> None:
    change = propose("Export", "The insurer asks.", ("payload_export", body(**fields)))
    assert code in {check.said for check in run_checks(change) if not check.passed}


@pytest.mark.parametrize("records", [{"since": None}, {"until": None}, {"since": NOW - 100 * DAY}])
def test_what_has_no_bounds_cannot_be_written_down(records: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="records"):
        body(records=records)


def test_the_database_lets_an_approval_be_used_once() -> None:
    approved()
    export = exported()
    with pytest.raises(Exception, match="audit_export_approved_once"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_export SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid()))).* "
            "FROM audit_export e WHERE id = %s",
            [export.pk],
        )
