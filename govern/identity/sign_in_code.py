"""The code that a person reads out so that others can confirm whose account it is."""

from django.db import connection

from govern.models import Person


def sign_in_code(person: Person) -> str:
    """Twelve hexadecimal digits, `7F3A-91C2-0D4E`, of everything that lets somebody sign in as the person; another after each change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.govern_sign_in_code(%s)", [person.pk])
        return str(cursor.fetchone()[0])
