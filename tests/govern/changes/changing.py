"""Short words for taking a change through its steps."""

from typing import Any

from govern.changes.applying import apply_change
from govern.changes.drafts import open_change, propose_version
from govern.changes.reviewing import review_change
from govern.changes.submission import submit_change
from govern.identity.second_factor import SecondFactor
from govern.models import GOVERNED, ChangeRequest, Person
from tests.cast import person
from tests.second_factor import fresh_factor


def fresh(name: str) -> SecondFactor:
    """What one of the cast has who has just given a code of their app."""
    return fresh_factor(person(name))


def body_of(kind: str, name: str, **fields: Any) -> Any:
    """What is in force of an object, with some fields changed."""
    body = GOVERNED[kind].objects.get(name=name).body
    return type(body)(**({field: getattr(body, field) for field in body.__struct_fields__} | fields))


def draft(
    kind: str = "budget", name: str = "organisation", *, by: Person | None = None, **fields: Any
) -> ChangeRequest:
    """A draft that changes some fields of one object: Amy's, unless said otherwise."""
    author = by or person("amy")
    change = open_change(title=f"Change {name}", reason="It is time.", by=author)
    propose_version(
        change=change, kind=kind, body=body_of(kind, name, **(fields or {"limit_usd": "9000.00"})), by=author, edition=1
    )
    return change


def submitted(*args: Any, **fields: Any) -> ChangeRequest:
    """A draft that was put in review."""
    change = draft(*args, **fields)
    return submit_change(change=change, by=change.requested_by, edition=change.edition)


def approve(change: ChangeRequest, *names: str) -> ChangeRequest:
    """Each of the named approves it as it is now."""
    for name in names:
        change = review_change(
            change=change, by=person(name), verdict="approve", digest=change.content_digest, second_factor=fresh(name)
        )
    return change


def applied(*args: Any, **fields: Any) -> ChangeRequest:
    """A change that Ben and Cara approved and Ben put in force."""
    return apply_change(
        change=approve(submitted(*args, **fields), "ben", "cara"), by=person("ben"), second_factor=fresh("ben")
    )
