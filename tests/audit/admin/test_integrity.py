"""The integrity page: what it says by the state of seal and anchors, who may see and verify, and what is taken away from it."""

import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.anchors.addresses import read_anchors
from audit.anchors.delivery import deliver_checkpoints
from audit.models import AnchorDelivery, AuditEvent, VerificationRun
from audit.selectors import integrity
from audit.trail.events import record_event
from audit.verification import running, verify
from audit.verification.trail import TrailReport
from govern.identity.sealing_key import trail_public_keys, trail_signer
from tests.cast import person
from tests.factories.checkpoints import seal_day

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:audit_checkpoint_changelist")
Browser = Callable[[str], Client]


@pytest.fixture
def signed_in(db: None) -> Browser:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def two_checkpoints(db: None) -> None:
    for _ in range(2):
        for _ in range(3):
            record_event(type="person.signed_out", actor="amy", context={})
        seal_day()


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def anchored(two_checkpoints: None, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "kept").mkdir()
    settings.GOVERN_ANCHORS = read_anchors([f"vault=file://{tmp_path}/kept", f"away=file://{tmp_path}/none"], {}.get)
    deliver_checkpoints(settings.GOVERN_ANCHORS, trail_public_keys())


@pytest.mark.parametrize(
    ("name", "sees"), [("dan", True), ("olive", True), ("amy", False), ("ben", False), ("eve", False)]
)
def test_who_may_see_and_verify(signed_in: Browser, two_checkpoints: None, name: str, sees: bool) -> None:
    client = signed_in(name)
    addresses = (
        PAGE,
        reverse("admin:audit_checkpoint_change", args=[1]),
        reverse("admin:audit_checkpoint_note", args=[1]),
        reverse("admin:audit_checkpoint_public_key"),
        reverse("admin:audit_checkpoint_growth") + "?old=1&new=2",
        reverse("admin:audit_checkpoint_growth_file") + "?old=1&new=2",
    )
    assert {client.get(address).status_code for address in addresses} == ({200} if sees else {403})
    assert client.post(reverse("admin:audit_checkpoint_verify")).status_code == (302 if sees else 403)
    assert VerificationRun.objects.exists() == sees
    assert client.get(reverse("admin:audit_checkpoint_verify")).status_code == 405


def test_without_an_anchor_it_says_what_the_owner_of_the_database_could_do(
    signed_in: Browser, two_checkpoints: None
) -> None:
    said = text(signed_in("dan"))
    assert "No anchor is set." in said
    assert "could write another history, sign it anew, and nothing in here would show it" in said


def test_anchors_are_shown_with_what_they_answered(signed_in: Browser, anchored: None) -> None:
    said = text(signed_in("dan"))
    assert "No anchor is set" not in said
    assert "vault" in said
    assert "Kept and read back" in said
    assert "failed once" in said
    assert "The directory cannot be opened (No such file or directory)" in said
    olive = signed_in("olive")
    olive.post(reverse("set_language"), {"language": "zh-hant"})
    assert "無法開啟目錄" in text(olive)


def test_an_answer_that_the_database_s_owner_wrote_is_shown_as_it_stands(signed_in: Browser, anchored: None) -> None:
    AnchorDelivery.objects.filter(anchor="away").update(answer="%(nothing)s <script>", facts=[])
    page = signed_in("dan").get(PAGE).content.decode()
    assert "%(nothing)s &lt;script&gt;" in page


def test_an_anchor_that_holds_another_checkpoint_is_red(signed_in: Browser, anchored: None) -> None:
    AnchorDelivery.objects.filter(anchor="vault").update(state="differs")
    said = text(signed_in("dan"))
    assert "Checkpoint 2 and anchor vault do not agree." in said
    assert "the trail was rebuilt, or the database was put back from a backup" in said


