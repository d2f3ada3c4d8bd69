"""E-mail addresses are found; what only looks like one stays as it is, whole and streamed."""

from __future__ import annotations

import pytest

from govern.enforcement import Surface

from .conftest import Build

NONE = (
    "git clone git@github.com:acme/foo.git",
    "git remote add origin git@gitlab.example.com:acme/foo.git && git push",
    "ssh -T git@github.com",
    "git clone ssh://git@example.com/acme/foo.git",
    "pip install git+ssh://git@example.com/acme/foo.git",
    "hg clone ssh://hg@bitbucket.org/acme/foo",
    "scp report.pdf amy@build.example.com:/srv/reports/",
    "rsync -av ./site/ deploy@www.example.com:/var/www",
    "ssh -p 2222 -i ~/.ssh/id_ed25519 amy@build.example.com",
    "sftp amy@files.example.com",
    "ssh -J jump@gate.example.com amy@inside.example.com",
    "curl https://amy@example.com/private",
    "DATABASE_URL=postgres://app:s3cret@db.example.com:5432/app",
    "redis://default:pw@cache.example.com/0",
    "systemctl status getty@tty1.service",
    "systemctl start wg-quick@wg0.service user@1000.service backup@daily.timer foo@bar.target",
    "items.forEach { if (it.bad) return@forEach }",
    "val name = this@MainActivity.name + super@Base.bar + this@Foo.bar",
    "npm install lodash@4.17.21 react@18.2.0-rc.next @babel/core@7.1.0",
    "uses: actions/checkout@v4 and actions/cache@v4.2.0",
    "user@pid.toString()",
    "a@b.map() and x@y.name()",
    "@app.route('/x')\ndef f(): return W@x.T",
    "git fetch git@ssh.dev.azure.com:v3/acme/project/repo",
    "backup root@db.example.com:dumps/today.sql",
)
ADDRESSES = (
    ("Write to amy@example.com.", "amy@example.com"),
    ("<amy@example.com>", "amy@example.com"),
    ("Amy <amy@example.com>, Ben <ben@corp.local>", "ben@corp.local"),
    ("mailto:amy@example.com?subject=Hi", "amy@example.com"),
    ('<a href="mailto:amy@example.com">', "amy@example.com"),
    ("https://example.com/unsubscribe?to=amy@example.com&x=1", "amy@example.com"),
    ("https://example.com?to=amy@example.com", "amy@example.com"),
    ("https://example.com/u/amy@example.com", "amy@example.com"),
    ("git clone git@github.com:acme/foo.git # by amy@example.com", "amy@example.com"),
    ("git config user.email amy@example.com", "amy@example.com"),
    ('ssh-keygen -t ed25519 -C "amy@example.com"', "amy@example.com"),
    ("amy@example.com:hunter2", "amy@example.com"),
    ("amy@example.com: hello", "amy@example.com"),
    ("amy@example.com (work)", "amy@example.com"),
    ("e-mail: amy@host.intern1", "amy@host.intern1"),
    ("amy@mail.internal", "amy@mail.internal"),
    ("amy@example.museum", "amy@example.museum"),
    ("amy@EXAMPLE.COM", "amy@EXAMPLE.COM"),
    ("li.wei@163.com", "li.wei@163.com"),
    ("info@xn--mnchen-3ya.de", "info@xn--mnchen-3ya.de"),
    ("returns@shop.example.com", "returns@shop.example.com"),
    ("Use ssh, or mail amy@example.com", "amy@example.com"),
)


def found(build: Build, text: str) -> list[str]:
    enforcement = build({"guard": "pii", "on": ["input"], "types": ["email"], "action": "flag"})
    verdict = enforcement.inspect_input([Surface("user", "m", text)], {})
    return [text[finding.start : finding.end] for finding in verdict.findings]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_an_address_stays(enforcement: Build, text: str) -> None:
    assert found(enforcement, text) == []


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_addresses_are_found_beside_it(enforcement: Build, text: str, address: str) -> None:
    assert address in found(enforcement, text)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_a_stream_decides_as_the_whole_text_does(enforcement: Build, size: int) -> None:
    policy = enforcement({"guard": "pii", "on": ["output"], "types": ["email"], "action": "redact"})
    for text in (*NONE, *(text for text, _ in ADDRESSES), "\n".join((*NONE, *(text for text, _ in ADDRESSES)))):
        verdict = policy.inspect_output([Surface("assistant", "c", text)], {}, system_prompt=None)
        stream = policy.open_stream({}, system_prompt=None)
        assert stream is not None
        told = "".join(stream.feed("c", text[start : start + size]) for start in range(0, len(text), size))
        rest, _ = stream.finish()
        assert told + rest["c"] == verdict.replacements.get("c", text)


def test_many_lines_cost_no_more_than_few(enforcement: Build) -> None:
    text = (
        "git clone git@github.com:acme/foo.git\n" * 5_000
        + "ssh -a ./b -a ./b -a ./b -a ./b -a ./b -a ./b -a ./b -a ./b, amy@example.com\n" * 5_000
    )
    assert set(found(enforcement, text)) == {"amy@example.com"}
