"""People, their second factors and linked identities, against the seals that they were written with."""

from django.db import connection


def changed_people() -> list[str]:
    """`person/NAME`, `second_factor/NAME` and `identity/NAME` where a row was written around Govern, taken away, or moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM public.govern_unsealed_people()")
        return [place for (place,) in cursor.fetchall()]
