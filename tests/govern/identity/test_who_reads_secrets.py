"""How people sign in is not for the database roles that read for reports and seal the trail."""

import pytest
from django.db import connection

from govern.database_roles import OWNER_WRITES, PERSONAL


@pytest.mark.parametrize("role", ["govern_reader", "govern_sealer"])
@pytest.mark.parametrize("table", PERSONAL)
def test_it_is_hidden(db: None, role: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, %s, 'SELECT'), has_table_privilege('govern_app', %s, 'INSERT')",
            [role, table, table],
        )
        assert cursor.fetchone() == (False, table not in OWNER_WRITES)
