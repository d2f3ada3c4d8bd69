"""The access review: who may do what and what looks wrong about it, as a page and as a file for the records."""

import csv
from collections.abc import Iterator
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.admin.lists import ListAdmin
from govern.identity.access_review import Access, review_access
from govern.identity.events import person_access_reviewed
from govern.identity.role_words import role_label

Text = str | Promise


class Warn(NamedTuple):
    """A warning in words."""

    label: Text
    about: Text
    tone: str


WARNINGS: dict[str, Warn] = {
    "no_second_factor": Warn(
        gettext_lazy("No second factor"),
        gettext_lazy("Their role can influence what is in force, and only a password guards it."),
        "bad",
    ),
    "superuser": Warn(
        gettext_lazy("Superuser"), gettext_lazy("Sees every page of the admin. Cannot approve their own work."), "bad"
    ),
    "approves_and_authors": Warn(
        gettext_lazy("Authors and approves"),
        gettext_lazy("Never the same change; still, two people who do both could trade approvals."),
        "warn",
    ),
    "approves_and_administers": Warn(
        gettext_lazy("Administers and approves"),
        gettext_lazy("Whoever manages people should not approve policy."),
        "bad",
    ),
    "dormant": Warn(gettext_lazy("Dormant"), gettext_lazy("Has not signed in for ninety days."), "warn"),
    "locked_out_with_roles": Warn(
        gettext_lazy("Locked out, still with roles"), gettext_lazy("Would have them again when let back in."), "warn"
    ),
    "rights_without_role": Warn(
        gettext_lazy("Rights outside of roles"), gettext_lazy("Was given single permissions beside their roles."), "bad"
    ),
}
FACTORS: dict[str, Text] = {
    Authenticator.Type.TOTP: gettext_lazy("Authenticator app"),
    Authenticator.Type.WEBAUTHN: gettext_lazy("Passkey"),
}
COLUMNS = (
    "username",
    "name",
    "email",
    "may_sign_in",
    "roles",
    "may_author",
    "may_approve",
    "superuser",
    "second_factors",
    "last_sign_in",
    "warnings",
)
"""Columns of the file. Names and codes, not words, so that two files can be compared whatever the language."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AccessReviewPages(ListAdmin):
    """Adds the access review to the admin of people."""

    def get_urls(self) -> list[URLPattern]:
        """The pages of people, and the review."""
        view = self.admin_site.admin_view
        return [
            path("access-review/", view(self.review_view), name="govern_person_access_review"),
            path("access-review/file/", view(self.file_view), name="govern_person_access_review_file"),
            *super().get_urls(),
        ]

    def review_view(self, request: HttpRequest) -> HttpResponse:
        """Everybody, or with `?show=warnings` those about whom something should be looked at."""
        self._require(request)
        everybody = review_access()
        only_warned = request.GET.get("show") == "warnings"
        shown = [row for row in everybody if row.warnings] if only_warned else everybody
        active = [row for row in everybody if row.person.is_active]
        context = self.page_context(
            request,
            title=_("Access review"),
            rows=[_shown(row) for row in shown],
            only_warned=only_warned,
            stats=[
                (_("May sign in"), len(active), ""),
                (_("May author"), sum(row.may_author for row in active), ""),
                (_("May approve"), sum(row.may_approve for row in active), ""),
                (_("With a second factor"), sum(bool(row.factors) for row in active), ""),
                (
                    _("To look at"),
                    sum(bool(row.warnings) for row in everybody),
                    "warn" if any(row.warnings for row in everybody) else "ok",
                ),
            ],
        )
        return TemplateResponse(request, "govern/access_review.html", context)

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """The review as comma-separated values in UTF-8. Taking it leaves an event."""
        self._require(request)
        day = timezone.now().date().isoformat()
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="access-review-{day}.csv"'
        response["Cache-Control"] = "no-store"
        written = csv.writer(response)
        written.writerow(COLUMNS)
        rows = review_access()
        written.writerows([harmless(value) for value in _line(row)] for row in rows)
        person_access_reviewed(actor=request.user.get_username(), number=str(len(rows)))
        return response

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _shown(row: Access) -> dict[str, Any]:
    return {
        "person": row.person,
        "address": reverse("admin:govern_person_change", args=[row.person.pk]),
        "roles": [role_label(role) for role in row.roles],
        "may_author": row.may_author,
        "may_approve": row.may_approve,
        "factors": [FACTORS[factor] for factor in row.factors],
        "warnings": [WARNINGS[code] for code in row.warnings],
    }


def _line(row: Access) -> Iterator[str]:
    person = row.person
    yield person.username
    yield person.get_full_name()
    yield person.email
    yield _flag(person.is_active)
    yield " ".join(row.roles)
    yield _flag(row.may_author)
    yield _flag(row.may_approve)
    yield _flag(person.is_superuser)
    yield " ".join(row.factors)
    yield person.last_login.isoformat() if person.last_login else ""
    yield " ".join(row.warnings)


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