def test_sealing_that_is_behind_is_said_in_red_there_and_at_home(
    signed_in: Browser, two_checkpoints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    dan = signed_in("dan")
    assert "Sealing is behind" not in text(dan)
    late = integrity.Seal(integrity.seal_state().last, 7, timezone.now() - timedelta(seconds=61))
    monkeypatch.setattr("audit.admin.integrity.seal_state", lambda: late)
    monkeypatch.setattr("govern.admin.controls.seal_state", lambda: late)
    assert "Sealing is behind or has stopped." in text(dan)
    assert "The trail is not being sealed" in text(dan, reverse("admin:index"))


def test_the_lag_is_that_of_the_oldest_event_that_is_not_sealed(two_checkpoints: None) -> None:
    assert (integrity.seal_state().waiting, integrity.seal_state().is_behind) == (0, False)
    last = integrity.seal_state().last
    assert last is not None
    assert last.size == AuditEvent.objects.count() == 6


def test_verify_now_runs_in_the_background_and_its_part_of_the_page_says_how_far(
    signed_in: Browser, two_checkpoints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_send", lambda _run: None)
    dan = signed_in("dan")
    dan.post(reverse("admin:audit_checkpoint_verify"))
    run = VerificationRun.objects.get()
    assert run.asked_by == "dan"
    progress = reverse("admin:audit_checkpoint_progress", args=[run.pk])
    assert "Waiting for a worker" in text(dan, progress)
    assert reverse("admin:audit_checkpoint_verify") not in dan.get(PAGE).content.decode(), "not twice at once"
    now = timezone.now()
    VerificationRun.objects.update(state="running", started_at=now, progressed_at=now, done=3, total=6)
    assert "3 of 6 sealed events" in text(dan, progress)
    assert "50%" in text(dan, progress)
    VerificationRun.objects.update(progressed_at=now - timedelta(minutes=6))
    whole = TrailReport(
        ok=True, intents=0, outcomes=0, orphans=0, sealed_through=6, first_fault=None, in_flight=0, in_flight_oldest_s=None,
        sealed=6, checkpoints=2, anchored=0, dropped=0, dropped_months=(),
    )  # fmt: skip
    monkeypatch.setattr(running, "verify_trail", lambda *_args, **_named: whole)
    running.run_verification(run.pk, trail_public_keys(), ())
    assert "Complete and unchanged" in text(dan, progress)
    event = AuditEvent.objects.get(type="trail.verified")
    assert event.actor == "dan"
    assert "Last verified" in text(dan)
    assert signed_in("amy").get(progress).status_code == 403


def test_a_verification_that_finds_a_fault_is_red(signed_in: Browser, anchored: None, settings: Any) -> None:
    run = running.ask_for_verification(by="olive")
    (Path(settings.GOVERN_ANCHORS[0].anchor.directory) / "checkpoint-000000000009.txt").write_text("planted")
    running.run_verification(run.pk, trail_public_keys(), settings.GOVERN_ANCHORS)
    said = text(signed_in("dan"))
    assert "A fault was found" in said
    assert "vault: a published checkpoint cannot be read" in said


def test_a_proof_between_two_checkpoints_is_shown_and_its_file_is_checked_without_govern(
    signed_in: Browser, two_checkpoints: None
) -> None:
    dan = signed_in("dan")
    query = "?old=2&new=1"
    assert "The older checkpoint" in text(dan, reverse("admin:audit_checkpoint_growth") + query), "in whichever order"
    found = dan.get(reverse("admin:audit_checkpoint_growth_file") + query)
    key = trail_signer().public_key
    assert verify.check(found.content.decode(), [key]) == "The trail grew: its first 3 of 6 events are as they were."
    forged = json.loads(found.content)
    forged["proof"][0] = "A" * 43 + "="
    with pytest.raises(verify.DoesNotHold):
        verify.check(json.dumps(forged), [key])
    assert found["Content-Disposition"] == 'attachment; filename="growth-1-2.json"'


@pytest.mark.parametrize("query", ["", "?old=1", "?old=1&new=99", "?old=x&new=-1", f"?old=1&new={'9' * 40}"])
def test_what_is_no_checkpoint_has_no_proof(signed_in: Browser, two_checkpoints: None, query: str) -> None:
    dan = signed_in("dan")
    assert "Give the numbers of two checkpoints." in text(dan, reverse("admin:audit_checkpoint_growth") + query)
    assert dan.get(reverse("admin:audit_checkpoint_growth_file") + query).status_code == 404


def test_the_newest_checkpoint_and_the_key_are_taken_away_and_fit(signed_in: Browser, two_checkpoints: None) -> None:
    dan = signed_in("dan")
    note = dan.get(reverse("admin:audit_checkpoint_note", args=[2])).content.decode()
    key = base64.b64decode(dan.get(reverse("admin:audit_checkpoint_public_key")).content)
    assert verify.check(note, [key]).startswith("The checkpoint holds: 6 events of govern/")
    assert dan.get(reverse("admin:audit_checkpoint_note", args=[9])).status_code == 404


def test_a_stamp_is_taken_away_as_a_file_and_nothing_else_is(signed_in: Browser, anchored: None) -> None:
    dan = signed_in("dan")
    delivery = AnchorDelivery.objects.get(anchor="vault")
    address = reverse("admin:audit_checkpoint_stamp", args=[delivery.pk])
    assert dan.get(address).status_code == 404
    AnchorDelivery.objects.filter(pk=delivery.pk).update(evidence={"stamp": "c3RhbXA="})
    assert dan.get(address).content == b"stamp"
    assert "Time stamp" in text(dan, reverse("admin:audit_checkpoint_change", args=[2]))
