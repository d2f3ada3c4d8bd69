"""Sampling review: whose calls are drawn by policy, and who may rate one."""

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent, SampledCall
from audit.sampling import last_week
from audit.services.sampling import RatingRefused, draw_week, rate_call
from audit.trail.end_users import end_user_marks
from govern.changes.approvals import are_one
from govern.changes.compiled import revision_in_force
from govern.identity.ownership import owned_by
from govern.models import ApiKey, Person
from govern.policy.sampling import sampled_a_week

MAY_RATE = "audit.rate_sampledcall"


def draw_due_samples() -> int:
    """Draws calls of the last week for every application for which a guard policy in force asks. Returns how many draws. A week is drawn
    once, with the number in force when it is drawn."""
    found = revision_in_force()
    if found is None:
        return 0
    week, made = last_week(timezone.now()), 0
    for name in found.applications:
        application = found.compiled.applications[name]
        wanted, policy = sampled_a_week(
            found.guard_policies.values(), application.name, application.team, application.tags
        )
        if wanted and draw_week(application=name, week=week, wanted=wanted, policy=policy) is not None:
            made += 1
    return made


def rate_sampled(*, sampled: SampledCall, rating: str, note: str, by: Person) -> SampledCall:
    """Rates a call that was drawn. Nobody rates what they look after, or said themselves. Raises `RatingRefused`."""
    if why := why_not_rate(sampled, by):
        raise RatingRefused(why)
    return rate_call(sampled=sampled.pk, rating=rating, note=note, actor=by.username)


def why_not_rate(sampled: SampledCall, by: Person) -> str:
    """Why a person may not rate a call, in words; empty if they may. At most eight queries."""
    if not by.has_perm(MAY_RATE):
        return _("Compliance officers and approvers rate calls.")
    owned = owned_by(by)
    if owned is not None and sampled.draw.application in owned.applications:
        return _("You look after %(application)s. Somebody else rates its calls.") % {
            "application": sampled.draw.application
        }
    outcome = AuditEvent.objects.outcomes().filter(call_id=sampled.call_id).first()
    if outcome is None:
        return ""
    issuers = ApiKey.objects.filter(application__name=sampled.draw.application, name=outcome.key or "")
    for issuer in set(issuers.values_list("created_by__username", flat=True)) - {None}:
        if issuer == by.username or are_one([str(issuer), by.username]):
            return _("The key of this call was issued by you. Somebody else rates it.")
    said = outcome.fields.get("end_user") or {}
    own = {mark for name in (by.username, by.email) if name for mark in end_user_marks(name)}
    if said.get("id") in own:
        return _("This call is your own. Somebody else rates it.")
    return ""
