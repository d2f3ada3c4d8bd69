"""The pages on which proposals are written. A form that is sent answers with itself until it is saved."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from govern.admin.changes.words import SYMBOLS, kind_word
from govern.admin.proposals.destination import own_drafts, target_of
from govern.admin.proposals.editing import Editing
from govern.admin.proposals.moving import NoSuchPlace, act
from govern.admin.proposals.page import beside, form_context, problem_list
from govern.admin.proposals.schema import blank, schema_of
from govern.admin.proposals.trying import try_proposal
from govern.changes.refused import ChangeRefused
from govern.changes.saving import SavedMeanwhile, SavedObject, save_proposal
from govern.changes.secrets import SealedSecret, seal_secret
from govern.models import GOVERNED, ChangeItem, ChangeRequest
from govern.models.change import EDITABLE
from govern.policy.bodies import BODIES, body_name

LONGEST_SECRET = 10_000


def kinds_view(request: HttpRequest) -> HttpResponse:
    """What can be proposed; `?draft=` says into which of the person's drafts."""
    person: Any = request.user
    into = next((draft for draft in own_drafts(person) if str(draft.pk) == request.GET.get("draft")), None)
    asked = f"?draft={into.pk}" if into else ""
    kinds = [
        (symbol, kind_word(kind), reverse("admin:govern_changerequest_propose", args=[kind]) + asked)
        for kind, symbol in SYMBOLS.items()
        if kind != "stop"  # traffic is stopped at once, on a page of its own
    ]
    context = {
        **admin.site.each_context(request),
        "crumbs": [_crumb()],
        "title": _("Propose"),
        "kinds": kinds,
        "into": into,
    }
    return TemplateResponse(request, "govern/proposal_kinds.html", context)


@never_cache
@sensitive_post_parameters("secret", "try.text")
def propose_view(request: HttpRequest, kind: str, name: str = "") -> HttpResponse:
    """A new object of a kind, or a change of the one in force that is called `name`; `?draft=` chooses the draft."""
    if kind not in BODIES:
        raise Http404
    person: Any = request.user
    live = GOVERNED[kind].objects.filter(name=name).select_related("active_version").first() if name else None
    in_force = live.active_version if live else None
    editing = Editing(person, kind, name if in_force else "")
    drafts = own_drafts(person)
    chosen = request.GET.get("draft", "")
    held = ChangeItem.objects.filter(change__in=[d for d in drafts if str(d.pk) == chosen], kind=kind, object_name=name)
    if request.method != "POST" and (item := held.exclude(canonical="").first()):
        return HttpResponseRedirect(reverse("admin:govern_changerequest_item", args=[item.pk]))
    value = msgspec.to_builtins(in_force.body) if in_force else {**blank(schema_of(kind)), **_named(kind, name)}
    editing.begin(value)
    editing.title = _title(editing, name) if name else ""
    return _page(request, editing, drafts, chosen)


@never_cache
@sensitive_post_parameters("secret", "try.text")
def item_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A proposed version in its draft."""
    person: Any = request.user
    item = ChangeItem.objects.select_related("change__requested_by", "base").filter(pk=pk).first()
    if item is None:
        raise Http404
    change = item.change
    editable = change.state in EDITABLE or request.method == "POST"  # what was typed is shown again with the refusal
    if not editable or not item.canonical:
        messages.info(request, _("Only a draft can be edited. Take the change back first."))
        return HttpResponseRedirect(change_address(change))
    editing = Editing(person, item.kind, item.object_name if item.base_id else "", change=change, item=item)
    editing.edition, editing.seen = change.edition, item.sha256
    editing.begin(msgspec.to_builtins(item.body))
    return _page(request, editing, [], "")


def _named(kind: str, name: str) -> dict[str, str]:
    return {"name": name} if name and "name" in schema_of(kind).fields else {}


def change_address(change: ChangeRequest) -> str:
    """The page of a change."""
    return reverse("admin:govern_changerequest_change", args=[change.pk])


def _crumb() -> tuple[str, str]:
    return _("Approvals"), reverse("admin:govern_changerequest_changelist")


@sensitive_variables("secret")
def _page(request: HttpRequest, editing: Editing, drafts: list[ChangeRequest], chosen: str) -> HttpResponse:
    """Shows the form, or does what its button asks for."""
    extra: dict[str, Any] = {}
    if request.method == "POST":
        editing.take(request.POST)
        chosen = request.POST.get("draft", "")
        target = target_of(request.POST, drafts, editing.change)
        if editing.change is None:
            editing.change = target.draft
        editing.edition = target.edition
        do = request.POST.get("do", "check")
        try:
            saved = _do(request, editing, do, target, extra)
        except NoSuchPlace:
            return HttpResponseBadRequest()
        if saved is not None:
            messages.success(request, _("Saved in %(change)s.") % {"change": saved})
            return _away(request, change_address(saved))
        if do == "check" and request.headers.get("Accept") == "application/json":
            return JsonResponse(problem_list(editing))
    else:
        editing.decode()
        editing.problems = []
    extra.setdefault("focus", "")
    context = {
        **admin.site.each_context(request),
        "crumbs": [_crumb()],
        "title": editing.heading,
        **form_context(request, editing, drafts, chosen),
        **extra,
    }
    part = request.headers.get("X-Form-Only") == "yes"
    return TemplateResponse(request, f"govern/proposal{'/form' if part else ''}.html", context)


def _away(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect; for a form that was sent by a script, the address to go to."""
    if request.headers.get("X-Form-Only") == "yes":
        return JsonResponse({"address": address})
    return HttpResponseRedirect(address)


