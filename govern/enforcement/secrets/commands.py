"""Passwords that commands and calls are given without a word for them: `sshpass -p text`, `mysql -ptext`, `echo text | sudo -S`."""

from __future__ import annotations

import re

from govern.enforcement.secrets.checks import drawn_by_chance, mixed, password_like
from govern.enforcement.secrets.literals import is_reference, words_only
from govern.enforcement.secrets.published import made_up, published
from govern.enforcement.values.kind import CHECKED, CONTEXT, ValueKind

_TEXT = r"[^\s\"'`$<>|;&(){}\[\],]{6,}"
_OPTIONS = (r"-p[ =]?[\"']?", r"-w [\"']?", r"/p:[\"']?", r"/user:[A-Za-z0-9_.\\@\-]+ [\"']?")
_CALLS = (
    r"\bconvertto-securestring (?:-string )?[\"']",
    r"\bredis-cli (?:-[hpnu] [A-Za-z0-9_.:/\-]+ ){0,3}-a [\"']?",
    r"\bnetworkcredential\([\"'][A-Za-z0-9_.@\\\-]*[\"'] ?, ?[\"']",
    r"\b(?:log ?in|logged in|sign ?in|credentials?)(?: with| as| using|:) [A-Za-z0-9_.@\-]+ ?/ ?",
)
_PIPED = rf"\becho (?:-n )?[\"']?{_TEXT}[\"']? ?\| ?(?:sudo -S|docker login|podman login|passwd|chpasswd|kinit)"
_COMMAND = re.compile(
    rb"(?i)\b(?:sshpass|mysql\w{0,8}|mariadb\w{0,8}|docker|podman|nerdctl|helm|oras|skopeo|net use|smb\w{2,8}|rpcclient|rdesktop"
    rb"|xfreerdp|ldap\w{2,8}|redis-cli|mongo\w{0,8}|sqlcmd|bcp|az|oc|cf|winexe|htpasswd|7z|unzip|zip)\b"
)
_BETWEEN_COMMANDS = (b"\n", b"|", b";", b"&")
_SHORTEST = 8
_OPTION = re.compile(r"(?i)(?:-p[ =]?|-w |/p:|/user:\S+ )[\"']?")


def _behind_option(match: str) -> tuple[int, int] | None:
    option = _OPTION.match(match)
    return (option.end(), len(match)) if option is not None else None


def _last(match: str) -> tuple[int, int]:
    return max(map(match.rfind, " \"'/")) + 1, len(match)


def _before_bar(match: str) -> tuple[int, int]:
    end = len(match[: match.rindex("|")].rstrip(" \"'"))
    return max(match.rfind(mark, 0, end) for mark in " \"'") + 1, end


def _typed(text: str) -> bool:
    if not password_like(text) or made_up(text) or published(text) or is_reference(text) or words_only(text):
        return False
    return mixed(text) or drawn_by_chance(text, _SHORTEST)


def _of_option(match: str) -> bool:
    span = _behind_option(match)
    return span is not None and _typed(match[slice(*span)])


def _of_call(match: str) -> bool:
    return _typed(match[slice(*_last(match))])


def _of_pipe(match: str) -> bool:
    return _typed(match[slice(*_before_bar(match))])


def _after_command(data: bytes, start: int, end: int, complete: bool) -> bool:
    """An option of a command that takes a password so; elsewhere `-p` is a port, a path, a project."""
    before = data[max(0, start - CONTEXT) : start]
    command = before[max(map(before.rfind, _BETWEEN_COMMANDS)) + 1 :]
    return before[-1:].isspace() and _COMMAND.search(command) is not None


KINDS = (
    ValueKind(
        "password",
        tuple(option + _TEXT for option in _OPTIONS),
        _of_option,
        alone=0.9,
        longest=200,
        caseless=True,
        severity="high",
        glue="",
        whole_run=True,
        around=_after_command,
        locate=_behind_option,
    ),
    ValueKind(
        "password",
        tuple(call + _TEXT for call in _CALLS),
        _of_call,
        alone=0.9,
        longest=CHECKED,
        caseless=True,
        severity="high",
        glue="",
        whole_run=True,
        locate=_last,
    ),
    ValueKind(
        "password",
        (_PIPED,),
        _of_pipe,
        alone=0.9,
        longest=200,
        caseless=True,
        severity="high",
        glue="",
        locate=_before_bar,
    ),
)
