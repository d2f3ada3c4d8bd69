"""Ids of end users as providers take them: short, and at Anthropic none that says who they are."""

import hashlib
import re

OPENAIS_LONGEST = 64
_ANTHROPICS_LONGEST = 256
_TELLING = re.compile(r"[^\s@]@[^\s@]+\.|\A\+?[\d\s().-]{7,20}\Z")
"""An e-mail address or a telephone number, for which Anthropic refuses a call."""


def openais_user(own: str) -> str:
    """The id, or always the same other one where it is longer than OpenAI takes."""
    return own if len(own) <= OPENAIS_LONGEST else _digest(own)


def anthropics_user(own: str) -> str:
    """The id, or always the same other one where it is too long or names a person."""
    return _digest(own) if len(own) > _ANTHROPICS_LONGEST or _TELLING.search(own) else own


def _digest(own: str) -> str:
    return f"user_{hashlib.blake2b(own.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
