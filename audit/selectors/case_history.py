"""How people worked one violation."""

from audit.models import AuditEvent, Violation

_WORK = ("violation.transitioned", "violation.assigned")


def case_history(*, case: Violation, limit: int = 200) -> list[AuditEvent]:
    """Transitions and assignments of a case, oldest first, at most `limit`.

    Reads what people did since the case began, which does not grow with the traffic.
    """
    events = AuditEvent.objects.filter(call_id__isnull=True, at__gte=case.first_at, type__in=_WORK)
    return list(events.extra(where=["body ->> 'violation' = %s"], params=[str(case.pk)]).order_by("at", "seq")[:limit])
