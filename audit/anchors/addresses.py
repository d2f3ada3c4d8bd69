"""The setting GOVERN_ANCHORS: anchors as addresses, each with a name before it (`vault=s3://…`) or named for its kind."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

from audit.anchors.file import FileAnchor
from audit.anchors.git import GitAnchor
from audit.anchors.interface import Anchor, ConfiguredAnchor
from audit.anchors.options import BadAddress, Options, Secret
from audit.anchors.rfc3161 import TimeStampAnchor
from audit.anchors.s3 import S3Anchor

ALL = "all"
"""Stands for every anchor, so none can have this name."""

_KINDS: dict[str, tuple[str, Callable[[SplitResult, Options], Anchor]]] = {
    "file": ("file", FileAnchor.at),
    "git": ("git", GitAnchor.at),
    "s3": ("s3", S3Anchor.at),
    "rfc3161+http": ("rfc3161", TimeStampAnchor.at),
    "rfc3161+https": ("rfc3161", TimeStampAnchor.at),
}
_NAMED = re.compile(r"([a-z][a-z0-9-]{0,29})=(.*)", re.DOTALL)
_EVERY_S = 60
_DAY_S = 86_400


def read_anchors(words: Sequence[str], secret: Secret) -> tuple[ConfiguredAnchor, ...]:
    """The anchors in their order. Raises `BadAddress` with a sentence that holds no secret."""
    anchors: list[ConfiguredAnchor] = []
    for number, word in enumerate(words, 1):
        try:
            anchor = _read(word.strip(), secret)
        except BadAddress as error:
            raise BadAddress(f"anchor {number}: {error}") from None
        if anchor.name == ALL or any(other.name == anchor.name for other in anchors):
            raise BadAddress(
                f"anchor {number}: the name {anchor.name} is taken; write another before it, such as second={anchor.kind}:…"
            )
        anchors.append(anchor)
    return tuple(anchors)


def _read(word: str, secret: Secret) -> ConfiguredAnchor:
    named = _NAMED.fullmatch(word)
    name, address = (named[1], named[2]) if named else ("", word)
    try:
        parts = urlsplit(address)
        alone = parts.username is None and parts.password is None and not parts.fragment and parts.port != 0
    except ValueError:
        raise BadAddress("the address cannot be read") from None
    if not alone:
        raise BadAddress("an address has no user name, password or fragment; credentials have settings of their own")
    if parts.scheme not in _KINDS:
        raise BadAddress(f"an address begins with one of {', '.join(f'{scheme}://' for scheme in _KINDS)}")
    kind, at = _KINDS[parts.scheme]
    options = Options(parts.query, secret)
    every_s = options.number("every", _EVERY_S, least=5, most=_DAY_S)
    anchor = at(parts, options)
    options.finish()
    return ConfiguredAnchor(name or kind, kind, f"{parts.scheme}://{parts.netloc}{parts.path}", every_s, anchor)
