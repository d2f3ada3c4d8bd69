"""Finding anything by a word or a number: calls, changes, people, keys, violations and what has a name. As a page and as JSON."""

import re
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.models import AuditEvent, Violation
from audit.presentation.values import rule_label
from audit.presentation.words import guard_label
from audit.selectors.reach import may_see_some, reach_of
from govern.admin.in_force import page_of
from govern.models import GOVERNED, ApiKey, ChangeRequest, Person

MOST_OF_A_KIND = 6
LONGEST = 200
_CLIENTS = re.compile(r"(?:chatcmpl|cmpl|msg|resp|gen|req)[-_]", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{8,32}\Z")
_CHANGE = re.compile(r"(?:cr-?)?([0-9]{1,9})\Z", re.IGNORECASE)


class Hit(NamedTuple):
    """Something that was found: of which kind, what it is called, and its page."""

    kind: str | Promise
    label: str
    address: str


@never_cache
@require_GET
def find_view(request: HttpRequest) -> HttpResponse:
    """What fits the word, of what the person may see: a page or, with `as=json`, `{"hits": [{kind, label, address}]}`."""
    sought = request.GET.get("q", "").strip()[:LONGEST].replace("\x00", "")
    sought = sought.encode("utf-8", "replace").decode()
    hits = list(find(request.user, sought)) if len(sought) > 1 else []
    if request.GET.get("as") == "json":
        return JsonResponse({"hits": [{"kind": str(h.kind), "label": h.label, "address": h.address} for h in hits]})
    context = {**admin.site.each_context(request), "title": _("Find"), "crumbs": [], "sought": sought, "hits": hits}
    return TemplateResponse(request, "govern/find.html", context)


def find(person: Any, sought: str) -> Iterator[Hit]:
    """Everything that fits, at most `MOST_OF_A_KIND` of each kind."""
    yield from _calls(person, sought)
    yield from _changes(person, sought)
    yield from _violations(person, sought)
    yield from _keys(person, sought)
    if person.has_perm("govern.view_person"):
        named = Q(username__icontains=sought) | Q(first_name__icontains=sought) | Q(last_name__icontains=sought)
        for found in Person.objects.filter(named).order_by("username")[:MOST_OF_A_KIND]:
            yield Hit(_("Person"), found.username, reverse("admin:govern_person_change", args=[found.pk]))
    for kind, model in GOVERNED.items():
        yield from _governed(person, kind, model, sought)


def _calls(person: Any, sought: str) -> Iterator[Hit]:
    digits = _CLIENTS.sub("", sought, count=1).replace("-", "").lower()
    if not _HEX.match(digits) or not may_see_some(person, "audit.view_auditevent"):
        return
    first, last = (uuid.UUID(digits.ljust(32, end)) for end in "0f")
    seen = AuditEvent.objects.within(reach_of(person, "audit.view_auditevent"))
    ids = seen.filter(call_id__gte=first, call_id__lte=last).values_list("call_id", flat=True)
    for call_id in ids.order_by("call_id").distinct()[:MOST_OF_A_KIND]:
        yield Hit(_("Call"), str(call_id), reverse("admin:audit_auditevent_call", args=[call_id]))


def _changes(person: Any, sought: str) -> Iterator[Hit]:
    if not person.has_perm("govern.view_changerequest"):
        return
    number = _CHANGE.match(sought)
    fits = Q(title__icontains=sought) | (Q(number=int(number[1])) if number else Q())
    for found in ChangeRequest.objects.filter(fits).order_by("-number")[:MOST_OF_A_KIND]:
        address = reverse("admin:govern_changerequest_change", args=[found.pk])
        yield Hit(_("Change request"), f"{found} · {found.title}", address)


def _violations(person: Any, sought: str) -> Iterator[Hit]:
    if not may_see_some(person, "audit.view_violation"):
        return
    digits = sought.replace("-", "").lower()
    fits = Q(rule__icontains=sought) | Q(guard__icontains=sought)
    if _HEX.match(digits):
        first, last = (uuid.UUID(digits.ljust(32, end)) for end in "0f")
        fits |= Q(pk__gte=first, pk__lte=last)
    seen = Violation.objects.within(reach_of(person, "audit.view_violation"))
    for found in seen.filter(fits).order_by("-last_at")[:MOST_OF_A_KIND]:
        colon = pgettext("between a guard and its rule", ": ")
        label = f"{guard_label(found.guard)}{colon}{rule_label(found.rule)} · {found.application}"
        yield Hit(_("Violation"), label, reverse("admin:audit_violation_change", args=[found.pk]))


def _keys(person: Any, sought: str) -> Iterator[Hit]:
    if not may_see_some(person, "govern.view_apikey"):
        return
    reach = reach_of(person, "govern.view_apikey")
    # Nobody is to paste a whole key; of one that somebody does, only its visible beginning is looked for.
    fits = Q(name__icontains=sought) | Q(prefix__istartswith=sought[:11]) | Q(last_four=sought[-4:])
    seen = ApiKey.objects.filter(fits).select_related("application")
    seen = seen if reach is None else seen.filter(application__name__in=reach)
    for found in seen.order_by("name")[:MOST_OF_A_KIND]:
        label = f"{found.application.name} / {found.name} · {found.masked}"
        yield Hit(_("API key"), label, reverse("admin:govern_apikey_change", args=[found.pk]))


def _governed(person: Any, kind: str, model: Any, sought: str) -> Iterator[Hit]:
    permission = f"govern.view_{model._meta.model_name}"
    found = model.objects.filter(name__icontains=sought).order_by("name")
    if not person.has_perm(permission):
        if kind != "application" or not may_see_some(person, permission):
            return
        found = found.filter(name__in=reach_of(person, permission) or ())
    for each in found[:MOST_OF_A_KIND]:
        yield Hit(capfirst(str(model._meta.verbose_name)), each.name, page_of(each))
