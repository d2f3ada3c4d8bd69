"""What the bodies of a document may mention, and reporting what they may not."""

import difflib
from collections.abc import Iterable, Mapping

import msgspec

from govern.changes.document import Document
from govern.enforcement.bodies import PolicyScope
from govern.policy.conditions import ConditionInvalid, compile_condition

Bodies = dict[str, dict[str, tuple[str, msgspec.Struct]]]
"""Kind → name → (place in the document, body)."""


class Known:
    """The names that exist, with those that the document adds. Every method reports at a place what is wrong there."""

    def __init__(self, document: Document, bodies: Mapping[str, Mapping[str, tuple[str, msgspec.Struct]]]) -> None:
        self.bodies = bodies
        self.report = document.report

    def name(self, place: str, kind: str, name: str) -> None:
        """Something of a kind must have this name."""
        if name in self.bodies[kind]:
            return
        near = difflib.get_close_matches(name, self.bodies[kind], n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        self.report(place, f"there is no {kind.replace('_', ' ')} named `{name}`.{hint}")

    def served(self, place: str, model: str) -> None:
        """A model must exist, and somebody must serve it."""
        self.name(place, "catalog_model", model)
        deployments = (body for _, body in self.bodies["deployment"].values())
        if model in self.bodies["catalog_model"] and not any(
            getattr(body, "model", None) == model for body in deployments
        ):
            self.report(place, f"nobody serves `{model}`; add a deployment of it.")

    def scope(self, place: str, scope: PolicyScope) -> None:
        """The teams and applications of a scope must exist."""
        for field, kind in (("teams", "team"), ("applications", "application")):
            for index, name in enumerate(getattr(scope, field)):
                self.name(f"{place}.scope.{field}[{index}]", kind, name)

    def condition(self, place: str, text: str) -> None:
        """A condition must compile."""
        try:
            compile_condition(text)
        except ConditionInvalid as error:
            self.report(place, str(error))

    def roles(self, place: str, named: Iterable[str], known: Iterable[str]) -> None:
        """Every group must be one of those that are known."""
        for index, group in enumerate(named):
            if group not in known:
                self.report(
                    f"{place}[{index}]", f"there is no group `{group}`. Known groups: {', '.join(sorted(known))}."
                )
