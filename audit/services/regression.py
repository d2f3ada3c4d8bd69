"""Keeping texts about which guards were wrong, and taking them out again. Every act leaves an event in the same transaction."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent, AuditPayload, RegressionCase, Violation
from audit.payloads.content import Content, StoredText, pack
from audit.payloads.reading import stored_contents
from audit.payloads.sealing import configured_sealer
from audit.payloads.storing import ANSWER, PROMPT, binding
from audit.selectors.regression import texts_of
from audit.services.payloads import RevealRefused
from audit.trail.events import record_event
from audit.trail.identifiers import uuid7

LONGEST_REASON = 2_000
_OF = {"input": PROMPT, "output": ANSWER}
Direction = RegressionCase.Direction
Expected = RegressionCase.Expected


class CaseRefused(ValueError):
    """Nothing is kept or taken out; the message says why."""


class _Text(NamedTuple):
    """A text to keep: of which call, until when, and what was wrong about it."""

    call_id: uuid.UUID
    application: str
    at: datetime
    expires_at: datetime
    level: str
    text: StoredText


@transaction.atomic
def keep_false_positive(*, violation: Violation, actor: str) -> RegressionCase | None:
    """Keeps the text in which a guard saw what was not there: in the last call of the violation, or else in its first.

    The text is sealed again, for as long as its call's is kept. None where it was not kept, or where no text was to blame.
    """
    calls = list(dict.fromkeys((violation.last_call_id, violation.first_call_id)))
    contents = stored_contents(calls, sealer=configured_sealer())
    rows = {
        (row.call_id, row.purpose): row
        for row in AuditPayload.objects.readable().filter(call_id__in=calls, purpose__in=_OF.values())
    }
    outcomes = {event.call_id: event for event in AuditEvent.objects.outcomes().filter(call_id__in=calls)}
    for call_id in calls:
        outcome = outcomes.get(call_id)
        for direction, purpose in _OF.items():
            content, row = contents.get((call_id, purpose)), rows.get((call_id, purpose))
            if outcome is None or content is None or row is None:
                continue
            verdict = outcome.fields.get(f"{direction}_verdict") or {}
            found = _to_blame(verdict, content.texts, violation.guard, violation.rule)
            if found is None:
                continue
            policy, text = found
            return _keep(
                _Text(call_id, row.application, row.at, row.expires_at, content.level, text),
                direction=direction,
                actor=actor,
                policy=policy,
                guard=violation.guard,
                rule=violation.rule,
                expected=Expected.ALLOW,
                violation=violation.pk,
            )
    return None


@transaction.atomic
def keep_report(
    *, policy: str, guard: str, expected: str, role: str, text: str, reported_as: str, call: str, keep_days: int, actor: str
) -> RegressionCase:  # fmt: skip
    """Keeps a text that somebody reported. With the id of its call it is held and erased with that call's person.

    keep_days: how long, where no call says it. Raises `CaseRefused`.
    """
    call_id = _call_of(call) if call else uuid.UUID(bytes=uuid7())
    outcome = AuditEvent.objects.outcomes().filter(call_id=call_id).first() if call else None
    if call and outcome is None:
        raise CaseRefused(_("The trail has no call %s.") % call)
    now = timezone.now()
    at = outcome.at if outcome else now
    expires_at = at + timedelta(days=keep_days)
    if expires_at <= now:
        raise CaseRefused(_("What was said in the call %s would not be kept any more.") % call)
    application = (outcome.application if outcome else None) or ""
    kept = _Text(call_id, application, at, expires_at, "full", StoredText(role, "text", text))
    return _keep(
        kept, direction="input", actor=actor, policy=policy, guard=guard, expected=expected, reported_as=reported_as
    )


@transaction.atomic
def remove_case(*, case: uuid.UUID, actor: str, reason: str) -> RegressionCase:
    """Takes a case out of the corpus and destroys the key of its text. Its row and its events stay.

    Raises `CaseRefused` without a reason, while a legal hold covers the text, and `RegressionCase.DoesNotExist`.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise CaseRefused(_("Say why it is taken out, in at most %(n)d characters.") % {"n": LONGEST_REASON})
    found = RegressionCase.objects.select_for_update().get(pk=case)
    if found.removed_at is not None:
        raise CaseRefused(_("It was taken out already."))
    _remove(found, actor, reason)
    return found


