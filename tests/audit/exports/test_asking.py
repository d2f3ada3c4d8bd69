"""Exports that people ask for on a page or over REST: written by a worker, fetched once, by who asked, for a while."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from audit.exports.asked import Asked
from audit.exports.asking import ExportRefused, ask_for_export, cancel_export, resume_lost_exports
from audit.exports.counting import count_rows
from audit.exports.links import make_link, use_link
from audit.exports.running import expire_exports, pack_of, run_export
from audit.models import AuditEvent
from audit.models.export import Export, ExportLink
from govern.identity.sealing_key import trail_signer
from govern.models import Person
from tests.audit.exports.packs import happen, lines, sealed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    settings.GOVERN_EXPORTS = tmp_path / "exports"  # type: ignore[attr-defined]
    happen(times=3)
    happen(application="chat", times=2)
    sealed()
    return tmp_path / "exports"


def asked(by: str = "dan", **fields: object) -> Export:
    export = ask_for_export(asked=Asked(**fields), formats=["jsonl"], by=by)  # type: ignore[arg-type]
    return Export.objects.get(pk=export.pk)


def events() -> list[str]:
    return list(AuditEvent.objects.filter(type__startswith="export.").order_by("seq").values_list("type", flat=True))


def test_an_export_is_written_and_fetched_once() -> None:
    export = asked(application="risk-engine")
    assert (export.state, export.rows) == ("finished", 3)
    token, _link = make_link(export=export, by="dan")
    assert len(lines(use_link(token=token, by="dan"))) == 3
    with pytest.raises(ExportRefused):
        use_link(token=token, by="dan")
    assert events() == ["export.asked", "export.finished", "export.downloaded"]


def test_the_link_itself_is_not_kept_and_packs_are_closed_to_others(folder: Path) -> None:
    export = asked()
    token, link = make_link(export=export, by="dan")
    assert token.encode() not in bytes(ExportLink.objects.get(export=export).token_sha256)
    assert folder.stat().st_mode & 0o077 == 0
    assert link.expires_at > timezone.now()


def test_a_link_is_of_one_person_and_of_a_quarter_of_an_hour() -> None:
    export = asked()
    token, link = make_link(export=export, by="dan")
    with pytest.raises(ExportRefused):
        make_link(export=export, by="eve")
    for other in ("eve", "olive", ""):
        with pytest.raises(ExportRefused):
            use_link(token=token, by=other)
    ExportLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ExportRefused):
        use_link(token=token, by="dan")
    assert "export.downloaded" not in events()


def test_what_is_past_its_time_is_removed() -> None:
    export = asked()
    token, _link = make_link(export=export, by="dan")
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert expire_exports() == 1
    assert not pack_of(export).exists()
    assert Export.objects.get().state == "expired"
    with pytest.raises(ExportRefused):
        use_link(token=token, by="dan")
    assert events()[-1] == "export.expired"


def test_a_full_disk_is_said_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("audit.exports.making.write_pack", full)
    export = asked()
    assert (export.state, list(folder.iterdir())) == ("failed", [])
    assert "disk is full" in export.problem
    assert events() == ["export.asked", "export.failed"]


def test_an_export_that_was_lost_is_asked_for_again_and_one_at_work_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("audit.exports.asking._send", lambda export: sent.append(str(export.pk)))
    export = asked()
    assert resume_lost_exports() == 0
    Export.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert resume_lost_exports() == 1
    assert sent == [str(export.pk)] * 2
    Export.objects.update(state="running", progressed_at=timezone.now())
    run_export(export.pk, signer=trail_signer(), version="1")
    assert Export.objects.get().state == "running"


def test_a_cancelled_export_is_not_written(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr("audit.exports.asking._send", lambda _export: None)
    export = asked()
    cancel_export(export=export, by="eve")
    assert Export.objects.get().state == "waiting"
    cancel_export(export=export, by="dan")
    run_export(export.pk, signer=trail_signer(), version="1")
    assert Export.objects.get().state == "cancelled"
    assert events()[-1] == "export.cancelled"


def test_an_export_that_has_ended_names_no_end_user(monkeypatch: pytest.MonkeyPatch) -> None:
    written = asked(person="amy@example.com")
    monkeypatch.setattr("audit.exports.asking._send", lambda export: None)
    waiting = asked(person="amy@example.com")
    assert waiting.asked["person"] == "amy@example.com"
    cancel_export(export=waiting, by="dan")
    for export in (written, waiting):
        export.refresh_from_db()
        assert export.ended_at is not None
        assert str(export.asked["person"]).startswith("eu-")


def test_a_person_has_a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.exports.asking._send", lambda _export: None)
    for _ in range(3):
        asked()
    with pytest.raises(ExportRefused):
        asked()
    asked(by="olive")


def test_a_format_that_there_is_none_of_is_refused() -> None:
    for formats in ([], ["pdf"], ["csv", "csv"]):
        with pytest.raises(ExportRefused):
            ask_for_export(asked=Asked(), formats=formats, by="dan")


def test_rows_are_counted() -> None:
    assert count_rows(Asked(application="risk-engine")).rows == 3


def browser(name: str, *permissions: str) -> Client:
    from django.contrib.auth.models import Permission

    person = Person.objects.create_user(username=name, password="x", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
