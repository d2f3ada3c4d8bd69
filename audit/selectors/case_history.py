"""How people worked one violation."""

from audit.models import AuditEvent, Violation

_WORK = ("violation.transitioned", "violation.assigned")


def case_history(*, case: Violation, limit: int = 200) -> list[AuditEvent]:
    """Transitions and assignments of a case, oldest first, at most `limit`.

    Reads what people did since the case began, which does not grow with the traffic.
    """
    events = AuditEvent.objects.filter(call_id__isnull=True, at__gte=case.first_at, type__in=_WORK)
    # Looked for as text first: the database's JSON functions fail the query for one document that they cannot read.
    likely = events.extra(where=["position(%s in body::text) > 0"], params=[str(case.pk)]).order_by("at", "seq")
    return [event for event in likely[:limit] if event.fields.get("violation") == str(case.pk)]
