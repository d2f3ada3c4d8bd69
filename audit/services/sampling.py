"""Drawing calls for review, and rating them. Each act leaves an event in the same transaction."""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import SampledCall, SampleDraw
from audit.sampling import draw
from audit.trail.events import record_event

LONGEST_NOTE = 500


class RatingRefused(ValueError):
    """The call is not rated; the message says why."""


@transaction.atomic
def draw_week(*, application: str, week: date, wanted: int, policy: str) -> SampleDraw | None:
    """Draws the calls of a week, once; None where that was done, or while no checkpoint covers the week.

    policy: the guard policy that asks for it.
    """
    if SampleDraw.objects.filter(application=application, week=week).exists():
        return None
    found = draw(application, week, wanted)
    if found is None:
        return None
    made, is_new = SampleDraw.objects.get_or_create(
        application=application,
        week=week,
        defaults={
            "wanted": wanted,
            "population": found.population,
            "drawn": len(found.calls),
            "checkpoint": found.checkpoint,
            "seed": found.seed,
        },
    )
    if not is_new:
        return None
    SampledCall.objects.bulk_create(
        SampledCall(draw=made, call_id=call, place=place) for place, call in enumerate(found.calls, 1)
    )
    record_event(
        type="sampling.drawn",
        actor=None,
        context={
            "application": application,
            "week": week.isoformat(),
            "policy": policy,
            "wanted": wanted,
            "population": found.population,
            "checkpoint": found.checkpoint,
            "seed": found.seed,
            "calls": [str(call) for call in found.calls],
            "number": len(found.calls),
        },
    )
    return made


@transaction.atomic
def rate_call(*, sampled: uuid.UUID, rating: str, note: str, actor: str) -> SampledCall:
    """Says what guards made of a call: once, and for good. Raises `RatingRefused` and `SampledCall.DoesNotExist`."""
    note = note.strip()
    if rating not in SampledCall.Rating.values:
        raise RatingRefused(_("Choose a rating."))
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise RatingRefused(_("Write a note of at most %(n)d characters.") % {"n": LONGEST_NOTE})
    if rating != SampledCall.Rating.RIGHT and not note:
        raise RatingRefused(_("Say in a note what was too strict or missed; not the text of the call."))
    found = SampledCall.objects.select_for_update(of=("self",)).select_related("draw").get(pk=sampled)
    if found.rating:
        raise RatingRefused(_("%(person)s has rated this call. A rating stays.") % {"person": found.rated_by})
    found.rating, found.note, found.rated_by, found.rated_at = rating, note, actor, timezone.now()
    found.rated_event = record_event(
        type="sampling.rated",
        actor=actor,
        context={
            "sampled": str(found.pk),
            "call": str(found.call_id),
            "application": found.draw.application,
            "week": found.draw.week.isoformat(),
            "rating": rating,
            "note": note,
        },
    )
    found.save(update_fields=["rating", "note", "rated_by", "rated_at", "rated_event"])
    return found
