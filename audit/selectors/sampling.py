"""What sampling review has found, and whether its draws can be drawn again."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Sum

from audit.models import AuditEvent, SampledCall, SampleDraw
from audit.sampling import draw


class Rate(NamedTuple):
    """Of one application: calls, drawn ones, and what people said of them. unrecorded: ratings of which the trail knows nothing."""

    application: str
    population: int
    drawn: int
    right: int
    too_strict: int
    missed: int
    unrecorded: int

    @property
    def rated(self) -> int:
        return self.right + self.too_strict + self.missed


def rates(since: datetime) -> list[Rate]:
    """By application, over the weeks that began since. A rating counts as the trail has it. Three queries."""
    draws = SampleDraw.objects.filter(week__gte=since.date())
    sums = draws.values("application").annotate(asked=Sum("population"), chosen=Sum("drawn")).order_by("application")
    said: dict[str, Counter[str]] = {}
    rated = list(SampledCall.objects.filter(draw__in=draws).exclude(rating="").select_related("draw"))
    recorded = _recorded(rated)
    for call in rated:
        known = call.rating if call.pk in recorded else "unrecorded"
        said.setdefault(call.draw.application, Counter())[known] += 1
    return [
        Rate(
            row["application"], row["asked"], row["chosen"],
            *(said.get(row["application"], Counter())[word] for word in ("right", "too_strict", "missed", "unrecorded")),
        )
        for row in sums
    ]  # fmt: skip


def differing_draws() -> Iterator[tuple[SampleDraw, str]]:
    """Draws that cannot be drawn again, with a word why: `population`, `calls` or `gone` (their events were dropped or are not sealed)."""
    for made in SampleDraw.objects.order_by("week", "application").iterator():
        again = draw(made.application, made.week, made.wanted)
        calls = list(made.calls.order_by("place").values_list("call_id", flat=True))
        if again is None or (again.population == 0 and made.population):
            yield made, "gone"
        elif (again.seed, again.checkpoint, again.population) != (made.seed, made.checkpoint, made.population):
            yield made, "population"
        elif again.calls != calls:
            yield made, "calls"


def _recorded(rated: list[SampledCall]) -> set[object]:
    if not rated:
        return set()
    first = min(call.rated_at for call in rated if call.rated_at is not None)
    events = AuditEvent.objects.filter(
        call_id__isnull=True,
        at__gte=first - timedelta(minutes=5),
        type="sampling.rated",
        id__in=[call.rated_event for call in rated],
    )
    said = {event.id: (event.fields.get("sampled"), event.fields.get("rating"), event.actor) for event in events}
    return {
        call.pk
        for call in rated
        if call.rated_event and said.get(call.rated_event) == (str(call.pk), call.rating, call.rated_by)
    }
