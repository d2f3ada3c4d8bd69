"""Who is behind a call: the person or program that uses the application, which the application's key does not say.

Believed from two sources alone: a token that an issuer signed for this application (`x-govern-end-user-token`), and the header of a proxy
whose address the settings trust. Whatever else a caller says (`user`, `safety_identifier`, headers) is on the record as claimed.
"""

import hashlib
import ipaddress
import time
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from audit.trail.end_users import end_user_mark
from govern.gateway.callers.issuers import Issuers
from govern.gateway.refusals import Refusal
from govern.identity.issuer_claims import ClaimsRefused, TokenExpired, claims_signed, key_named
from govern.identity.issuer_keys import IssuerUnavailable, UnknownKey
from govern.policy.end_user_facts import NOBODY

if TYPE_CHECKING:
    from govern.gateway.process.snapshot import Key
    from govern.policy.bodies import EndUsers as Rules

TOKEN = "x-govern-end-user-token"  # noqa: S105 (the name of a header)
CLAIMED_BY = (b"x-govern-end-user", b"x-openwebui-user-id", b"x-openwebui-user-email")
"""Headers in which callers say who it is: Govern's own and those that Open WebUI forwards."""
LONGEST_ID = 255
"""Characters (OpenID Connect Core 1.0, section 2)."""
LONGEST_TOKEN = 8_192
"""Bytes: what HTTP servers commonly take of one header."""
MOST_GROUPS = 200
KNOWN_FOR_S = 60.0
"""How long a token that was verified is known again without verifying it, at most."""
MOST_TOKENS = 4_096


class EndUser(NamedTuple):
    """Somebody who uses an application."""

    id: str
    by: str
    """`token`, `proxy` or `claimed`."""
    issuer: str = ""
    groups: tuple[str, ...] = ()
    claims: tuple[tuple[str, str], ...] = ()

    @property
    def verified(self) -> bool:
        """Whether somebody who may say so says it."""
        return self.by != "claimed"

    def recorded(self, rules: "Rules") -> dict[str, object]:
        """What the trail says: who, as the application's rules want it kept, and by whose word."""
        plain = rules.record == "plain"
        said = {"id": self.id if plain else end_user_mark(self.id), "verified": self.verified, "by": self.by}
        return {**said, "issuer": self.issuer} if self.issuer else said

    def account(self, budget_id: uuid.UUID) -> uuid.UUID:
        """Their own account of a budget; the budget's itself for all who are not verified, so that no claimed name has money of its own."""
        return _account(budget_id, self.by, self.issuer, self.id) if self.verified else budget_id


@lru_cache(4_096)
def _account(budget_id: uuid.UUID, *who: str) -> uuid.UUID:
    text = "\n".join(("govern/end-user-account", str(budget_id), *who)).encode()
    return uuid.UUID(bytes=hashlib.blake2b(text, key=settings.GOVERN_DIGEST_KEY, digest_size=16).digest())


def claimed(said: str) -> EndUser | None:
    """Who a caller says that it is; None for nothing."""
    words = "".join(c for c in said[:LONGEST_ID] if c.isprintable()).strip()
    return EndUser(words, "claimed") if words else None


def facts_of(end_user: EndUser | None) -> Mapping[str, object]:
    """What conditions may read."""
    if end_user is None:
        return NOBODY
    return {
        "end_user.id": end_user.id,
        "end_user.verified": end_user.verified,
        "end_user.groups": list(end_user.groups),
        "end_user.claims": dict(end_user.claims),
    }


def identity_headers() -> tuple[bytes, bytes]:
    """Names of the headers that can verify somebody. Sent twice, they are joined, and so refused."""
    return (TOKEN.encode(), settings.GOVERN_END_USER_HEADER.encode())


