"""What a stream's address may say."""

from pathlib import Path

import pytest

from audit.anchors.options import BadAddress
from audit.streams.setting import read_streams
from tests.audit.streams.receivers import certificate

SECRETS = {"GOVERN_STREAM_SECRET_SIEM": "a secret of some length", "GOVERN_STREAM_SECRET_SHORT": "short"}


def test_each_kind_is_read(tmp_path: Path) -> None:
    ca, _ = certificate(tmp_path)
    siem, logs, collector = read_streams(
        [
            "siem=webhook+https://siem.example.com/in?events=violation.*+call.outcome&severity=high",
            f"logs=syslog+tls://logs.example.com?ca={ca}&from=beginning",
            "collector=otlp+http://127.0.0.1:4318/v1/logs?private=yes",
        ],
        SECRETS.get,
    )
    assert (siem.name, siem.kind, siem.place) == ("siem", "webhook", "webhook+https://siem.example.com/in")
    assert (siem.types, siem.least, siem.from_beginning) == (("violation.*", "call.outcome"), 3, False)
    assert (logs.kind, logs.from_beginning, collector.kind) == ("syslog", True, "otlp")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("webhook+https://siem.example.com/", "write a name"),
        ("siem=https://siem.example.com/", "begins with one of"),
        ("siem=webhook+https://user:word@siem.example.com/", "no user name"),
        ("siem=webhook+https:///path", "has a host"),
        ("siem=webhook+https://siem.example.com/?severity=loud", "severity is one of"),
        ("siem=webhook+https://siem.example.com/?events=Call", "events are types"),
        ("siem=webhook+https://siem.example.com/?verify=no", "no option verify"),
        ("siem=webhook+https://siem.example.com/?severity=low&severity=high", "stands twice"),
        ("siem=webhook+https://siem.example.com/?ca=/nowhere.pem", "cannot be used"),
        ("other=webhook+https://siem.example.com/", "GOVERN_STREAM_SECRET_OTHER"),
        ("short=webhook+https://siem.example.com/", "at least 16"),
        ("siem=syslog+tls://siem.example.com/path", "no path"),
        ("other=otlp+https://siem.example.com/?token=yes", "GOVERN_STREAM_SECRET_OTHER"),
    ],
)
def test_what_is_none_says_what_to_write(word: str, said: str) -> None:
    with pytest.raises(BadAddress, match="stream 1: ") as found:
        read_streams([word], SECRETS.get)
    assert said in str(found.value)
    assert "word@" not in str(found.value)


def test_two_streams_have_two_names() -> None:
    word = "siem=webhook+https://siem.example.com/"
    with pytest.raises(BadAddress, match="stream 2: the name siem is taken"):
        read_streams([word, word], SECRETS.get)
