"""Partitions of the trail for months that are over. Govern itself makes only those of now and of what comes."""

from datetime import UTC, date, datetime

from django.db import connection

_MAKE = """
DO $$ BEGIN
    IF to_regclass('public.{name}') IS NULL THEN
        CREATE TABLE public.{name} (LIKE public.audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION);
        CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON public.{name}
            FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change();
        ALTER TABLE public.audit_event ATTACH PARTITION public.{name} FOR VALUES FROM ('{first}') TO ('{last}');
    END IF;
END $$
"""


def make_months(*, since: datetime, until: datetime) -> list[str]:
    """Makes what is missing. Returns the names of the partitions of this time."""
    month, end = since.astimezone(UTC).date().replace(day=1), until.astimezone(UTC).date()
    names = []
    with connection.cursor() as cursor:
        while month <= end:
            following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
            names.append(f"audit_event_{month:%Y_%m}")
            cursor.execute(_MAKE.format(name=names[-1], first=f"{month} 00:00+00", last=f"{following} 00:00+00"))
            month = following
    return names
