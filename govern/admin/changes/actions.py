"""What people do with a change request: each a form on its page, sent with the edition and the digest that they saw."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from govern.admin.changes.typed import keep_typed, take_typed, typed_in
from govern.admin.lists import ListAdmin
from govern.admin.proposals.places import object_place
from govern.changes.again import propose_again
from govern.changes.applying import apply_change
from govern.changes.drafts import drop_item
from govern.changes.emergencies import revert_emergency
from govern.changes.locking import lock_what_is_in_force, locked_change
from govern.changes.rebase import RebaseSides, moved_items, rebase_change, undecided
from govern.changes.refused import ChangeRefused
from govern.changes.reviewing import comment_on_change, review_change
from govern.changes.rollback import Later, propose_rollback, undone_with
from govern.changes.submission import reopen_change, submit_change, withdraw_change
from govern.identity.second_factor import ask_for_second_factor, fresh_second_factor, has_fresh_second_factor
from govern.models import ChangeRequest, ChangeState, Review

Done = tuple[str, ChangeRequest]
"""What to tell the person, and the change whose page to show."""


class Action(NamedTuple):
    """name: of its address, `govern_changerequest_NAME`. permissions: one of them is needed. confirmed: whether this request needs
    a fresh second factor. touches_force: whether it changes what is in force, and so takes that lock first. doing: what
    it does, in words, while the second factor is asked for."""

    name: str
    permissions: tuple[str, ...]
    run: Callable[[HttpRequest, ChangeRequest], Done]
    confirmed: Callable[[HttpRequest], bool] = lambda _request: False
    touches_force: bool = False
    doing: Callable[[HttpRequest, ChangeRequest], str] = lambda _request, _change: ""

    def route(self, pages: ListAdmin) -> URLPattern:
        """Where the form is sent."""

        def view(request: HttpRequest, pk: UUID) -> HttpResponse:
            return _perform(self, pages, request, pk)

        return path(
            f"<uuid:pk>/{self.name}/", pages.admin_site.admin_view(view), name=f"govern_changerequest_{self.name}"
        )


def _perform(action: Action, pages: ListAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Does it, and says how it went. A refusal is told on the page, which keeps what was typed."""
    person: Any = request.user
    if not pages.has_view_permission(request) or not any(
        person.has_perm(f"govern.{name}") for name in action.permissions
    ):
        raise PermissionDenied
    change = pages.found(pk)
    if request.method != "POST":
        return HttpResponseRedirect(pages.address(change))
    if action.confirmed(request) and not has_fresh_second_factor(request):
        keep_typed(request, change)
        return ask_for_second_factor(request, action.doing(request, change))
    try:
        with transaction.atomic():
            if action.touches_force or change.state == ChangeState.EMERGENCY:
                lock_what_is_in_force()  # before the change itself, as everybody does who needs both
            _require_seen(request, locked_change(change, by=person))
            said, after = action.run(request, change)
    except ChangeRefused as refused:
        typed = typed_in(request)
        if refused.code == "reason_missing":
            typed |= {"wrong": action.name, "problem": refused.message}
        else:
            messages.error(request, refused.message)
        return pages.show(request, pages.found(pk), typed)
    take_typed(request, change)
    messages.success(request, said)
    return HttpResponseRedirect(pages.address(after))


def _require_seen(request: HttpRequest, change: ChangeRequest) -> None:
    """Raises `ChangeRefused` unless the form names the edition and the content of the change as they are now."""
    if request.POST.get("edition") != str(change.edition) or request.POST.get("digest", "") != change.content_digest:
        raise ChangeRefused(
            "stale_page",
            _("%(change)s was edited since you opened this page, so nothing was done. It is shown as it is now.")
            % {"change": change},
        )


def _submit(request: HttpRequest, change: ChangeRequest) -> Done:
    after = submit_change(change=change, by=_person(request), edition=change.edition)
    return _("%(change)s is in review.") % {"change": after}, after


def _withdraw(request: HttpRequest, change: ChangeRequest) -> Done:
    after = withdraw_change(change=change, by=_person(request), reason=request.POST.get("reason", "").strip())
    return _("%(change)s is withdrawn.") % {"change": after}, after


def _reopen(request: HttpRequest, change: ChangeRequest) -> Done:
    after = reopen_change(change=change, by=_person(request))
    return _("%(change)s is a draft again. Any edit makes the approvals given so far stale.") % {"change": after}, after


def _review(request: HttpRequest, change: ChangeRequest) -> Done:
    verdict = request.POST.get("verdict", "")
    after = review_change(
        change=change,
        by=_person(request),
        verdict=verdict,
        digest=request.POST.get("digest", ""),
        second_factor=fresh_second_factor(request),
        reason=request.POST.get("reason", "").strip(),
    )
    return _reviewed(verdict, after), after


