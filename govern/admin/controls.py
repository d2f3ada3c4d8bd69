"""Whether everything works: the trail, the revision, the providers. Each control says what it looked at."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Violation
from audit.presentation.amounts import distance
from audit.selectors.integrity import seal_state
from audit.selectors.writers import writing
from govern.admin.in_force import Found, in_force
from govern.admin.not_as_signed import what_differs
from govern.changes.drift.reporting import GUARD
from govern.changes.signed_text import signed_text
from govern.identity.keyring import keyring
from govern.models import CredentialSecret, Revision
from govern.policy.canonical import content_digest
from govern.policy.contents import NotAsSigned
from routing.providers import DESCRIBED


class Control(NamedTuple):
    """One thing that must work."""

    tone: str
    icon: str
    title: str
    small: str
    address: str | None = None


def controls() -> list[Control]:
    """How the controls are now. Eight queries, however much there is."""
    return [_trail(), _seal(), _revision(), *_drift(), _as_signed(_guards), _as_signed(_providers)]


def _as_signed(control: Callable[[], Control]) -> Control:
    """A control of what is in force; where that is not what was signed, the control says so."""
    try:
        return control()
    except NotAsSigned as error:
        cases = reverse("admin:audit_violation_changelist") + "?guard=drift"
        return Control("bad", "gpp_bad", _("What is stored is not what was signed"), what_differs(error), cases)


def _trail() -> Control:
    processes, newest_at = writing()
    last = _("newest call %(when)s") % {"when": distance(newest_at)} if newest_at else _("no call so far")
    if not processes:
        return Control(
            "warn", "warning", _("No gateway is running"), _("calls are answered by none; %(last)s") % {"last": last}
        )
    said = ngettext("%(n)d gateway writes the trail", "%(n)d gateways write the trail", processes) % {"n": processes}
    return Control("ok", "check_circle", said, last)


def _seal() -> Control:
    seal = seal_state()
    if seal.is_behind and seal.oldest_at is not None:
        small = _("the oldest event that is not sealed is of %(when)s") % {"when": distance(seal.oldest_at)}
        return Control("bad", "gpp_bad", _("The trail is not being sealed"), small)
    if not settings.GOVERN_ANCHORS:
        return Control(
            "warn",
            "gpp_maybe",
            _("The trail is sealed, and anchored nowhere"),
            _("who owns the database could rebuild it"),
        )
    small = (
        _("newest checkpoint %(when)s") % {"when": distance(seal.last.at)} if seal.last else _("nothing to seal yet")
    )
    return Control("ok", "verified_user", _("The trail is sealed"), small)


def _revision() -> Control:
    newest = Revision.objects.order_by("-number").first()
    if newest is None:
        return Control("bad", "error", _("Nothing is in force"), _("run “manage.py bootstrap FILE”"))
    address = reverse("admin:govern_revision_change", args=[newest.pk])
    text = signed_text(newest.number, newest.sha256, newest.created_at)
    if content_digest(newest.manifest) != newest.sha256 or not keyring().verifies(text, newest.signature):
        return Control(
            "bad",
            "gpp_bad",
            _("Revision %(n)d does not verify") % {"n": newest.number},
            _("somebody wrote around Govern"),
            address,
        )
    small = _("signature verified; in force %(when)s") % {"when": distance(newest.created_at)}
    return Control("ok", "verified", _("Revision %(n)d is in force") % {"n": newest.number}, small, address)


def _drift() -> list[Control]:
    """Something was written around Govern, if a case of it is open."""
    case = Violation.objects.open().filter(guard=GUARD).first()
    if case is None:
        return []
    return [
        Control(
            "bad",
            "gpp_bad",
            _("What is stored is not what people approved"),
            _("somebody wrote around Govern; the event in the trail names the places"),
            reverse("admin:audit_violation_change", args=[case.pk]),
        )
    ]


def _guards() -> Control:
    policies = in_force("guard_policy")
    address = reverse("admin:govern_guardpolicy_changelist")
    enforced = [policy for policy in policies if policy.body.mode == "enforce" and policy.body.guards]
    scopes = [policy.body.scope for policy in enforced]
    if any(not (scope.teams or scope.applications or scope.tags) for scope in scopes):
        said = ngettext("%(n)d guard policy is enforced", "%(n)d guard policies are enforced", len(enforced)) % {
            "n": len(enforced)
        }
        now = timezone.now()
        exempt = sum(exemption.body.expires_at > now for exemption in in_force("exemption"))
        if exempt:
            small = ngettext(
                "at least one covers every application; %(n)d exemption is in force",
                "at least one covers every application; %(n)d exemptions are in force",
                exempt,
            ) % {"n": exempt}
            return Control("warn", "shield_question", said, small, reverse("admin:govern_exemption_changelist"))
        return Control("ok", "shield", said, _("at least one covers every application"), address)
    if enforced:
        return Control(
            "warn",
            "shield_question",
            _("Not every call is inspected"),
            _("no enforced guard policy covers every application"),
            address,
        )
    return Control("bad", "remove_moderator", _("Nothing is inspected"), _("no guard policy is enforced"), address)


def _providers() -> Control:
    providers = in_force("provider")
    held = set(CredentialSecret.objects.values_list("credential__name", flat=True).distinct())
    opened = {c.body.provider for c in in_force("provider_credential") if c.target.name in held}
    shut = [
        provider.target.name
        for provider in providers
        if _needs_credential(provider) and provider.target.name not in opened
    ]
    address = reverse("admin:govern_providercredential_changelist")
    if shut:
        said = ngettext("%(n)d provider has no credential", "%(n)d providers have no credential", len(shut)) % {
            "n": len(shut)
        }
        return Control(
            "warn", "key_off", said, _("nothing is routed to %(names)s") % {"names": ", ".join(shut)}, address
        )
    said = ngettext("%(n)d provider can be called", "%(n)d providers can be called", len(providers)) % {
        "n": len(providers)
    }
    return Control("ok", "cloud_done", said, _("each has the credential that it needs"), address)


def _needs_credential(provider: Found) -> bool:
    return DESCRIBED[provider.body.kind].needs_credential
