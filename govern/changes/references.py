"""Whether the names that bodies mention exist, and whether their rules can do what they say."""

import msgspec

from govern.changes.document import Document
from govern.changes.kinds import KINDS
from govern.changes.known import Bodies, Known, kind_saying
from govern.policy.bodies import body_name
from routing.saying import Saying


def check_references(document: Document, bodies: Bodies) -> None:
    """Reports every dangling name and every condition that does not compile."""
    known = Known(document, bodies)
    for name, kind in KINDS.items():
        for place, body in bodies[name].values():
            kind.references(known, place, body)


def named(document: Document, bodies: Bodies, kind: str, place: str, body: msgspec.Struct) -> None:
    """Files a body under its name, reporting a second one of the same name."""
    name = body_name(kind, body)
    if name in bodies[kind]:
        document.report(
            place,
            Saying(
                "there already is a %(kind)s named `%(name)s` (line %(line)d).",
                kind=kind_saying(kind),
                name=name,
                line=document.line(bodies[kind][name][0]),
            ),
        )
        return
    bodies[kind][name] = (place, body)
