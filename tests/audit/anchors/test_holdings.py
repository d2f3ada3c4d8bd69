"""Verification against anchors: a trail that was rebuilt with the signing key is found, and where it first differs."""

import base64
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.anchors.addresses import read_anchors
from audit.anchors.delivery import deliver_checkpoints
from audit.anchors.interface import ConfiguredAnchor
from audit.models import AnchorDelivery, AuditEvent, VerificationRun
from audit.verification.running import ask_for_verification, run_verification
from audit.verification.trail import TrailReport, verify_trail
from tests.audit.anchors.authority import time_stamp_authority
from tests.audit.anchors.s3_server import KEY_ID, SECRET, s3_store
from tests.audit.anchors.test_delivery import an_hour_later
from tests.audit.anchors.test_kinds import git
from tests.audit.sealing.test_sealed_trail import OURS, as_owner, rebuild, seal, write

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = [OURS.public_key]
SECRETS = {"GOVERN_ANCHOR_S3_KEY_ID": KEY_ID, "GOVERN_ANCHOR_S3_SECRET": SECRET}
CHANGE_THE_SECOND = "UPDATE audit_event SET model = 'gpt-5.4-mini' WHERE type = 'call.outcome' AND seq > (SELECT min(seq) + 2 FROM audit_event)"


def anchored(conninfo: str, *words: str) -> tuple[ConfiguredAnchor, ...]:
    """Three checkpoints of two events each, and anchors that hold all of them."""
    anchors = read_anchors(words, SECRETS.get)
    for _ in range(3):
        write(conninfo, 1)
        seal()
        deliver_checkpoints(anchors, KEYS)
        an_hour_later()
    assert AnchorDelivery.objects.delivered().count() == 3 * len(anchors)
    return anchors


def verified(anchors: tuple[ConfiguredAnchor, ...]) -> TrailReport:
    return verify_trail(KEYS, anchors=anchors)


