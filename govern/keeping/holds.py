"""What legal holds in force keep."""

from django.db import connection


def put_off_held() -> int:
    """Gives stored prompts and answers under a hold more time than they had. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT govern_put_off_held()")
        (put_off,) = cursor.fetchone()
    return int(put_off)
