"""The public keys of an OpenID Connect issuer, from its own description, kept for five minutes."""

import threading
import time
from urllib.parse import urlsplit

import httpx
import jwt

LIFESPAN_S = 300
AGAIN_AFTER_S = 30
"""A token that names an unknown key makes the keys be read again, but not more often than this."""
TIMEOUT_S = 5.0
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

    def _find(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    def _read(self) -> dict[str | None, jwt.PyJWK]:
        try:
            with httpx.Client(timeout=TIMEOUT_S) as client:
                about = (
                    client.get(f"{_checked(self._issuer)}/.well-known/openid-configuration").raise_for_status().json()
                )
                if about["issuer"].rstrip("/") != self._issuer:
                    raise IssuerUnavailable("The issuer describes itself under another name.")
                found = client.get(_checked(about["jwks_uri"])).raise_for_status().json()
            keys = jwt.PyJWKSet.from_dict(found).keys
        except (httpx.HTTPError, jwt.PyJWTError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise IssuerUnavailable(f"The issuer did not give its keys ({type(error).__name__}).") from error
        return {key.key_id: key for key in keys if key.public_key_use in (None, "sig")}


_known: dict[str, IssuerKeys] = {}


def issuer_keys(issuer: str) -> IssuerKeys:
    """The keys of an issuer, the same object each time."""
    return _known.setdefault(issuer, IssuerKeys(issuer))


def _checked(address: str) -> str:
    """An address that keys may be read from: https, or this machine. Raises `IssuerUnavailable`."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    raise IssuerUnavailable("Keys are read by https only.")