class EndUserLookup:
    """Reads who is behind requests, for one gateway."""

    def __init__(self) -> None:
        self._header = settings.GOVERN_END_USER_HEADER.encode()
        self._proxies = tuple(settings.GOVERN_END_USER_PROXIES)
        self._known: dict[tuple[bytes, Rules], tuple[EndUser, float]] = {}
        self.issuers = Issuers()

    async def behind(self, headers: Mapping[bytes, bytes], peer: str, key: "Key") -> EndUser | None:
        """Whom the headers of a request name, and by whose word. Raises `Refusal` for what should verify somebody and does not."""
        token = headers.get(b"x-govern-end-user-token")
        if token is not None:
            assert key.application is not None
            return await self._of_token(token, key.application.end_users)
        said = headers.get(self._header)
        if said and self._trusts(peer):
            return _of_proxy(said, self._header.decode())
        said = said or next((headers[name] for name in CLAIMED_BY if name in headers), None)
        return claimed(said.decode("utf-8", "replace")) if said else None

    def _trusts(self, peer: str) -> bool:
        return bool(self._proxies) and _is_among(peer, self._proxies)

    async def _of_token(self, token: bytes, rules: "Rules") -> EndUser:
        if not rules.issuer:
            raise Refusal(
                "invalid_request",
                f"This application takes no tokens of end users, so `{TOKEN}` proves nothing. Leave it out, or have an issuer and an "
                "audience approved for the application.",
                param=TOKEN,
            )
        if not 0 < len(token) <= LONGEST_TOKEN:
            raise _refused(f"is empty, or longer than {LONGEST_TOKEN} bytes")
        place = (hashlib.sha256(token).digest(), rules)
        found = self._known.get(place)
        if found is not None and time.time() < found[1]:
            return found[0]
        end_user, expires_at_s = await self._verified(token, rules)
        if len(self._known) >= MOST_TOKENS:
            self._known.clear()
        self._known[place] = (end_user, min(expires_at_s, time.time() + KNOWN_FOR_S))
        return end_user

    async def _verified(self, token: bytes, rules: "Rules") -> tuple[EndUser, float]:
        try:
            text = token.decode("ascii")
            signed_with = await self.issuers.key(rules.issuer, key_named(text))
            claims = claims_signed(text, signed_with, issuer=rules.issuer, audience=rules.audience)
        except TokenExpired:
            raise _refused("has expired") from None
        except (ClaimsRefused, UnknownKey, UnicodeDecodeError):
            raise _refused("is not one that the application's issuer signed for it and that holds now") from None
        except IssuerUnavailable:
            raise Refusal(
                "end_user_unavailable",
                "The issuer of the end user's token does not give its keys now, so it cannot be verified. Nothing was sent. Try again.",
                param=TOKEN,
                retry_after_ms=5_000,
            ) from None
        said = claims.get(rules.claim)
        if not isinstance(said, str) or not _is_name(said):
            raise _refused(f"does not say who it is: `{rules.claim}` must be a text of 1 to {LONGEST_ID} characters")
        others = tuple(
            (name, str(claims[name])) for name in rules.other_claims if isinstance(claims.get(name), str | int)
        )
        return EndUser(said, "token", rules.issuer, _groups(claims.get(rules.group_claim)), others), float(
            claims["exp"]
        )


def _groups(said: object) -> tuple[str, ...]:
    """A list of texts, or one text; anything else names no group."""
    named = [said] if isinstance(said, str) else said
    if not isinstance(named, list) or not all(isinstance(group, str) for group in named):
        return ()
    return tuple(named[:MOST_GROUPS])


def _of_proxy(said: bytes, header: str) -> EndUser:
    try:
        name = said.decode()
    except UnicodeDecodeError:
        name = ""
    if not _is_name(name) or "," in name:
        raise Refusal(
            "invalid_request",
            f"`{header}` must come once, with 1 to {LONGEST_ID} visible characters and no comma. The proxy in front must replace what "
            "callers send under this name.",
            param=header,
        )
    return EndUser(name, "proxy")


def _is_name(said: str) -> bool:
    return 0 < len(said) <= LONGEST_ID and said.isprintable() and said == said.strip()


def _refused(why: str) -> Refusal:
    return Refusal("invalid_end_user", f"The end user's token in `{TOKEN}` {why}. Get a fresh one.", param=TOKEN)


@lru_cache(4_096)
def _is_among(peer: str, proxies: tuple[str, ...]) -> bool:
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ipaddress.ip_network(proxy) for proxy in proxies)
