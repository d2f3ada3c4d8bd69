"""What a person may do with a change request now and, where a button is missing, why it is."""

from collections.abc import Iterable, Mapping

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from govern.changes.again import ENDED
from govern.changes.approvals import Requirement, authors_of, hands_in
from govern.changes.kinds import KINDS
from govern.changes.reviewing import IN_REVIEW
from govern.identity.role_words import role_label
from govern.models import ChangeRequest, ChangeState, Person, Review

_OPEN = (
    ChangeState.DRAFT,
    ChangeState.IN_REVIEW,
    ChangeState.CHANGES_REQUESTED,
    ChangeState.APPROVED,
    ChangeState.SCHEDULED,
)
_READY = (ChangeState.APPROVED, ChangeState.SCHEDULED)
_LOOKED_FOR = {
    ChangeState.DRAFT: ("submit",),
    ChangeState.CHANGES_REQUESTED: ("submit",),
    ChangeState.IN_REVIEW: ("approve",),
    ChangeState.APPROVED: ("apply",),
    ChangeState.SCHEDULED: ("apply",),
    ChangeState.EMERGENCY: ("approve", "revert"),
    ChangeState.APPLIED: ("rollback",),
}
"""The buttons that somebody would look for in a state."""


class Standing:
    """One person before one change. `actions` maps what could be done in its state to why this person may not; empty: they may."""

    def __init__(
        self,
        change: ChangeRequest,
        person: Person,
        *,
        progress: Iterable[Requirement] = (),
        reviews: Iterable[Review] = (),
        moved: bool = False,
        failing: int = 0,
    ) -> None:
        self.change, self.person = change, person
        self.progress, self.reviews = list(progress), list(reviews)
        self.moved, self.failing = moved, failing

    @cached_property
    def wrote(self) -> bool:
        """Whether the person requested or wrote a part of it."""
        return self.person.pk in authors_of(self.change)

    @cached_property
    def counts_as_author(self) -> bool:
        """Whether the person wrote it, or is tied to somebody who did."""
        return self.person.pk in hands_in(self.change)

    @cached_property
    def held(self) -> set[str]:
        """The person's groups."""
        return set(self.person.groups.values_list("name", flat=True))

    @cached_property
    def last_review(self) -> Review | None:
        """What the person said last about the content as it is now."""
        mine = [r for r in self.reviews if r.reviewer_id == self.person.pk and r.digest == self.change.content_digest]
        return mine[-1] if mine else None

    @cached_property
    def actions(self) -> Mapping[str, str]:
        """Action → why not, or nothing if they may. What makes no sense in this state is left out."""
        state = self.change.state
        found: dict[str, str] = {"comment": self._comment()}
        if self.change.is_editable:
            found |= {"edit": self._edit(), "submit": self._submit()}
        if state == ChangeState.DRAFT:
            found["break_glass"] = self._break_glass()
        if state in _OPEN:
            found["withdraw"] = self._author()
        if state in (ChangeState.IN_REVIEW, *_READY):
            found["reopen"] = self._author()
        if state in IN_REVIEW:
            found |= {"approve": self._approve(), "object": self._object()}
        if state in _READY:
            found["apply"] = self._apply()
        if state == ChangeState.APPLIED:
            found["rollback"] = self._may(
                "propose_change", _("Who proposes changes can propose to roll this one back.")
            )
        if state in ENDED:
            found["again"] = self._may("propose_change", _("Who proposes changes can propose it again."))
        if state == ChangeState.EMERGENCY:
            found["revert"] = self._revert()
        return found

    @property
    def may(self) -> frozenset[str]:
        """What the person may do."""
        return frozenset(action for action, why in self.actions.items() if not why)

    @property
    def hints(self) -> list[str]:
        """Why the buttons are missing that somebody in this state would look for; each reason once."""
        looked_for = _LOOKED_FOR.get(ChangeState(self.change.state), ())
        return list(dict.fromkeys(why for action in looked_for if (why := self.actions.get(action))))

    def _may(self, permission: str, why_not: str) -> str:
        return "" if self.person.has_perm(f"govern.{permission}") else why_not

    def _comment(self) -> str:
        if any(self.person.has_perm(f"govern.{name}") for name in ("review_change", "propose_change")):
            return ""
        return _("Who proposes or reviews changes can comment.")

    def _edit(self) -> str:
        return self._may("propose_change", _("Policy authors propose and edit changes. You can read everything."))

    def _submit(self) -> str:
        if why := self._edit():
            return why
        if self.moved:
            return _("What is in force has moved since this was written. Rebase it first, then submit it.")
        if self.failing:
            return ngettext(
                "One check has failed. Put it right first, then submit it.",
                "%(n)d checks have failed. Put them right first, then submit it.",
                self.failing,
            ) % {"n": self.failing}
        return ""

    def _author(self) -> str:
        if not self.wrote:
            return _("Only who wrote it can take it back or withdraw it.")
        return self._may("propose_change", _("You may no longer propose changes."))

    def _object(self) -> str:
        if self.wrote:
            return _("You wrote this, so somebody else must approve it.")
        if self.counts_as_author:
            return _(
                "Who wrote this set your password or second factor, or you set theirs. Somebody else must approve it."
            )
        if why := self._may("review_change", _("Approvers review changes. You can read everything about this one.")):
            return why
        if not any(self.held & set(needed.groups) for needed in self.progress):
            groups = _(", ").join(dict.fromkeys(str(role_label(g)) for needed in self.progress for g in needed.groups))
            return _("Your approval would not count: the rules ask for %(groups)s.") % {"groups": groups}
        return ""

    def _approve(self) -> str:
        if why := self._object():
            return why
        if self.last_review and self.last_review.verdict == Review.Verdict.APPROVE:
            return (
                _("You have approved this content. Others are needed now.")
                if self._missing()
                else _("You have approved this content.")
            )
        return ""

    def _missing(self) -> bool:
        return any(not needed.is_met for needed in self.progress)

    def _apply(self) -> str:
        if why := self._may("apply_change", _("It is approved. Approvers put changes in force.")):
            return why
        if self.change.state == ChangeState.SCHEDULED:
            return _("It takes effect by itself at its time.")
        if self.moved:
            return _("What is in force has moved since it was approved. Its author must rebase it.")
        if self._missing():
            return _("An approval no longer counts, because who gave it has lost the role. Another one is needed.")
        return ""

    def _break_glass(self) -> str:
        if why := self._may("break_glass", _("Compliance officers and platform administrators can break the glass.")):
            return why
        if self.change.requested_by_id != self.person.pk:
            return _("Only whoever opened the draft may break the glass with it.")
        items = list(self.change.items.all())
        if any(item.secret or not KINDS[item.kind].by_break_glass for item in items):
            return _("Who may approve, and secrets, cannot be changed by breaking the glass.")
        return "" if items else _("The change is empty.")

    def _revert(self) -> str:
        if any(self.person.has_perm(f"govern.{name}") for name in ("apply_change", "break_glass")):
            return ""
        return _("Approvers and compliance officers can take it out of force again.")
