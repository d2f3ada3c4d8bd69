"""Each kind of anchor against what it really speaks with: a directory, git, S3's protocol, an authority of RFC 3161."""

import base64
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.anchors import file as file_anchor
from audit.anchors.addresses import read_anchors
from audit.anchors.interface import Anchor, AnchorDiffers, AnchorFailed, Kept
from tests.audit.anchors.authority import Authority, time_stamp_authority
from tests.audit.anchors.s3_server import KEY_ID, SECRET, Handler, Store, moment, s3_store

NOTE, OTHER = "a checkpoint\n", "another checkpoint\n"


def anchor_at(word: str) -> Anchor:
    secrets = {"GOVERN_ANCHOR_S3_KEY_ID": KEY_ID, "GOVERN_ANCHOR_S3_SECRET": SECRET}
    return read_anchors([word], secrets.get)[0].anchor


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "--bare", "kept.git")
    return tmp_path / "kept.git"


@pytest.fixture
def store() -> Iterator[Store]:
    with s3_store() as found:
        yield found


@pytest.fixture(scope="module")
def one_authority() -> Iterator[Authority]:
    with time_stamp_authority() as found:
        yield found


@pytest.fixture
def authority(one_authority: Authority) -> Authority:
    one_authority.digest = one_authority.nonce = one_authority.http = None
    one_authority.off_by, one_authority.rejects = timedelta(), False
    one_authority.asked.clear()
    return one_authority


def s3(store: Store, options: str = "") -> Anchor:
    return anchor_at(f"s3://trail/prod?endpoint={store.url}{options}")


def stamps(authority: Authority, tmp_path: Path) -> Anchor:
    address = authority.url.replace("http://", "rfc3161+http://")
    return anchor_at(f"{address}?certificate={authority.write_root(tmp_path)}")


# A directory


def test_a_directory_holds_a_file_a_checkpoint(tmp_path: Path) -> None:
    anchor = anchor_at(f"file://{tmp_path}")
    assert anchor.publish(7, NOTE) == anchor.publish(7, NOTE) == {"file": "checkpoint-000000000007.txt"}
    anchor.publish(8, OTHER)
    assert list(anchor.held([])) == [NOTE, OTHER]
    assert sorted(found.name for found in tmp_path.iterdir()) == [
        "checkpoint-000000000007.txt",
        "checkpoint-000000000008.txt",
    ]


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    anchor = anchor_at(f"file://{tmp_path}")
    anchor.publish(7, NOTE)
    with pytest.raises(AnchorDiffers, match="holds another checkpoint"):
        anchor.publish(7, OTHER)
    assert list(anchor.held([])) == [NOTE]


def test_a_directory_that_cannot_be_used_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AnchorFailed, match="The directory cannot be opened"):
        anchor_at(f"file://{tmp_path}/missing").publish(1, NOTE)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(AnchorFailed, match="be no symbolic link"):
        anchor_at(f"file://{tmp_path}/link").publish(1, NOTE)

    def full(_handle: int, _content: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_anchor.os, "write", full)
    with pytest.raises(AnchorFailed, match="No space left on device"):
        anchor_at(f"file://{tmp_path}/real").publish(1, NOTE)
    assert list((tmp_path / "real").iterdir()) == [], "nothing half written is left"


def test_nobodys_links_are_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(NOTE)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/checkpoint-000000000007.txt").symlink_to(elsewhere)
    os.mkfifo(tmp_path / "kept/checkpoint-000000000008.txt")
    for number in (7, 8):
        with pytest.raises(AnchorFailed):
            anchor_at(f"file://{tmp_path}/kept").publish(number, NOTE)
    assert elsewhere.read_text() == NOTE


# Git


def test_a_commit_a_checkpoint(repository: Path) -> None:
    anchor = anchor_at(f"git://{repository}")
    first = anchor.publish(7, NOTE)
    assert anchor.publish(7, NOTE) == first, "asked again, nothing is added"
    second = anchor.publish(8, OTHER)
    assert git(repository, "rev-parse", "checkpoints") == second["commit"]
    assert git(repository, "rev-parse", "checkpoints^") == first["commit"]
    assert git(repository, "log", "-1", "--format=%an %s", "checkpoints") == "Govern Checkpoint 8"
    assert list(anchor.held([])) == [NOTE, OTHER]


