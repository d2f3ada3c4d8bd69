"""Policy as code: a file that says what should be in force becomes a draft with the difference."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from govern.changes.bootstrap_file import Bootstrap
from govern.changes.differences import Difference, differences
from govern.changes.drafts import Proposed, draft_of
from govern.changes.kinds import KINDS
from govern.changes.refused import ChangeRefused
from govern.models import ChangeRequest, Person
from govern.policy.canonical import canonical_json

Bodies = Mapping[str, Mapping[str, Any]]


class Proposal(NamedTuple):
    """One object that a file changes. `after` None: it is to be retired."""

    kind: str
    name: str
    before: Any
    after: Any

    @property
    def differences(self) -> list[Difference]:
        """Every place that differs."""
        return differences(self.before, self.after)


def proposals_of(file: Bootstrap, in_force: Bodies, *, prune: bool = False) -> list[Proposal]:
    """What a file changes. What it does not name stays as it is; with `prune`, what its sections do not name is retired."""
    found = []
    for kind, named in file.bodies.items():
        live = in_force.get(kind, {})
        for name, (_place, body) in named.items():
            if name not in live or canonical_json(live[name]) != canonical_json(body):
                found.append(Proposal(kind, name, live.get(name), body))
        if prune and {KINDS[kind].section, *KINDS[kind].also_in} & file.sections:
            found += [Proposal(kind, name, body, None) for name, body in live.items() if name not in named]
    return found


def propose_file(*, proposals: list[Proposal], title: str, reason: str, by: Person) -> ChangeRequest:
    """A draft of everything that a file changes. Raises `ChangeRefused` if that is nothing."""
    if not proposals:
        raise ChangeRefused("no_difference", _("The file says what is in force already; there is nothing to propose."))
    items = [Proposed(proposal.kind, proposal.name, proposal.after) for proposal in proposals]
    return draft_of(items, title=title, reason=reason, by=by)
