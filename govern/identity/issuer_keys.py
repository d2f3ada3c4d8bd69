"""The public keys of an OpenID Connect issuer, from its own description, kept for five minutes."""

import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

LIFESPAN_S = 300
AGAIN_AFTER_S = 30
"""A token that names an unknown key makes the keys be read again, but not more often than this."""
TIMEOUT_S = 5.0
MOST_BYTES = 1 << 20
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class IssuerUnavailable(Exception):
    """The issuer did not give its keys."""


class UnknownKey(ValueError):
    """The issuer has no such key."""


class IssuerKeys:
    """Keys of one issuer. Safe to use from several threads."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._lock = threading.Lock()
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read_at = float("-inf")

    def find(self, key_id: str | None) -> jwt.PyJWK:
        """The key with this `kid`; the only one if a token names none. Raises `UnknownKey` and `IssuerUnavailable`."""
        with self._lock:
            age_s = time.monotonic() - self._read_at
            if age_s > LIFESPAN_S or (self._find(key_id) is None and age_s > AGAIN_AFTER_S):
                self._keys = self._read()
                self._read_at = time.monotonic()
            found = self._find(key_id)
        if found is None:
            raise UnknownKey("The issuer has no such key.")
        return found

    def known(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key as it was read last, without waiting for anything; None if that is too long ago, or if there was none."""
        return self._find(key_id) if self.age_s <= LIFESPAN_S else None

    @property
    def age_s(self) -> float:
        """Seconds since the keys were read; infinite before that."""
        return time.monotonic() - self._read_at

    def read_again(self) -> None:
        """Reads the keys now. Raises `IssuerUnavailable`; then those that were read before stay."""
        found = self._read()
        self._keys, self._read_at = found, time.monotonic()

    def _find(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    def _read(self) -> dict[str | None, jwt.PyJWK]:
        try:
            with httpx.Client(timeout=TIMEOUT_S) as client:
                about = _document(client, f"{self._issuer}/.well-known/openid-configuration")
                if about["issuer"].rstrip("/") != self._issuer:
                    raise IssuerUnavailable("The issuer describes itself under another name.")
                found = _document(client, about["jwks_uri"])
            keys = jwt.PyJWKSet.from_dict(found).keys
        except (httpx.HTTPError, jwt.PyJWTError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise IssuerUnavailable(f"The issuer did not give its keys ({type(error).__name__}).") from error
        return {key.key_id: key for key in keys if key.public_key_use in (None, "sig")}


_known: dict[str, IssuerKeys] = {}


def issuer_keys(issuer: str) -> IssuerKeys:
    """The keys of an issuer, the same object each time."""
    return _known.setdefault(issuer, IssuerKeys(issuer))


def _document(client: httpx.Client, address: str) -> Any:
    """The JSON at an address. Raises `IssuerUnavailable`, `httpx.HTTPError` and `ValueError`."""
    end_s = time.monotonic() + TIMEOUT_S
    with client.stream("GET", _checked(address)) as answer:
        answer.raise_for_status()
        read = bytearray()
        for piece in answer.iter_bytes():
            read += piece
            if time.monotonic() > end_s:  # the client's own limit is for each pause
                raise IssuerUnavailable("The issuer takes too long.")
            if len(read) > MOST_BYTES:
                raise IssuerUnavailable("The issuer says too much.")
    return json.loads(read)


def _checked(address: str) -> str:
    """An address that keys may be read from: https, or this machine. Raises `IssuerUnavailable`."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    raise IssuerUnavailable("Keys are read by https only.")