def test_a_commit_is_pushed_and_read_from_where_it_was_pushed_to(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "outside.git")
    git(repository, "remote", "add", "origin", str(tmp_path / "outside.git"))
    anchor = anchor_at(f"git://{repository}?push=origin&branch=trail")
    evidence = anchor.publish(7, NOTE)
    assert git(tmp_path / "outside.git", "rev-parse", "trail") == evidence["commit"]
    git(repository, "update-ref", "-d", "refs/heads/trail")
    assert list(anchor.held([])) == [NOTE], "what stands outside counts, not the copy"


def test_a_branch_that_was_rewritten_is_not_pushed_over(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "outside.git")
    git(repository, "remote", "add", "origin", str(tmp_path / "outside.git"))
    anchor = anchor_at(f"git://{repository}?push=origin")
    kept = anchor.publish(7, NOTE)["commit"]
    git(repository, "update-ref", "-d", "refs/heads/checkpoints")
    with pytest.raises(AnchorFailed, match="git push failed"):
        anchor.publish(7, OTHER)
    assert git(tmp_path / "outside.git", "rev-parse", "checkpoints") == kept


def test_what_git_cannot_do_is_told(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "plain").mkdir()
    with pytest.raises(AnchorFailed, match="a missing one is made with git init --bare"):
        anchor_at(f"git://{tmp_path}/plain").publish(7, NOTE)  # the repository above it is not meant
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AnchorFailed, match="git is not installed on the worker's machine"):
        anchor_at(f"git://{repository}").publish(7, NOTE)


