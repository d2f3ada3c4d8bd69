"""The database role with which Govern runs: that it has no more rights than it needs, and no settings of its own."""

from django.db import connection

_FOUND = """
SELECT 'database/settings of ' || coalesce(rolname, 'all roles') FROM pg_catalog.pg_db_role_setting s
LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
WHERE rolname IN ('govern_owner', 'govern_app', 'govern_reader', 'govern_sealer')
    AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
UNION ALL
SELECT 'database/rights of ' || rolname FROM pg_catalog.pg_roles r
WHERE rolname IN ('govern_app', 'govern_reader', 'govern_sealer') AND (
    rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'TEMPORARY')
    OR pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'CREATE')
    OR pg_catalog.has_schema_privilege(oid, 'public', 'CREATE')
    OR EXISTS (SELECT FROM pg_catalog.pg_auth_members WHERE member = r.oid))
ORDER BY 1
"""


def loosened_roles() -> list[str]:
    """`database/settings of ROLE` and `database/rights of ROLE` where a role has what `manage.py database_roles` takes away."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND)
        return [place for (place,) in cursor.fetchall()]
