"""Issuing and revoking API keys."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.trail.events import record_event
from govern.identity.key_stamps import key_stamp
from govern.identity.ownership import reach
from govern.identity.write_proofs import prove_write, proven_instant
from govern.models import ApiKey, Application, Person

PREFIX = "gk-"


class KeyRefused(ValueError):
    """A key cannot be issued or revoked as asked: says why."""


def key_digest(secret: str) -> str:
    """SHA-256 of a key, in hexadecimal: all that is ever stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A fresh key: `gk-` and 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


@transaction.atomic
def issue_key(
    *,
    application: Application,
    name: str,
    by: Person | None,
    secret: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Creates a key and returns it with its secret, which is shown this once. Raises `KeyRefused`."""
    _check_reach(by, "govern.add_apikey", application.name)
    if not name.strip():
        raise KeyRefused("Give the key a name, such as the service that will use it.")
    if application.active_version_id is None:
        raise KeyRefused(f"The application {application.name} is retired; a key of it could not call anything.")
    if expires_at is not None and expires_at <= timezone.now():
        raise KeyRefused("The expiry lies in the past. Choose a later one, or none.")
    if application.keys.filter(name=name, revoked_at__isnull=True).exists():
        raise KeyRefused(f"{application.name} already has a key named {name}. Revoke it first, or choose another name.")
    secret = secret or new_secret()
    digest = key_digest(secret)
    if ApiKey.objects.filter(digest=digest).exists():
        raise KeyRefused("This secret was used for a key before. Choose another.")
    key = ApiKey(
        application=application,
        name=name,
        digest=digest,
        prefix=secret[:7],
        last_four=secret[-4:],
        created_by=by,
        expires_at=expires_at,
    )
    key.stamp = key_stamp(str(key.pk), str(application.pk), name, digest, expires_at)
    prove_write(
        "key.issued",
        key.pk,
        application.pk,
        name,
        digest,
        key.stamp,
        key.prefix,
        key.last_four,
        key.created_by_id,
        proven_instant(expires_at),
    )
    key.save(force_insert=True)
    record_event(
        type="key.issued",
        actor=by.username if by else "system",
        context={"application": application.name, "key": name, "ends_with": key.last_four},
    )
    return key, secret


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Person | None, reason: str) -> ApiKey:
    """Revokes a key for good; every gateway refuses it within a second. Revoking twice changes nothing. Raises `KeyRefused`."""
    _check_reach(by, "govern.change_apikey", key.application.name)
    locked = ApiKey.objects.select_for_update(of=("self",)).select_related("application").get(pk=key.pk)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.revoked_by = by
        locked.revoked_reason = reason
        locked.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
        record_event(
            type="key.revoked",
            actor=by.username if by else "system",
            context={"application": locked.application.name, "key": locked.name, "reason": reason},
        )
    return locked


def _check_reach(by: Person | None, permission: str, application: str) -> None:
    within = None if by is None else reach(by, permission)
    if within is not None and application not in within:
        raise KeyRefused(f"{application} is not yours. Ask its owner, or a platform administrator.")