def test_git_is_told_none_of_our_secrets(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = repository / "hooks/reference-transaction"
    hook.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    hook.chmod(0o700)
    monkeypatch.setenv("GOVERN_SIGNING_KEY", "very-secret")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    anchor_at(f"git://{repository}").publish(7, NOTE)
    assert "very-secret" not in (tmp_path / "seen").read_text()


# S3


def test_an_object_is_signed_for_locked_and_read_back(store: Store) -> None:
    evidence = s3(store, "&mode=governance&days=30").publish(7, NOTE)
    (method, path, headers), *_others = store.asked
    assert (method, path) == ("PUT", "/trail/prod/checkpoint-000000000007.txt")
    assert headers["x-amz-object-lock-mode"] == "GOVERNANCE"
    assert headers["if-none-match"] == "*"
    assert headers["content-md5"]
    assert abs(
        moment(headers["x-amz-object-lock-retain-until-date"]) - timezone.now() - timedelta(days=30)
    ) < timedelta(hours=1)
    assert {"x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"} <= set(
        headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    ), "nobody on the way can take the lock out"
    assert evidence["object"] == "prod/checkpoint-000000000007.txt"
    assert (evidence["version"], evidence["lock"]) == ("v1", "GOVERNANCE")
    assert evidence["etag"]


def test_asked_again_the_store_keeps_one_object_and_no_other(store: Store) -> None:
    anchor = s3(store)
    assert anchor.publish(7, NOTE) == anchor.publish(7, NOTE)
    with pytest.raises(AnchorDiffers):
        anchor.publish(7, OTHER)
    assert [v.content for v in store.objects["prod/checkpoint-000000000007.txt"]] == [NOTE.encode()]


def test_every_version_in_the_store_counts(store: Store) -> None:
    anchor = s3(store)
    for number in (7, 8, 9):
        anchor.publish(number, f"checkpoint {number}\n")
    store.put("prod/checkpoint-000000000008.txt", OTHER.encode(), {})  # by somebody with the store's credentials
    assert list(anchor.held([])) == ["checkpoint 7\n", "checkpoint 8\n", OTHER, "checkpoint 9\n"]


def test_a_wrong_secret_is_told_without_the_stores_words(store: Store) -> None:
    wrong = {"GOVERN_ANCHOR_S3_KEY_ID": KEY_ID, "GOVERN_ANCHOR_S3_SECRET": "wrong"}
    anchor = read_anchors([f"s3://trail?endpoint={store.url}"], wrong.get)[0].anchor
    with pytest.raises(AnchorFailed) as failed:
        anchor.publish(7, NOTE)
    assert str(failed.value) == "The store answered 403 (SignatureDoesNotMatch)."


def test_a_store_that_says_yes_and_keeps_nothing_is_found(store: Store) -> None:
    store.keeps = False
    with pytest.raises(AnchorFailed, match=r"404 \(NoSuchKey\)"):
        s3(store).publish(7, NOTE)


def test_a_store_that_does_not_lock_is_found(store: Store) -> None:
    store.locks = False
    with pytest.raises(AnchorFailed, match="without a lock"):
        s3(store).publish(7, NOTE)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_store_leads_us_nowhere(store: Store, status: int) -> None:
    with s3_store() as elsewhere:

        def away(handler: Handler) -> bool:
            handler.answer(status, location=f"{elsewhere.url}/trail/x", x_amz_bucket_region="eu-west-1")
            return True

        store.misbehave = away
        with pytest.raises(AnchorFailed):
            s3(store).publish(7, NOTE)
        assert elsewhere.asked == [], "no credential and no checkpoint went there"


def test_a_store_that_is_away_is_told(store: Store) -> None:
    with pytest.raises(AnchorFailed, match="cannot be asked"):
        anchor_at("s3://trail?endpoint=http://127.0.0.1:9").publish(7, NOTE)


# RFC 3161


def test_a_stamp_is_verified_and_kept(authority: Authority, tmp_path: Path) -> None:
    anchor = stamps(authority, tmp_path)
    evidence = anchor.publish(7, NOTE)
    assert base64.b64decode(evidence["stamp"])
    assert evidence["time"]
    assert evidence["serial"] == "1267"
    assert list(anchor.held([Kept(7, NOTE, evidence)])) == [NOTE]


def test_a_kept_stamp_holds_for_its_checkpoint_only(authority: Authority, tmp_path: Path) -> None:
    anchor = stamps(authority, tmp_path)
    evidence = anchor.publish(7, NOTE)
    for kept in (Kept(7, OTHER, evidence), Kept(7, NOTE, {}), Kept(7, NOTE, {"stamp": "!"})):
        with pytest.raises(AnchorDiffers, match="The time stamp of checkpoint 7 does not hold"):
            list(anchor.held([kept]))


def test_a_stamp_of_somebody_else_counts_for_nothing(authority: Authority, tmp_path: Path) -> None:
    anchor = stamps(authority, tmp_path)
    forger = Authority()
    authority.http = (200, {"content-type": "application/timestamp-reply"}, b"")
    query: list[bytes] = []

    def forged(asked: bytes) -> bytes:
        query.append(asked)
        return forger.stamp(asked)

    authority.http, authority.stamp = None, forged  # type: ignore[method-assign]
    try:
        with pytest.raises(AnchorFailed, match="does not hold"):
            anchor.publish(7, NOTE)
    finally:
        del authority.stamp  # type: ignore[method-assign]
    assert query


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ({"digest": b"\1" * 32}, "Mismatch between messages"),
        ({"nonce": 12345}, "Nonce mismatch"),
        ({"rejects": True}, "does not hold|no time stamp"),
        ({"off_by": timedelta(hours=2)}, "clock"),
        ({"http": (500, {}, b"")}, "answered 500"),
        ({"http": (200, {"content-type": "text/html"}, b"<html>")}, "something else"),
        ({"http": (200, {"content-type": "application/timestamp-reply"}, b"\x30\x00")}, "no time stamp"),
        ({"http": (200, {"content-type": "application/timestamp-reply"}, b"\0" * 100_000)}, "longer than a time stamp"),
    ],
)
def test_a_bad_answer_is_no_stamp(authority: Authority, tmp_path: Path, behaviour: dict[str, Any], said: str) -> None:
    for name, value in behaviour.items():
        setattr(authority, name, value)
    with pytest.raises(AnchorFailed, match=said):
        stamps(authority, tmp_path).publish(7, NOTE)


def test_an_authority_leads_us_nowhere(authority: Authority, tmp_path: Path) -> None:
    authority.http = (307, {"location": f"{authority.url}/elsewhere"}, b"")
    with pytest.raises(AnchorFailed, match="answered 307"):
        stamps(authority, tmp_path).publish(7, NOTE)
    assert authority.asked == ["/stamp"]


def test_without_a_root_nothing_is_believed(authority: Authority, tmp_path: Path) -> None:
    anchor = stamps(authority, tmp_path)
    (tmp_path / "root.pem").write_text("nothing")
    with pytest.raises(AnchorFailed, match="cannot be read"):
        anchor.publish(7, NOTE)
