"""Reading settings from the environment, loudly."""

import base64
import ipaddress
import re
from typing import TYPE_CHECKING

import environ
from django.core.exceptions import ImproperlyConfigured

from govern.parts.secrets import given_secret

if TYPE_CHECKING:
    from audit.anchors.interface import ConfiguredAnchor
    from audit.streams.interface import Stream

env = environ.Env()
_TAKEN = (
    "authorization",
    "x-api-key",
    "x-goog-api-key",
    "cookie",
    "host",
    "content-length",
    "content-type",
    "x-forwarded-for",
)


def required(name: str, how: str) -> str:
    """The setting or secret `name`, from NAME or the file NAME_FILE.

    Raises `ImproperlyConfigured` naming the variable and how to set it if it is missing.
    """
    value = given_secret(name)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set: {how} (or put it into a file and name that in {name}_FILE).")
    return value


def networks(name: str) -> tuple[str, ...]:
    """The addresses and networks of the setting `name`, as CIDR. Raises `ImproperlyConfigured` for what is none."""
    found = []
    for word in env.list(name, default=[]):
        try:
            found.append(str(ipaddress.ip_network(word.strip())))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds {word!r}: give addresses or networks such as 10.0.0.5 or 10.1.0.0/24, separated by commas."
            ) from None
    return tuple(found)


def header(name: str, *, default: str) -> str:
    """The name of a header, in lower case. Raises `ImproperlyConfigured` for what is none, or says something else already."""
    found = env.str(name, default="").strip().lower() or default
    if not re.fullmatch(r"[a-z0-9-]{1,100}", found) or found in _TAKEN:
        raise ImproperlyConfigured(f"{name} is {found!r}: give the name of a header such as {default}.")
    return found


def public_keys(name: str) -> tuple[bytes, ...]:
    """The Ed25519 public keys of the setting `name`, in base64. Raises `ImproperlyConfigured` for what is none."""
    found = []
    for word in env.list(name, default=[]):
        try:
            key = base64.b64decode(word.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ImproperlyConfigured(
                f"{name} holds {word!r}: give public keys of 32 bytes in base64, separated by commas."
            )
        found.append(key)
    return tuple(found)


def anchors(name: str) -> "tuple[ConfiguredAnchor, ...]":
    """The anchors of the setting `name`. Raises `ImproperlyConfigured` for what is none."""
    words = env.list(name, default=[])
    if not words:
        return ()
    from audit.anchors.addresses import read_anchors
    from audit.anchors.options import BadAddress

    try:
        return read_anchors(words, given_secret)
    except BadAddress as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def streams(name: str) -> "tuple[Stream, ...]":
    """The streams of events of the setting `name`. Raises `ImproperlyConfigured` for what is none."""
    words = env.list(name, default=[])
    if not words:
        return ()
    from audit.anchors.options import BadAddress
    from audit.streams.setting import read_streams

    try:
        return read_streams(words, given_secret)
    except BadAddress as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def count(name: str, *, default: int) -> int:
    """The setting `name`, a whole number above zero. Raises `ImproperlyConfigured` for any other value."""
    word = env.str(name, default="").strip() or str(default)
    if not word.isdecimal() or len(word) > 9 or int(word) < 1:
        raise ImproperlyConfigured(f"{name} is {word!r}: give a whole number such as {default}.")
    return int(word)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """The setting `name`, one of `allowed`; the first of them when unset. Raises `ImproperlyConfigured` for any other
    value.
    """
    value = env.str(name, default="") or allowed[0]
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to one of {', '.join(allowed)}.")
    return value
