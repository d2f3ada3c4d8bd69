"""The setting GOVERN_ANCHORS: what it takes, and with which sentence it refuses what is wrong."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from audit.anchors.addresses import read_anchors
from audit.anchors.options import BadAddress
from govern.settings import environment

SECRETS = {"GOVERN_ANCHOR_S3_KEY_ID": "AKIDEXAMPLE", "GOVERN_ANCHOR_S3_SECRET": "not-a-real-secret"}
WORDS = (
    "file:///srv/checkpoints",
    "copy=git:///srv/checkpoints.git?push=origin&every=300",
    "s3://trail/prod?endpoint=https://store.example:9000&mode=governance&days=30",
    "rfc3161+https://stamps.example/tsr?certificate=/etc/ssl/stamps.pem",
)


def test_anchors_are_read_from_their_addresses() -> None:
    found = read_anchors(WORDS, SECRETS.get)
    assert [(a.name, a.kind, a.every_s) for a in found] == [
        ("file", "file", 60), ("copy", "git", 300), ("s3", "s3", 60), ("rfc3161", "rfc3161", 60),
    ]  # fmt: skip
    assert [a.place for a in found][2:] == ["s3://trail/prod", "rfc3161+https://stamps.example/tsr"]
    assert "not-a-real-secret" not in repr(found), "a secret is shown nowhere"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("/srv/checkpoints", "an address begins with one of"),
        ("ftp://host/", "an address begins with one of"),
        ("file://host/srv", "is written file:///path/to/it"),
        ("file:///srv/../etc", "is written file:///path/to/it"),
        ("file:///", "is written file:///path/to/it"),
        ("file:///srv?evry=5", "it has no option evry"),
        ("file:///srv?every=0", "every is a whole number from 5 to 86400"),
        ("file:///srv?every=5&every=6", "an option stands twice"),
        ("file:///srv?every", "not of the form"),
        ("git:///srv/a.git?push=--upload-pack=x", "push is a plain name"),
        ("git:///srv/a.git?branch=-x", "branch is a plain name"),
        ("s3://key:word@trail/", "credentials have settings of their own"),
        ("s3://Trail/", "a bucket is written"),
        ("s3://trail/?endpoint=file:///etc", "endpoint is an http or https address"),
        ("s3://trail/?endpoint=https://key:word@host", "endpoint is an http or https address"),
        ("s3://trail/?mode=none", "mode is one of"),
        ("rfc3161+https://host/", "certificate names the PEM file"),
        ("rfc3161+https:///tsr?certificate=/a", "an authority is written"),
        ("all=file:///srv", "the name all is taken"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(word: str, said: str) -> None:
    with pytest.raises(BadAddress) as refused:
        read_anchors([word], SECRETS.get)
    assert said in str(refused.value)
    assert "word@" not in str(refused.value)


def test_two_anchors_have_two_names() -> None:
    with pytest.raises(
        BadAddress, match="anchor 2: the name file is taken; write another before it, such as second=file"
    ):
        read_anchors(["file:///a", "file:///b"], SECRETS.get)
    assert [a.name for a in read_anchors(["file:///a", "b=file:///b"], SECRETS.get)] == ["file", "b"]


def test_a_store_needs_its_credentials() -> None:
    with pytest.raises(BadAddress, match="set GOVERN_ANCHOR_S3_KEY_ID as well"):
        read_anchors(["s3://trail"], {}.get)


def test_govern_does_not_start_with_a_wrong_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVERN_ANCHORS", "file:///srv/a,http://somewhere")
    with pytest.raises(ImproperlyConfigured, match="GOVERN_ANCHORS: anchor 2: an address begins with one of file://"):
        environment.anchors("GOVERN_ANCHORS")
    monkeypatch.setenv("GOVERN_ANCHORS", "")
    assert environment.anchors("GOVERN_ANCHORS") == ()
