"""API keys that are not as Govern issued them. No gateway serves them."""

from govern.identity.key_stamps import is_stamped
from govern.models import ApiKey


def foreign_keys() -> list[str]:
    """`key/APPLICATION/NAME` of keys that somebody wrote into the database."""
    keys = ApiKey.objects.filter(revoked_at__isnull=True).values_list(
        "id", "application_id", "name", "digest", "expires_at", "stamp", "application__name"
    )
    return sorted(
        f"key/{application}/{name}"
        for id_, application_id, name, digest, expires_at, stamp, application in keys.iterator()
        if not is_stamped(str(id_), str(application_id), name, digest, expires_at, stamp)
    )
