"""The database as Django wants it described, and the broker as Celery does."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_OURS = (
    "-c search_path=public,pg_temp -c standard_conforming_strings=on -c default_transaction_read_only=off "
    "-c default_transaction_isolation=read\\ committed"
)
"""Said by every connection, so that settings of the role, which it may change for itself, do not decide where names are looked up."""


def django_database(url: str) -> dict[str, Any]:
    """The DATABASES entry of a PostgreSQL URL; what the URL says beyond the address goes to psycopg as it is.

    Raises `ImproperlyConfigured`, without repeating the URL and the password in it, if it cannot be understood.
    """
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        raise ImproperlyConfigured(
            "DATABASE_URL is not a PostgreSQL address: write postgresql://USER:PASSWORD@HOST:5432/DATABASE."
        ) from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "govern"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": {"application_name": "govern", **parts, "options": f"{parts.get('options') or ''} {_OURS}".strip()},
    }


def celery_broker(redis_url: str) -> str:
    """`redis_url` as Celery writes it: a Unix socket has another scheme there."""
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