def test_a_rebuilt_trail_is_found_by_every_kind_that_holds_checkpoints(conninfo: str, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    git(tmp_path, "init", "-q", "--bare", "kept.git")
    with s3_store() as store:
        anchors = anchored(
            conninfo, f"file://{tmp_path}/kept", f"git://{tmp_path}/kept.git", f"s3://trail/x?endpoint={store.url}"
        )
        report = verified(anchors)
        assert (report.ok, report.anchored) == (True, 6)
        assert [(a.name, a.checkpoints, a.problem) for a in report.anchors] == [
            ("file", 3, ""),
            ("git", 3, ""),
            ("s3", 3, ""),
        ]
        as_owner("DELETE FROM audit_anchor_delivery", CHANGE_THE_SECOND)
        rebuild(OURS)
        assert verify_trail(KEYS).first_fault is None, "inside, nothing is wrong"
        for anchor in anchors:
            fault = verified((anchor,)).first_fault or ""
            assert fault.startswith(f"{anchor.name}: ")
            assert "the trail was rebuilt: its first 2 events are not those of the published checkpoint" in fault


def test_the_first_difference_is_named_though_the_origin_was_kept(conninfo: str, tmp_path: Path) -> None:
    """Who rebuilds with care keeps the checkpoints of before, and the tree's name."""
    anchors = anchored(conninfo, f"file://{tmp_path}")
    as_owner(
        "DELETE FROM audit_anchor_delivery",
        "DELETE FROM audit_checkpoint WHERE number > 1",
        "DELETE FROM audit_tree_node",
        CHANGE_THE_SECOND,
    )
    seal()
    assert verify_trail(KEYS).first_fault is None
    assert verified(anchors).first_fault == (
        "file: the trail was rebuilt: its first 4 events are not those of the published checkpoint"
    )


def test_a_trail_that_was_cut_off_is_found(conninfo: str, tmp_path: Path) -> None:
    anchors = anchored(conninfo, f"file://{tmp_path}")
    as_owner(
        "DELETE FROM audit_anchor_delivery",
        "DELETE FROM audit_event WHERE xid >= (SELECT xid_from FROM audit_checkpoint WHERE number = 3)",
        "DELETE FROM audit_checkpoint WHERE number = 3",
    )
    assert "file: the trail is cut off at the end: 4 events are sealed" in (verified(anchors).first_fault or "")


def test_stamps_hold_for_what_was_stamped_and_nothing_else(conninfo: str, tmp_path: Path) -> None:
    with time_stamp_authority() as authority:
        address = authority.url.replace("http://", "rfc3161+http://")
        anchors = anchored(conninfo, f"{address}?certificate={authority.write_root(tmp_path)}")
        assert (verified(anchors).ok, verified(anchors).anchored) == (True, 6)
        as_owner("UPDATE audit_anchor_delivery SET note = note || ' '  WHERE checkpoint_id = 2")
        report = verified(anchors)
        assert (report.ok, report.first_fault) == (
            False, "rfc3161: The time stamp of checkpoint 2 does not hold. The time stamp does not hold: Mismatch between messages.",
        )  # fmt: skip


def test_a_trail_that_was_rebuilt_under_its_stamps_is_found(conninfo: str, tmp_path: Path) -> None:
    with time_stamp_authority() as authority:
        address = authority.url.replace("http://", "rfc3161+http://")
        anchors = anchored(conninfo, f"{address}?certificate={authority.write_root(tmp_path)}")
        as_owner(CHANGE_THE_SECOND)
        rebuild(OURS)
        assert "rfc3161: " in (verified(anchors).first_fault or "")


def test_an_anchor_that_lost_something_or_is_away_is_told(conninfo: str, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    anchors = anchored(conninfo, f"file://{tmp_path}/kept")
    (tmp_path / "kept/checkpoint-000000000002.txt").unlink()
    report = verified(anchors)
    assert (report.ok, report.anchors[0].problem) == (
        True,
        "It holds 2 of the 3 checkpoints that were delivered to it.",
    )
    (tmp_path / "kept").rename(tmp_path / "moved")
    report = verified(anchors)
    assert (report.ok, report.anchored) == (True, 0)
    assert "cannot be opened" in report.anchors[0].problem


def test_a_checkpoint_of_somebody_else_in_an_anchor_is_a_fault(conninfo: str, tmp_path: Path) -> None:
    anchors = anchored(conninfo, f"file://{tmp_path}")
    (tmp_path / "checkpoint-000000000009.txt").write_text("planted")
    assert "file: a published checkpoint cannot be read" in (verified(anchors).first_fault or "")


def test_the_command_asks_anchors_by_name_or_all(conninfo: str, tmp_path: Path, settings: Any) -> None:
    write(conninfo, 1)
    seal_with_installations_key()
    settings.GOVERN_ANCHORS = read_anchors([f"a=file://{tmp_path}", f"away=file://{tmp_path}/none"], SECRETS.get)
    from govern.tasks import anchor_checkpoints

    assert anchor_checkpoints() == 1
    assert command("--anchor", "a")["anchors"] == [{"name": "a", "checkpoints": 1, "problem": ""}]
    assert [found["name"] for found in command("--anchor", "all", status=2)["anchors"]] == ["a", "away"]
    with pytest.raises(CommandError, match=r"There is no anchor 'b'\. GOVERN_ANCHORS has: a, away"):
        command("--anchor", "b")
    assert VerificationRun.objects.filter(state="finished").count() == 2
    assert AuditEvent.objects.filter(type="trail.verified").count() == 2


def seal_with_installations_key() -> None:
    from govern.identity.sealing_key import trail_signer

    seal(trail_signer())


def command(*words: str, status: int = 0) -> dict[str, Any]:
    out, exited = StringIO(), 0
    try:
        call_command("audit_verify", *words, json=True, stdout=out)
    except SystemExit as left:
        exited = int(left.code or 0)
    assert exited == status
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_a_verification_that_was_asked_for_runs_in_a_worker_and_says_how_far_it_is(
    conninfo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit.verification import running

    anchors = anchored(conninfo, f"file://{tmp_path}")
    monkeypatch.setattr(running, "_send", lambda _run: None)
    monkeypatch.setattr(running, "_EVERY_S", 0.0)
    run = ask_for_verification(by="dan")
    with pytest.raises(running.UnderWay):
        ask_for_verification(by="olive")
    seen: list[tuple[int, int]] = []
    noted: Callable[..., bool] = VerificationRun.progress

    def noting(self: VerificationRun, **fields: Any) -> bool:
        seen.append((fields.get("done", -1), self.total))
        return noted(self, **fields)

    monkeypatch.setattr(VerificationRun, "progress", noting)
    run_verification(run.pk, KEYS, anchors)
    run.refresh_from_db()
    assert (run.state, run.report["ok"], run.report["anchored"], run.done) == ("finished", True, 6, 6)
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)
    event = AuditEvent.objects.get(type="trail.verified")
    assert (event.actor, event.body["anchors"][0]["checkpoints"]) == ("dan", 3)
    run_verification(run.pk, KEYS, anchors)
    assert AuditEvent.objects.filter(type="trail.verified").count() == 1, "it does not run twice"


def test_a_verification_that_was_lost_can_be_asked_for_again(conninfo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from audit.verification import running

    monkeypatch.setattr(running, "_send", lambda _run: None)
    first = ask_for_verification(by="dan")
    as_owner("UPDATE audit_verification_run SET asked_at = asked_at - interval '2 minutes'")
    second = ask_for_verification(by="olive")
    first.refresh_from_db()
    assert (first.state, second.state) == ("failed", "waiting")
    run_verification(first.pk, KEYS, ())
    first.refresh_from_db()
    assert first.state == "failed"


def test_a_stamp_written_by_the_owner_of_the_database_is_none(conninfo: str, tmp_path: Path) -> None:
    with time_stamp_authority() as authority:
        address = authority.url.replace("http://", "rfc3161+http://")
        anchors = anchored(conninfo, f"{address}?certificate={authority.write_root(tmp_path)}")
        forged = base64.b64encode(b"a stamp").decode()
        AnchorDelivery.objects.filter(checkpoint=1).update(evidence={"stamp": forged})
        assert "The time stamp of checkpoint 1 does not hold" in (verified(anchors).first_fault or "")
