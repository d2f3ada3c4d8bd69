"""What the page of a change asks for while its simulation runs, and running one again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from govern.admin.simulations.shown import MAY_RUN, simulation_card
from govern.changes.refused import ChangeRefused
from govern.changes.simulation.asking import simulate_again
from govern.changes.simulation.reading import shown
from govern.models import ChangeRequest, Simulation


def simulation_urls(site: AdminSite) -> list[URLPattern]:
    """Below the address of change requests."""
    return [
        path("simulation/<uuid:pk>/", site.admin_view(progress_view), name="govern_simulation_progress"),
        path("<uuid:pk>/simulate/", site.admin_view(again_view), name="govern_simulation_again"),
    ]


@require_safe
@never_cache
def progress_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that shows one simulation, as it stands now."""
    if not request.user.has_perm("govern.view_changerequest"):
        raise PermissionDenied
    found = get_object_or_404(Simulation.objects.select_related("change"), pk=pk)
    return render(request, "govern/simulation.html", {"simulation": simulation_card(shown(found), request.user)})


@require_POST
def again_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Runs a change's simulation again."""
    person: Any = request.user
    if not any(person.has_perm(permission) for permission in MAY_RUN):
        raise PermissionDenied
    change = get_object_or_404(ChangeRequest, pk=pk)
    try:
        simulate_again(change=change, by=person)
    except ChangeRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It is being replayed again."))
    return HttpResponseRedirect(reverse("admin:govern_changerequest_change", args=[pk]) + "#simulation")
