"""One proposal while it is written: what stands in its form, what is wrong with it, and where it will go."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from govern.admin.changes.words import kind_word
from govern.admin.proposals.checking import complaints, row_notes, unsaved_item
from govern.admin.proposals.drawing import Drawer, Drawn
from govern.admin.proposals.expert import as_text, from_text
from govern.admin.proposals.mending import is_within, mended
from govern.admin.proposals.misfits import misfits
from govern.admin.proposals.posted import collect
from govern.admin.proposals.reading import Problem, read
from govern.admin.proposals.schema import Group, schema_of
from govern.admin.proposals.summaries import summaries
from govern.admin.proposals.writing import write
from govern.admin.proposals.written import Written
from govern.changes.check import Check
from govern.models import ChangeItem, ChangeRequest, Person
from govern.policy.bodies import BODIES, ExemptionBody, body_name

FORM, TEXT = "form", "text"


@dataclass(slots=True)
class Editing:
    """A proposal of a kind. `name`: of the object in force that it changes; empty for a new one."""

    person: Person
    kind: str
    name: str
    change: ChangeRequest | None = None
    item: ChangeItem | None = None
    written: Written = None
    text: str = ""
    shape: str = FORM
    title: str = ""
    reason: str = ""
    edition: int = 0
    seen: str = ""
    secret_typed: bool = False
    body: Any = None
    problems: list[Problem] = field(default_factory=list)
    elsewhere: list[Check] = field(default_factory=list)
    checked: bool = False

    @property
    def schema(self) -> Group:
        return schema_of(self.kind)

    def begin(self, value: dict[str, Any]) -> None:
        """Starts from a plain value."""
        self.written = write(self.schema, value)

    def take(self, data: QueryDict) -> None:
        """What was posted of the body and of the change around it."""
        self.shape = TEXT if data.get("shape") == TEXT else FORM
        self.text = data.get("text", "").replace("\r\n", "\n")
        self.written = collect(self.schema, data) if self.shape == FORM else None
        self.title = data.get("title", self.title)
        self.reason = data.get("reason", self.reason).replace("\r\n", "\n")
        self.seen = data.get("seen", self.seen)
        self.secret_typed = bool(data.get("secret"))

    def decode(self) -> None:
        """Finds the body, or what does not fit."""
        self.problems, self.body = [], None
        if self.shape == TEXT:
            self.body, self.problems = from_text(self.kind, self.text)
        else:
            value = read(self.schema, self.written, "", self.problems)
            unread = {problem.place for problem in self.problems}
            self.problems += [p for p in misfits(self.schema, value) if not is_within(p.place, unread)]
            if not self.problems:
                try:
                    self.body = msgspec.convert(value, BODIES[self.kind])
                except msgspec.ValidationError as fault:
                    self.problems.append(Problem("", str(fault)))
        if self.body is not None:
            self._check_name()

    def _check_name(self) -> None:
        fixed = self.name or (self.item.object_name if self.item and self.item.base_id else "")
        try:
            name = body_name(self.kind, self.body)
        except ValueError:
            self.problems.append(Problem("name", _("This is needed.")))
            self.body = None
            return
        if fixed and name != fixed:
            place = "name" if getattr(self.body, "name", None) or "name" in self.body.__struct_fields__ else ""
            message = _("This is “%(old)s”, and a name cannot change. Put it back, or propose “%(new)s” as a new one.")
            self.problems.append(Problem(place, message % {"old": fixed, "new": name}))

    def check(self) -> None:
        """Everything that stands in the way of submitting."""
        self.decode()
        self.checked = True
        own_reason = self.body.reason if isinstance(self.body, ExemptionBody) else ""  # said once, it is said
        if not (self.reason.strip() or own_reason) and self.item is None and self.change is None:
            self.problems.append(
                Problem("#reason", _("Say why: the reason is what approvers and auditors read first."))
            )
        wrong = {problem.place for problem in self.problems if not problem.place.startswith("#")}
        body = self.body if self.body is not None else self._mended(wrong)
        if body is None or "name" in wrong:
            return
        change = self.change or ChangeRequest(
            title=self.title,
            reason=self.reason,
            requested_by=self.person,
            requested_by_name=self.person.username,
        )
        held = bool(self.item and self.item.secret)
        name = self.name or (self.item.object_name if self.item and self.item.base_id else "")
        item = unsaved_item(
            change, kind=self.kind, name=name, body=body, by=self.person, secret=self.secret_typed or held
        )
        gone = {item.object_name, self.item.object_name if self.item else ""}
        others = [
            other
            for other in (self.change.items.select_related("base") if self.change else ())
            if other.kind != self.kind or other.object_name not in gone
        ]
        here, elsewhere = complaints(change, item, others)
        self.elsewhere = elsewhere if self.body is not None else []
        here = [problem for problem in here if not is_within(problem.place, wrong)]
        if self.shape == TEXT:
            here = [Problem("", f"{p.place}: {p.message}" if p.place else p.message) for p in here]
        self.problems += here

    def _mended(self, wrong: set[str]) -> Any:
        """The body as it would be if what does not fit did, to be checked and for nothing else."""
        if self.shape == TEXT or not wrong or "name" in wrong:
            return None
        return mended(self.kind, read(self.schema, self.written, "", []), wrong)

    def turn(self, shape: str) -> None:
        """Shows the form instead of the text, or the text instead of the form. What cannot be turned stays as it is."""
        if shape == TEXT and self.shape == FORM:
            self.text, self.shape = as_text(read(self.schema, self.written, "", [])), TEXT
        elif shape == FORM and self.shape == TEXT:
            self.decode()
            if self.body is not None:
                self.shape, self.problems = FORM, []
                self.begin(msgspec.to_builtins(self.body))

    def drawn(self) -> Drawn | None:
        """The form as templates draw it; None while it is text."""
        if self.shape == TEXT:
            return None
        body = self.body
        drawer = Drawer(
            [problem for problem in self.problems if not problem.place.startswith("#")],
            fixed=bool(self.name or (self.item and self.item.base_id)),
            summaries=summaries(self.kind, read(self.schema, self.written, "", [])),
            notes=row_notes(body),
        )
        return drawer.form(self.schema, self.written)

    @property
    def heading(self) -> str:
        """What the page is called."""
        name = self.name or (self.item.object_name if self.item else "")
        if self.kind == "membership" and (name := name or self._typed_name()):
            return _("Propose roles for %(name)s") % {"name": name}
        if name:
            return _("Propose a change of %(name)s") % {"name": name}
        return _("Propose a new %(kind)s") % {"kind": kind_word(self.kind)}

    def _typed_name(self) -> str:
        return str(self.written["name"]) if self.written else ""

    @property
    def becomes_author(self) -> bool:
        """Whether the person has had no hand in the draft so far."""
        change = self.change
        return change is not None and not change.authors.filter(person=self.person).exists()
