"""What looks like an e-mail address and is none: told by what stands around it, and by its last label.

Hosts to log in to (`git@host:path`, `ssh://user@host`, `scp a user@host:/path`), userinfo of URLs (RFC 3986, 3.2.1), units of systemd,
labels of Kotlin, versions of packages and calls in code are no personal data, and changing them breaks an answer.
"""

from __future__ import annotations

import re
from pathlib import Path

_BEFORE = 96
"""Characters before an address that are looked at; fewer than `kind.CONTEXT`, so that a stream decides as the whole text does."""
_AFTER = 96
"""Characters of a path after it that are waited for."""
_LIST = Path(__file__).with_name("top_level_domains.txt")
_LIVE = frozenset(word for line in _LIST.read_text().splitlines() if not line.startswith("#") for word in line.split())
_AT_HOME = frozenset(
    (
        "local",
        "localdomain",
        "localhost",
        "internal",
        "intranet",
        "lan",
        "corp",
        "home",
        "private",
        "test",
        "example",
        "invalid",
    )
)
"""No domains of the Internet, but companies have mailboxes in them (RFC 2606, RFC 6762), and examples do."""
_UNITS = frozenset(
    ("service", "socket", "target", "timer", "mount", "automount", "swap", "path", "slice", "scope", "device")
)
_LOGINS = frozenset(
    (
        "git",
        "hg",
        "svn",
        "root",
        "deploy",
        "ubuntu",
        "ec2-user",
        "centos",
        "debian",
        "pi",
        "vagrant",
        "jenkins",
        "gitlab-runner",
        "aur",
    )
)
_FORGES = frozenset(
    (
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "codeberg.org",
        "gitee.com",
        "ssh.dev.azure.com",
        "git.sr.ht",
        "gitlab.gnome.org",
    )
)
_VERSION = re.compile(r"v?\d+\.\d+(?:[.\-+]|$)")
_USERINFO = re.compile(rb"\b([A-Za-z][A-Za-z0-9+.\-]*)://[^\s/?#\"'<>]*$", re.ASCII)
_LOGIN_COMMAND = re.compile(
    rb"(?:^|[\s$#`>&|;(\"'])"
    rb"(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id|sshfs|git (?:clone|fetch|push|pull|ls-remote)|git remote (?:add|set-url) [\w\-]+)"
    rb"(?:[ \t]+(?:-[^\s,;|&<>]*|\d+(?!\S)|[\w*]*[/.~@][^\s,;|&<>]*))*[ \t]+$",
    re.ASCII,
)
"""A command that logs in, then nothing but options, numbers and paths. No two ways to read a word, so that it takes linear time."""
_COMMANDS = (b"ssh", b"scp", b"sftp", b"rsync", b"mosh", b"git ")
"""One of these stands in each of them, and all are quick to be looked for."""
_NAMED = re.compile(rb"(?i)mail|contact|adresse?\b|address|write to|reach")
_PATH = re.compile(rb"[\w./~+%@\-]*", re.ASCII)


def is_address(data: bytes, start: int, end: int, complete: bool) -> bool | None:
    """Whether what has the form of an address at this place is one. None: what follows will tell, and is not there yet."""
    local, _, domain = data[start:end].decode().partition("@")
    before = data[max(0, start - _BEFORE) : start]
    behind = data[end : end + 2]
    if before[-7:].lower() == b"mailto:" or (before[-1:] == b"<" and behind[:1] == b">"):
        return True
    line = before[before.rfind(b"\n") + 1 :]
    if _is_userinfo(line) or _logs_in(line) or behind == b"()":
        return False
    if local == "git" and domain.lower() in _FORGES:
        return False
    if _is_code(local, domain):
        return False
    top = domain[domain.rfind(".") + 1 :].lower()
    known = top in _LIVE or top in _AT_HOME
    if (not known or (top in _UNITS and domain.count(".") == 1)) and _NAMED.search(line) is None:
        return False
    return behind[:1] != b":" or _is_no_remote_path(local, data, end, complete)


def _is_userinfo(line: bytes) -> bool:
    found = _USERINFO.search(line) if b"://" in line else None
    return found is not None and found[1].lower() != b"mailto"


def _logs_in(line: bytes) -> bool:
    if line[-1:] not in (b" ", b"\t") or not any(map(line.__contains__, _COMMANDS)):
        return False
    return _LOGIN_COMMAND.search(line) is not None


def _is_code(local: str, domain: str) -> bool:
    if local in ("this", "super") or (local in ("return", "break", "continue") and domain != domain.lower()):
        return True
    return domain[0] in "v0123456789" and _VERSION.match(domain) is not None


def _is_no_remote_path(local: str, data: bytes, end: int, complete: bool) -> bool | None:
    """Whether it is not the `user@host` of `user@host:path`, whose colon stands at ``end``. `address:password` is an address."""
    found = _PATH.match(data, end + 1, end + 1 + _AFTER)
    assert found is not None
    path = found[0]
    if path[:1] == b"/" or path[:2] == b"~/":
        return False
    if not complete and found.end() == len(data) and len(path) < _AFTER:
        return None
    if path.endswith((b".git", b".git.")):
        return False
    return not (path and local.lower() in _LOGINS)
