"""Proposing that something in force be retired."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from govern.admin.in_force import page_of
from govern.admin.proposals.destination import destinations, own_drafts, target_of
from govern.changes.refused import ChangeRefused
from govern.changes.saving import save_retirement
from govern.models import GOVERNED


@never_cache
def retire_view(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Asks why, and puts the retirement into a draft."""
    found = GOVERNED[kind].objects.in_force().filter(name=name).first() if kind in GOVERNED else None
    if found is None:
        raise Http404
    person: Any = request.user
    drafts = own_drafts(person)
    problems: list[str] = []
    title, reason, chosen = _("Retire %(name)s") % {"name": name}, "", request.GET.get("draft", "")
    if request.method == "POST":
        target = target_of(request.POST, drafts, None)
        title, reason, chosen = target.title or title, target.reason, request.POST.get("draft", "")
        if target.draft is None and not reason:
            problems.append(_("Say why: the reason is what approvers and auditors read first."))
        else:
            try:
                saved = save_retirement(target=replace(target, title=title), found=found, by=person)
            except ChangeRefused as refused:
                problems.append(refused.message)
                chosen = chosen.partition(":")[0]  # what others saved is known now; sending it again is meant
            else:
                messages.success(request, _("Saved in %(change)s.") % {"change": saved})
                return HttpResponseRedirect(reverse("admin:govern_changerequest_change", args=[saved.pk]))
    context = {
        **admin.site.each_context(request),
        "crumbs": [(name, page_of(found))],
        "title": _("Retire %(name)s") % {"name": name},
        "found": found,
        "back": page_of(found),
        "where": destinations(own_drafts(person) if problems else drafts, chosen),
        "title_typed": title,
        "reason_typed": reason,
        "problems": problems,
    }
    return TemplateResponse(request, "govern/proposal_retire.html", context)
