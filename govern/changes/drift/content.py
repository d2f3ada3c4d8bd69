"""The content of every version, against its own hash."""

from django.db import connection

_CHANGED = """
SELECT kind || '/' || object_name FROM govern_version
WHERE sha256 <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex') ORDER BY 1
"""


def changed_versions() -> list[str]:
    """`KIND/NAME` of versions whose content was changed under their hash."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED)
        return [place for (place,) in cursor.fetchall()]
