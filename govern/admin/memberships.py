"""Role assignments: which roles a person holds. They change as everything else does, by a change that others approve."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.admin.cells import chips
from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin, Related
from govern.identity.role_words import role_label
from govern.models import Membership, Person


@admin.register(Membership)
class MembershipAdmin(GovernedAdmin):
    """Role assignments."""

    lead = gettext_lazy(
        "Which roles each person holds. Nobody gives a role alone: a role that approves takes two others to give."
    )
    empty_heading = gettext_lazy("No role assignments")
    empty_advice = gettext_lazy("Propose one for each person who works here.")
    shows_in_list = ("roles",)

    @column(gettext_lazy("roles"))
    def roles(self, found: Membership) -> str:
        if found.body is None:
            return ""
        return chips(str(role_label(group)) for group in found.body.groups) if found.body.groups else _("none")

    def related(self, request: HttpRequest, found: Membership) -> list[Related]:
        person = Person.objects.filter(username=found.name).first()
        rows = []
        if person is not None:
            may_see = request.user.has_perm("govern.view_person")
            address = reverse("admin:govern_person_change", args=[person.pk]) if may_see else None
            rows = [(person.get_full_name() or person.username, address, person.username)]
        return [Related(_("Whose they are"), rows, _("There is no such person any more."))]
