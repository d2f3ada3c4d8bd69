"""People: who may sign in, and which roles they hold. Nobody is deleted; the trail names them."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from govern.admin.access_review import AccessReviewPages
from govern.admin.cells import chips, tone
from govern.admin.columns import column
from govern.admin.filters import Choice
from govern.admin.forms import dress
from govern.identity.invitations import invite, send_invitation
from govern.identity.people import PersonRefused, change_person, create_person
from govern.identity.role_words import ROLES, role_label
from govern.identity.second_factor import (
    COUNTED,
    ask_for_second_factor,
    fresh_second_factor_for,
    has_fresh_second_factor,
)
from govern.identity.second_factor_reset import reset_second_factors
from govern.identity.session_limits import end_sessions
from govern.models import Person


class PersonForm(forms.ModelForm[Person]):
    """What an administrator may change about a person."""

    class Meta:
        model = Person
        fields = ("first_name", "last_name", "email", "is_active")
        labels = {"is_active": gettext_lazy("May sign in")}
        help_texts = {
            "is_active": gettext_lazy("Take it away instead of deleting anybody: their name stays in the trail.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class NewPersonForm(PersonForm):
    """What is needed to add a person."""

    class Meta(PersonForm.Meta):
        fields = ("username", "first_name", "last_name", "email")


class MaySignIn(Choice):
    """Whether a person may sign in."""

    title = gettext_lazy("sign-in")
    parameter_name = "sign_in"
    all_label = gettext_lazy("Everybody")
    options = (("may", gettext_lazy("May sign in")), ("locked", gettext_lazy("Locked out")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_active=self.value() == "may") if self.value() in ("may", "locked") else queryset


class HasRole(Choice):
    """People with a role."""

    title = gettext_lazy("role")
    parameter_name = "role"
    all_label = gettext_lazy("All roles")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, role.label) for name, role in ROLES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(Person)
class PersonAdmin(AccessReviewPages):
    """People."""

    symbol = "person"
    lead = gettext_lazy(
        "Who may sign in. Roles decide what they see and do, and change only by an approved change request."
    )
    empty_heading = gettext_lazy("Nobody yet")
    empty_advice = gettext_lazy("Add the people who write policies, approve them, work violations and audit.")
    add_text = gettext_lazy("Add a person")
    list_display = ("label", "full_name", "roles", "status", "last_login")
    search_fields = ("username", "first_name", "last_name", "email")
    list_filter = (HasRole, MaySignIn)
    ordering = ("username",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("govern.add_person")

    def may_change(self, request: HttpRequest) -> bool:
        """Whether the person may change others."""
        return request.user.has_perm("govern.change_person")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("groups")

    @column(gettext_lazy("username"), order="username")
    def label(self, person: Person) -> str:
        return person.username

    @column(gettext_lazy("name"), order="last_name")
    def full_name(self, person: Person) -> str:
        return person.get_full_name()

    @column(gettext_lazy("roles"))
    def roles(self, person: Person) -> str:
        labels = [str(role_label(group.name)) for group in person.groups.all()]
        return chips([_("Superuser"), *labels] if person.is_superuser else labels)

    @column(gettext_lazy("sign-in"))
    def status(self, person: Person) -> str:
        return tone(_("May sign in"), "ok", "check") if person.is_active else tone(_("Locked out"), "calm", "lock")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, bool] | None = None
    ) -> HttpResponse:
        """Adds a person."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewPersonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if not has_fresh_second_factor(request):
                return ask_for_second_factor(request, _("Add a person"))
            try:
                person = create_person(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            except PersonRefused as refused:
                form.add_error("email", str(refused))
            else:
                return self._invited(request, person)
        context = self.page_context(request, title=_("Add a person"), form=form, person=None, may_change=True)
        return TemplateResponse(request, "govern/person.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """The page of one person; who may, changes them there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        person = self._person(request, object_id)
        may_change = self.may_change(request)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = PersonForm(request.POST if request.method == "POST" else None, instance=person)
        if request.method == "POST" and form.is_valid():
            # With another's address somebody could sign in as them.
            if "email" in form.changed_data and not has_fresh_second_factor(request):
                return ask_for_second_factor(request, _("Change %(name)s") % {"name": person.username})
            try:
                change_person(person=person, **form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            except PersonRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("%(name)s was changed.") % {"name": person.username})
                return HttpResponseRedirect(request.path)
        context = self.page_context(
            request,
            title=person.username,
            form=form if may_change else None,
            person=person,
            may_change=may_change,
            roles=[ROLES.get(group.name) for group in person.groups.all()],
            status=self.status(person),
            factors=Authenticator.objects.filter(user=person, type__in=COUNTED).order_by("created_at"),
            sessions=UserSession.objects.filter(user=person).order_by("-last_seen_at"),
        )
        return TemplateResponse(request, "govern/person.html", context)

    def get_urls(self) -> list[URLPattern]:
        """The pages of people, and what is done to one of them."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/end-sessions/", view(self.end_sessions_view), name="govern_person_end_sessions"),
            path("<int:pk>/invite/", view(self.invite_view), name="govern_person_invite"),
            path("<int:pk>/reset-second-factors/", view(self.reset_view), name="govern_person_reset_second_factors"),
            *super().get_urls(),
        ]

    def end_sessions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ends every session of a person."""
        person = self._to_change(request, pk)
        ended = end_sessions(person=person, by=request.user)  # type: ignore[arg-type]
        text = ngettext("%(number)s session was ended.", "%(number)s sessions were ended.", ended)
        messages.success(request, text % {"number": ended})
        return HttpResponseRedirect(self._address(person))

    @fresh_second_factor_for(gettext_lazy("Reset the second factors of a person"))
    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes the second factors of a person away, who has lost them."""
        person = self._to_change(request, pk)
        try:
            reset_second_factors(person=person, by=request.user)  # type: ignore[arg-type]
        except PersonRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("%(name)s sets up a new second factor now.") % {"name": person.username})
        return HttpResponseRedirect(self._address(person))

    @fresh_second_factor_for(gettext_lazy("Make a new link for a person"))
    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes a new link for a person who has lost their password, or never set one."""
        return self._invited(request, self._to_change(request, pk))

    def _invited(self, request: HttpRequest, person: Person) -> HttpResponse:
        """Sends the person their link or, where no e-mail can be sent, shows it this once."""
        try:
            address = invite(person=person, by=request.user, host=request.get_host())  # type: ignore[arg-type]
        except PersonRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self._address(person))
        if send_invitation(person=person, address=address):
            messages.success(
                request, _("%(name)s was sent a link with which they set their password.") % {"name": person.username}
            )
            return HttpResponseRedirect(self._address(person))
        context = self.page_context(request, title=person.username, person=person, address=address)
        answer = TemplateResponse(request, "govern/invitation.html", context)
        add_never_cache_headers(answer)
        return answer

    def _to_change(self, request: HttpRequest, pk: int) -> Person:
        if request.method != "POST" or not self.may_change(request):
            raise PermissionDenied
        return self._person(request, str(pk))

    def _address(self, person: Person) -> str:
        return reverse("admin:govern_person_change", args=[person.pk])

    def _person(self, request: HttpRequest, object_id: str) -> Person:
        try:
            return self.get_queryset(request).get(pk=object_id)
        except (Person.DoesNotExist, ValidationError, ValueError):
            raise Http404 from None
