"""Issuing, rotating and revoking API keys.

Rotating issues a second secret under the same name; the earlier one goes on working until a date, and no longer. So a name has at most
two secrets that work, and what speaks of a key by its name (budgets, the trail) goes on speaking of it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from govern.identity.events import key_issued, key_revoked, key_rotated
from govern.identity.key_stamps import key_stamp
from govern.identity.ownership import reach
from govern.identity.registered_use import lacks_for_keys
from govern.identity.write_proofs import prove_write, proven_instant
from govern.models import ApiKey, Application, Person

PREFIX = "gk-"
LONGEST_GRACE = timedelta(days=90)


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
    if lacking := lacks_for_keys(application):
        raise KeyRefused(lacking)
    if expires_at is not None and expires_at <= timezone.now():
        raise KeyRefused("The expiry lies in the past. Choose a later one, or none.")
    earlier = application.keys.select_for_update(of=("self",)).current().filter(name=name).first()
    if earlier is not None:
        if earlier.expires_at is None or earlier.expires_at > timezone.now():
            raise KeyRefused(
                f"{application} already has a key named {name}. Rotate it to get a new secret while the old one still works for a while, "
                "or choose another name."
            )
        _replace(earlier, ends_at=earlier.expires_at)
    return _issue(application=application, name=name, by=by, secret=secret, expires_at=expires_at, replaces=earlier)


@transaction.atomic
def rotate_key(
    *, key: ApiKey, by: Person | None, grace: timedelta, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Issues a new secret under the name of a key, which itself ends after `grace`, or when it would have expired anyway.

    Returns the new key with its secret, which is shown this once. Two who rotate at once rotate once: the later one is refused. Raises
    `KeyRefused`.
    """
    _check_reach(by, "govern.add_apikey", key.application.name)
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise KeyRefused(f"The old secret can go on for {LONGEST_GRACE.days} days at most, or end at once (0).")
    locked = ApiKey.objects.select_for_update(of=("self",)).select_related("application").get(pk=key.pk)
    application, now = locked.application, timezone.now()
    if locked.revoked_at is not None:
        raise KeyRefused("This key was revoked. Issue a new one under the same name.")
    if locked.replaced_at is not None:
        raise KeyRefused("This secret was replaced already. Rotate the one that replaced it.")
    if application.active_version_id is None:
        raise KeyRefused(f"The application {application.name} is retired; a key of it could not call anything.")
    if lacking := lacks_for_keys(application):
        raise KeyRefused(lacking)
    if expires_at is not None and expires_at <= now:
        raise KeyRefused("The expiry lies in the past. Choose a later one, or none.")
    still = application.keys.usable().filter(name=locked.name, replaced_at__isnull=False).first()
    if still is not None:
        raise KeyRefused(
            f"An earlier secret of this key, {still.masked}, still works. Revoke it first, or wait until it has ended: two work at most."
        )
    ends_at = now + grace if locked.expires_at is None else min(now + grace, locked.expires_at)
    _replace(locked, ends_at=ends_at)
    issued = _issue(
        application=application, name=locked.name, by=by, secret=None, expires_at=expires_at, replaces=locked
    )
    key_rotated(
        actor=by.username if by else "system",
        application=application.name,
        key=locked.name,
        ends_with=locked.last_four,
        until=ends_at.isoformat(timespec="seconds"),
    )
    return issued


def _replace(key: ApiKey, *, ends_at: datetime) -> None:
    """Lets another secret have the key's name. The key's end can only come nearer: the database sees to it."""
    key.replaced_at, key.expires_at = timezone.now(), ends_at
    key.stamp = key_stamp(str(key.pk), str(key.application_id), key.name, key.digest, ends_at)
    prove_write("key.replaced", key.pk, key.stamp, proven_instant(ends_at))
    key.save(update_fields=["replaced_at", "expires_at", "stamp"])


def _issue(
    *,
    application: Application,
    name: str,
    by: Person | None,
    secret: str | None,
    expires_at: datetime | None,
    replaces: ApiKey | None,
) -> tuple[ApiKey, str]:
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
        replaces=replaces,
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
        key.replaces_id,
    )
    key.save(force_insert=True)
    key_issued(actor=by.username if by else "system", application=application.name, key=name, ends_with=key.last_four)
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
        key_revoked(
            actor=by.username if by else "system", application=locked.application.name, key=locked.name, reason=reason
        )
    return locked


def _check_reach(by: Person | None, permission: str, application: str) -> None:
    within = None if by is None else reach(by, permission)
    if within is not None and application not in within:
        raise KeyRefused(f"{application} is not yours. Ask its owner, or a platform administrator.")
