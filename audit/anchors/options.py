"""The options of an anchor's address, each taken once: what nobody takes is a mistake."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

Secret = Callable[[str], str | None]
"""The secret of a name from the environment, or None."""


class BadAddress(Exception):
    """The address is none of an anchor's. The sentence says what to write."""


class Options:
    """What stands behind the question mark, and the secrets that belong to it."""

    def __init__(self, query: str, secret: Secret) -> None:
        try:
            found = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        except ValueError:
            raise BadAddress("what follows the question mark is not of the form name=value&name=value") from None
        self._left = dict(found)
        if len(self._left) != len(found):
            raise BadAddress("an option stands twice")
        self._secret = secret

    def word(self, name: str, default: str = "") -> str:
        return self._left.pop(name, default)

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number. Raises `BadAddress`."""
        word = self.word(name, str(default))
        if not (word.isascii() and word.isdecimal() and len(word) < 10 and least <= int(word) <= most):
            raise BadAddress(f"{name} is a whole number from {least} to {most}")
        return int(word)

    def url(self, name: str) -> str:
        """An http or https address without a user name, or nothing. Raises `BadAddress`."""
        word = self.word(name)
        if word and not is_plain_url(word):
            raise BadAddress(f"{name} is an http or https address without user name, question mark and fragment")
        return word.rstrip("/")

    def secret(self, name: str) -> str:
        """Raises `BadAddress`."""
        value = self._secret(name)
        if value is None:
            raise BadAddress(f"set {name} as well, or name a file that holds it in {name}_FILE")
        return value

    def finish(self) -> None:
        """Raises `BadAddress` for options that no anchor of this kind has."""
        if self._left:
            raise BadAddress(f"it has no option {', '.join(sorted(self._left))}")


def is_plain_url(url: str) -> bool:
    """Whether it can be asked as it stands and shown to anybody."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not parts.query and not parts.fragment
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain and url.isascii() and " " not in url
