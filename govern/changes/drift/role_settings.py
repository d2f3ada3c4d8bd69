"""What the application's database role can still do to itself and that Govern never does: settings of its own, large objects."""

from django.db import connection

_FOUND = """
SELECT 'database role/' || r.rolname || '/' || split_part(setting, '=', 1)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS setting
WHERE r.rolname = 'govern_app'
UNION SELECT 'large objects' WHERE EXISTS (SELECT FROM pg_largeobject_metadata)
ORDER BY 1
"""


def changed_role() -> list[str]:
    """`database role/govern_app/SETTING` of settings that hold for every gateway, and `large objects` if there are any."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND)
        return [place for (place,) in cursor.fetchall()]
