"""Credentials of providers; their secrets lie elsewhere."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, callers_of, served_by
from govern.changes.reasons import Reason
from govern.models import ProviderCredential
from govern.policy.bodies import CredentialBody


def _risk(before: CredentialBody | None, after: CredentialBody | None) -> Iterator[Reason]:
    """What a provider is called with."""
    if after is None:
        yield Reason("medium", _("retires a credential"))
    elif before is None:
        yield Reason("high", _("adds a credential"))
    elif (before.provider, before.env) != (after.provider, after.env):
        yield Reason("high", _("changes what a credential is for"))
    elif before.weight != after.weight:
        yield Reason("low", _("changes how often a credential is used"))


def _references(known: Known, place: str, body: CredentialBody) -> None:
    known.name(f"{place}.provider", "provider", body.provider)


def _reach(body: CredentialBody, bodies: Bodies) -> frozenset[str]:
    return callers_of(served_by(body.provider, bodies), bodies)


KIND = Kind(
    model=ProviderCredential,
    section="credentials",
    icon="lock",
    risk=_risk,
    references=_references,
    reach=_reach,
    also_in=("providers",),
)
