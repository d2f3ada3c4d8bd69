"""Forgetting who presented unknown keys: addresses are kept no longer than they are looked at."""

from datetime import timedelta

from django.utils import timezone

from audit.models import UnknownKeyUse

KEPT = timedelta(days=30)


def forget_unknown_keys() -> int:
    """Deletes what is older than `KEPT`. Returns how many rows."""
    number: int = UnknownKeyUse.objects.filter(hour__lt=timezone.now() - KEPT).delete()[0]
    return number