@transaction.atomic
def reveal_case(*, case: RegressionCase, actor: str, reason: str) -> StoredText:
    """The text of a case, for a person who says why. The event is written before anything is given back. Raises `RevealRefused`."""
    if not reason.strip():
        raise RevealRefused(_("Say why it is revealed: the reason is kept in the trail."))
    text = texts_of([case]).get(case.pk)
    if text is None:
        raise RevealRefused(
            _("What was said can no longer be read: it was erased, or the time that it is kept is over.")
        )
    record_event(
        type="regression.revealed",
        actor=actor,
        context={"case": str(case.pk), "policy": case.policy, "call": str(case.call_id), "reason": reason.strip()},
    )
    return text


@transaction.atomic
def take_back_false_positive(*, violation: Violation, actor: str) -> None:
    """Takes out what was kept of a violation that is looked into again: nobody knows any more that the guard was wrong."""
    for case in RegressionCase.objects.kept().select_for_update().filter(violation=violation.pk):
        _remove(case, actor, _("The violation is looked into again."))


def _to_blame(
    verdict: Mapping[str, Any], texts: Sequence[StoredText], guard: str, rule: str
) -> tuple[str, StoredText] | None:
    """The policy whose guard saw it, and the text in which it did."""
    by_place = {text.location: text for text in texts}
    for finding in verdict.get("findings") or ():
        if (finding.get("guard"), finding.get("type")) == (guard, rule) and finding.get("location") in by_place:
            return str(finding.get("policy") or ""), by_place[finding["location"]]
    return None


def _keep(
    kept: _Text,
    *,
    direction: str,
    actor: str,
    policy: str,
    guard: str,
    expected: str,
    rule: str = "",
    violation: uuid.UUID | None = None,
    reported_as: str = "",
) -> RegressionCase:
    same = RegressionCase.objects.kept().filter(policy=policy, guard=guard)
    there = (
        same.filter(reported_as=reported_as) if reported_as else same.filter(call_id=kept.call_id, rule=rule)
    ).first()
    if there is not None:
        return there
    case_id = uuid.uuid4()
    purpose = f"case-{case_id.hex[:15]}"
    event = record_event(
        type="regression.kept",
        actor=actor,
        context={
            "case": str(case_id),
            "policy": policy,
            "guard": guard,
            "rule": rule,
            "direction": direction,
            "expected": str(expected),
            "application": kept.application,
            "call": str(kept.call_id),
            **({"violation": str(violation)} if violation else {}),
        },
    )
    sealed = configured_sealer().seal(
        pack(Content(kept.level, (kept.text,))), bound_to=binding(kept.call_id.bytes, purpose, kept.application)
    )
    AuditPayload.objects.create(
        call_id=kept.call_id,
        purpose=purpose,
        application=kept.application,
        at=kept.at,
        expires_at=kept.expires_at,
        **sealed._asdict(),
    )
    return RegressionCase.objects.create(
        id=case_id,
        policy=policy,
        guard=guard,
        rule=rule,
        direction=direction,
        expected=expected,
        application=kept.application,
        violation=violation,
        reported_as=reported_as,
        call_id=kept.call_id,
        purpose=purpose,
        masked=kept.level != "full",
        kept_by=actor,
        event_id=event,
    )


def _remove(case: RegressionCase, actor: str, reason: str) -> None:
    try:
        with transaction.atomic():
            AuditPayload.objects.filter(call_id=case.call_id, purpose=case.purpose, erased_at=None).update(
                wrapped_key=None, erased_at=timezone.now()
            )
    except DatabaseError as held:
        raise CaseRefused(str(held).partition("\n")[0]) from None
    case.removed_at = timezone.now()
    case.save(update_fields=["removed_at"])
    record_event(
        type="regression.removed",
        actor=actor,
        context={"case": str(case.pk), "policy": case.policy, "guard": case.guard, "reason": reason},
    )


def _call_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise CaseRefused(_("%s is not the id of a call.") % text) from None
