"""Revisions: everything in force at once, signed."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, Max, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.presentation.values import reason_label
from audit.trail.actors import actor_label
from govern.admin.cells import tone
from govern.admin.columns import column
from govern.admin.in_force import named
from govern.admin.lists import ListAdmin
from govern.changes.revisions import changed_names
from govern.changes.signed_text import signed_text
from govern.identity.keyring import keyring
from govern.models import GOVERNED, Revision, Version
from govern.policy.canonical import content_digest


class Check(NamedTuple):
    """One thing about a revision that was checked just now."""

    text: str
    holds: bool


@admin.register(Revision)
class RevisionAdmin(ListAdmin):
    """Revisions. The highest number is in force."""

    symbol = "verified"
    lead = gettext_lazy(
        "A revision names the version in force of every object, and is signed. Each call in the trail says which one decided it."
    )
    empty_heading = gettext_lazy("Nothing is in force yet")
    empty_advice = gettext_lazy("Run “manage.py bootstrap FILE”: it becomes revision 1.")
    list_display = ("label", "status", "why", "who", "created_at", "objects", "digest")
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        newest = Revision.objects.aggregate(Max("number"))["number__max"]
        return super().get_queryset(request).annotate(newest=Value(newest, output_field=IntegerField()))

    @column(gettext_lazy("revision"), order="number")
    def label(self, found: Revision) -> str:
        return str(found)

    @column(gettext_lazy("status"))
    def status(self, found: Any) -> str:
        return (
            tone(_("In force"), "ok", "check")
            if found.number == found.newest
            else tone(_("Superseded"), "calm", "history")
        )

    @column(gettext_lazy("reason"), order="reason")
    def why(self, found: Revision) -> str:
        return reason_label(found.reason)

    @column(pgettext_lazy("revision", "by"), order="created_by")
    def who(self, found: Revision) -> str:
        return actor_label(found.created_by)

    @column(gettext_lazy("objects"), css="right num")
    def objects(self, found: Revision) -> str:
        return str(sum(map(len, found.entries.values())))

    @column("SHA-256", css="mono")
    def digest(self, found: Revision) -> str:
        return format_html('<span class="mono" title="{}">{}…</span>', found.sha256, found.sha256[:16])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> HttpResponse:
        """One revision: whether it can be trusted, what it changed, and what it puts in force."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdigit() else None
        if found is None:
            raise Http404
        before = self.model.objects.filter(number=found.number - 1).first()
        checks = check(found)
        context = self.page_context(
            request,
            title=str(found),
            found=found,
            is_newest=found.number == found.newest,
            checks=checks,
            holds=all(one.holds for one in checks),
            changed=[_named(name) for name in changed_names(before.entries, found.entries)] if before else None,
            kinds=[_kind(kind, names) for kind, names in found.entries.items() if names],
        )
        return TemplateResponse(request, "govern/revision.html", context)


def check(revision: Revision) -> list[Check]:
    """Checks a revision against its hash, its signature and the stored versions that it names."""
    wanted = {digest for names in revision.entries.values() for digest in names.values()}
    stored = dict(Version.objects.filter(sha256__in=wanted).values_list("sha256", "canonical"))
    whole = wanted == {digest for digest, canonical in stored.items() if content_digest(canonical) == digest}
    ring = keyring()
    signed = ring.verifies(signed_text(revision.number, revision.sha256, revision.created_at), revision.signature)
    return [
        Check(
            _("The manifest has the hash that is written beside it."),
            content_digest(revision.manifest) == revision.sha256,
        ),
        Check(_("The signature is by this installation's key."), signed),
        Check(_("Every version that it names is stored, with the content that its hash stands for."), whole),
    ]


def _named(name: str) -> tuple[str, str, str]:
    kind, _slash, rest = name.partition("/")
    return str(GOVERNED[kind]._meta.verbose_name), rest, named(kind, rest)


def _kind(kind: str, names: dict[str, str]) -> tuple[str | Promise, list[tuple[str, str, str]]]:
    rows = [(name, named(kind, name), digest) for name, digest in names.items()]
    return str(GOVERNED[kind]._meta.verbose_name), rows