def _reviewed(verdict: str, after: ChangeRequest) -> str:
    said = {"change": after}
    if verdict == Review.Verdict.REQUEST_CHANGES:
        return _("You asked for changes to %(change)s.") % said
    if verdict == Review.Verdict.REJECT:
        return _("You rejected %(change)s.") % said
    match after.state:
        case ChangeState.APPROVED:
            return _("%(change)s is approved. It can be put in force now.") % said
        case ChangeState.SCHEDULED:
            return _("%(change)s is approved, and takes effect by itself at its time.") % said
        case ChangeState.APPLIED:
            return _("%(change)s is ratified, and stays in force.") % said
    return _("You approved %(change)s. Others are still needed.") % said


def _comment(request: HttpRequest, change: ChangeRequest) -> Done:
    comment_on_change(change=change, by=_person(request), text=request.POST.get("text", ""))
    return _("The comment was added."), change


def _apply(request: HttpRequest, change: ChangeRequest) -> Done:
    after = apply_change(change=change, by=_person(request), second_factor=fresh_second_factor(request))
    return _("%(change)s is in force with revision %(number)s.") % {"change": after, "number": after.revision_id}, after


def _again(request: HttpRequest, change: ChangeRequest) -> Done:
    after = propose_again(change=change, by=_person(request))
    return _("%(draft)s proposes %(change)s again. Mend it, then submit it.") % {
        "draft": after,
        "change": change,
    }, after


def _rollback(request: HttpRequest, change: ChangeRequest) -> Done:
    chosen = request.POST.get("later", "")
    later: Later = "keep" if chosen == "keep" else "undo" if chosen == "undo" else ""
    after = propose_rollback(change=change, reason=_reason(request), by=_person(request), later=later)
    said = {"draft": after, "change": change, "others": ", ".join(map(str, undone_with(after)))}
    if said["others"]:
        return _("%(draft)s would undo %(change)s, and %(others)s with it. Look at it, then submit it.") % said, after
    return _("%(draft)s would undo %(change)s. Look at it, then submit it.") % said, after


def _revert(request: HttpRequest, change: ChangeRequest) -> Done:
    after = revert_emergency(change=change, by=_person(request))
    return _("%(change)s is out of force again.") % {"change": after}, after


def _rebase(request: HttpRequest, change: ChangeRequest) -> Done:
    if not change.is_editable:
        change = reopen_change(change=change, by=_person(request))
    sides = _sides(request)
    if both := undecided(moved_items(change), sides):
        places = ", ".join(object_place(item.kind, item.object_name, row.place) for item, row in both)
        raise ChangeRefused(
            "conflict", _("Both sides changed: %(places)s. Decide which one stands.") % {"places": places}
        )
    after = rebase_change(change=change, by=_person(request), edition=change.edition, sides=sides)
    return _("%(change)s stands upon what is in force now. Look at it, then submit it.") % {"change": after}, after


def _sides(request: HttpRequest) -> RebaseSides:
    """Who stands where both sides changed a place: one of them everywhere, or each place by its own choice."""
    stands = request.POST.get("stands", "")
    if stands in ("mine", "theirs"):
        return RebaseSides(stands)
    return RebaseSides("", {name.removeprefix("side:"): str(side) for name, side in request.POST.items()})


def _drop(request: HttpRequest, change: ChangeRequest) -> Done:
    kind, _slash, name = request.POST.get("item", "").partition("/")
    drop_item(change=change, kind=kind, name=name, by=_person(request), edition=change.edition)
    return _("%(name)s was taken out of %(change)s.") % {"name": name, "change": change}, change


def _person(request: HttpRequest) -> Any:
    return request.user


def _reason(request: HttpRequest) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise ChangeRefused("reason_missing", _("Say why: the reason is what approvers and auditors read first."))
    return reason


def _approves(request: HttpRequest) -> bool:
    return request.POST.get("verdict") == Review.Verdict.APPROVE


def _approving(_request: HttpRequest, change: ChangeRequest) -> str:
    words = (
        _("Ratify %(change)s: %(title)s")
        if change.state == ChangeState.EMERGENCY
        else _("Approve %(change)s: %(title)s")
    )
    return words % {"change": change, "title": change.title}


def _applying(_request: HttpRequest, change: ChangeRequest) -> str:
    return _("Put %(change)s in force: %(title)s") % {"change": change, "title": change.title}


def _reverting(_request: HttpRequest, change: ChangeRequest) -> str:
    return _("Take %(change)s out of force: %(title)s") % {"change": change, "title": change.title}


def _always(_request: HttpRequest) -> bool:
    return True


ACTIONS = (
    Action("submit", ("propose_change",), _submit),
    Action("withdraw", ("propose_change",), _withdraw),
    Action("reopen", ("propose_change",), _reopen),
    Action("rebase", ("propose_change",), _rebase),
    Action("drop", ("propose_change",), _drop),
    Action("again", ("propose_change",), _again),
    Action("rollback", ("propose_change",), _rollback),
    Action("review", ("review_change",), _review, confirmed=_approves, doing=_approving),
    Action("comment", ("review_change", "propose_change"), _comment),
    Action("apply", ("apply_change",), _apply, confirmed=_always, touches_force=True, doing=_applying),
    Action("revert", ("apply_change", "break_glass"), _revert, confirmed=_always, touches_force=True, doing=_reverting),
)
