"""Putting a containment rule in force."""

from typing import Any

from govern.changes.applying import apply_change
from govern.changes.drafts import open_change, propose_retirement, propose_version
from govern.changes.submission import submit_change
from govern.models import ChangeRequest
from govern.policy.bodies import StopBody
from govern.policy.containment_body import ContainmentBody
from tests.cast import person
from tests.govern.changes.changing import approve, fresh

REASON = "Ask the security desk before you lift it."


def draft_rule(**fields: Any) -> ChangeRequest:
    """Amy's draft of a rule: three calls with violations within ten minutes stop an application for an hour."""
    amy = person("amy")
    body = ContainmentBody(**{"name": "bursts", "violations": 3, "minutes": 10, "reason": REASON} | fields)
    change = open_change(title="Contain bursts", reason="Nobody watches at night.", by=amy)
    propose_version(change=change, kind="containment", body=body, by=amy, edition=1)
    change.refresh_from_db()
    return change


def put_rule(**fields: Any) -> ChangeRequest:
    """The same in force."""
    return put_in_force(draft_rule(**fields))


def put_stop(body: StopBody) -> ChangeRequest:
    """A stop that people propose and approve."""
    amy = person("amy")
    change = open_change(title="Stop something", reason="It is slow today.", by=amy)
    propose_version(change=change, kind="stop", body=body, by=amy, edition=1)
    change.refresh_from_db()
    return put_in_force(change)


def retire(kind: str, name: str) -> ChangeRequest:
    """Takes an object out of force, as people do."""
    amy = person("amy")
    change = open_change(title=f"Retire {name}", reason="It is safe again.", by=amy)
    propose_retirement(change=change, kind=kind, name=name, by=amy, edition=1)
    change.refresh_from_db()
    return put_in_force(change)


def put_in_force(change: ChangeRequest) -> ChangeRequest:
    """Submitted by Amy, approved by Ben and Cara, applied by Ben."""
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    return apply_change(change=approve(change, "ben", "cara"), by=person("ben"), second_factor=fresh("ben"))