def _do(
    request: HttpRequest, editing: Editing, do: str, target: SavedObject, extra: dict[str, Any]
) -> ChangeRequest | None:
    """What a button does. Returns the draft once something was saved in it."""
    match do:
        case "save" | "save_anyway":
            return _save(request, editing, target, extra, anyway=do == "save_anyway")
        case "form" | "text":
            editing.turn(do)
        case "try":
            editing.decode()
            extra["tried"] = try_proposal(editing, request.POST)
        case "theirs":
            _take_theirs(editing)
        case "check" | "refresh":
            editing.check()
        case _:
            if editing.written is None:
                raise NoSuchPlace(do)
            extra["focus"] = act(editing.schema, editing.written, do)
            editing.decode()
            editing.problems = []
    return None


def _take_theirs(editing: Editing) -> None:
    """Goes on with what is saved in the draft, where it still is."""
    found = editing.change.items.filter(kind=editing.kind, sha256=editing.seen).first() if editing.change else None
    if editing.change is None or found is None or found.body is None:
        return
    editing.begin(msgspec.to_builtins(found.body))
    editing.shape, editing.edition = "form", editing.change.edition
    editing.decode()


@sensitive_variables("secret", "sealed")
def _save(
    request: HttpRequest, editing: Editing, target: SavedObject, extra: dict[str, Any], *, anyway: bool
) -> ChangeRequest | None:
    editing.check()
    if editing.body is None or any(problem.place == "name" for problem in editing.problems):
        extra["unsaved"] = True
        return None
    if editing.problems and not anyway:
        extra["unsaved"] = extra["may_save_anyway"] = True
        return None
    try:
        sealed = _sealed(request, editing)
        return save_proposal(
            target=replace(target, title=target.title or _title(editing, body_name(editing.kind, editing.body))),
            kind=editing.kind,
            body=editing.body,
            by=editing.person,
            secret=sealed,
            item=editing.item,
        )
    except SavedMeanwhile as meanwhile:
        if editing.change is not None:
            editing.change.refresh_from_db()
            editing.edition = editing.change.edition
        editing.seen = meanwhile.item.sha256 if meanwhile.item else ""
        extra["meanwhile"], extra["beside"] = meanwhile, beside(meanwhile, editing.kind, editing.body)
    except ChangeRefused as refused:
        extra["refused"] = refused.message
    extra["unsaved"] = True
    return None


def _title(editing: Editing, name: str) -> str:
    if editing.kind == "membership":
        return _("Roles of %(name)s") % {"name": name}
    return (_("Change %(name)s") if editing.name else _("Add %(name)s")) % {"name": name}


@sensitive_variables()
def _sealed(request: HttpRequest, editing: Editing) -> SealedSecret | None:
    """The typed secret of a credential, sealed before anything else may see it."""
    secret = request.POST.get("secret", "").strip()
    if editing.kind != "provider_credential" or not secret:
        return None
    if len(secret) > LONGEST_SECRET:
        raise ChangeRefused("secret_too_long", _("The secret is too long to be one."))
    return seal_secret(credential=body_name(editing.kind, editing.body), secret=secret)
