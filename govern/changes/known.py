"""What the bodies of a document may mention, and reporting what they may not."""

import difflib
from collections.abc import Iterable, Mapping

import msgspec

from govern.changes.document import Document
from govern.enforcement.bodies import PolicyScope
from govern.policy.conditions import ConditionInvalid, compile_condition
from routing.saying import Saying

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
        word = kind_saying(kind)
        self.report(
            place,
            Saying(
                "there is no %(kind)s named `%(name)s`. Did you mean `%(near)s`?", kind=word, name=name, near=near[0]
            )
            if near
            else Saying("there is no %(kind)s named `%(name)s`.", kind=word, name=name),
        )

    def served(self, place: str, model: str) -> None:
        """A model must exist, and somebody must serve it."""
        self.name(place, "catalog_model", model)
        deployments = (body for _, body in self.bodies["deployment"].values())
        if model in self.bodies["catalog_model"] and not any(
            getattr(body, "model", None) == model for body in deployments
        ):
            self.report(place, Saying("nobody serves `%(model)s`; add a deployment of it.", model=model))

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
            self.report(place, error.said)

    def roles(self, place: str, named: Iterable[str], known: Iterable[str]) -> None:
        """Every group must be one of those that are known."""
        for index, group in enumerate(named):
            if group not in known:
                self.report(
                    f"{place}[{index}]",
                    Saying(
                        "there is no group `%(group)s`. Known groups: %(known)s.",
                        group=group,
                        known=", ".join(sorted(known)),
                    ),
                )


def kind_saying(kind: str) -> Saying:
    """A kind within a sentence."""
    return Saying(kind.replace("_", " "))
