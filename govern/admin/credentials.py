"""Credentials of providers: that there is one, how old it is, its last four characters. Never the secret."""

from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import span
from govern.admin.cells import linked_name, tone
from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import link
from govern.models import CredentialSecret, ProviderCredential


@admin.register(ProviderCredential)
class ProviderCredentialAdmin(GovernedAdmin):
    """Credentials."""

    lead = gettext_lazy(
        "What opens a provider. Secrets are sealed when they are stored and cannot be read back; the newest one counts."
    )
    empty_heading = gettext_lazy("No credentials yet")
    empty_advice = gettext_lazy(
        "Name a provider's variable in the bootstrap file (credential_env) and set it where Govern starts."
    )
    shows_in_list = ("provider", "status", "ends_with", "age", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        newest = CredentialSecret.objects.filter(credential=OuterRef("pk")).order_by("-created_at")
        return (
            super()
            .get_queryset(request)
            .annotate(
                secret_ends_with=Subquery(newest.values("last_four")[:1]),
                secret_since=Subquery(newest.values("created_at")[:1], output_field=DateTimeField()),
            )
        )

    @column(gettext_lazy("provider"))
    def provider(self, found: ProviderCredential) -> str:
        return linked_name("provider", found.body.provider) if found.body else ""

    @column(gettext_lazy("secret"))
    def status(self, found: Any) -> str:
        if found.secret_since is None:
            return tone(_("Missing"), "bad", "key_off")
        return tone(_("Stored"), "ok", "check")

    @column(gettext_lazy("ends with"), css="mono")
    def ends_with(self, found: Any) -> str:
        return f"…{found.secret_ends_with}" if found.secret_ends_with else ""

    @column(gettext_lazy("age"), css="nowrap", order="secret_since")
    def age(self, found: Any) -> str:
        return span(timezone.now() - found.secret_since) if found.secret_since else ""

    @column(gettext_lazy("came from"), css="mono")
    def source(self, found: ProviderCredential) -> str:
        return found.body.env if found.body else ""

    def figure(self, request: HttpRequest, found: Any) -> str:
        if found.secret_since is None:
            return format_html(
                '<p class="note tone-bad"><span class="material-symbols-outlined icon" aria-hidden="true">key_off</span>'
                "<span>{}</span></p>",
                _("No secret is stored, so nothing is routed to the provider. Set %(name)s where Govern starts.")
                % {"name": found.body.env or "credential_env"}
                if found.body
                else "",
            )
        return format_html(
            '<section class="card"><div class="body"><dl class="facts wide"><div><dt>{}</dt><dd class="mono">{}</dd></div>'
            "<div><dt>{}</dt><dd>{}</dd></div></dl></div></section>",
            _("Ends with"),
            f"…{found.secret_ends_with}" if found.secret_ends_with else _("too short to show any of it"),
            _("Stored since"),
            span(timezone.now() - found.secret_since),
        )

    def related(self, request: HttpRequest, found: ProviderCredential) -> list[Related]:
        return [Related(_("Provider"), [(*link("provider", found.body.provider), "")], "")]
