"""Who decides about a change has just proved who they are."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.changes.refused import ChangeRefused
from govern.identity.second_factor import COUNTED, SecondFactor
from govern.models import Person

SESSION_ALONE = "signed in; no second factor was asked for"
"""Who objects lets nothing pass, and need not prove more than that they are signed in."""


def identified_by(person: Person, factor: SecondFactor | None) -> str:
    """How a person has just proved who they are, in words for the record. One query.

    A caller cannot merely claim it: an authenticator must be the person's own and have been used in these minutes. Raises `ChangeRefused`.
    """
    if factor is None or not factor.is_fresh() or not _was_used(person, factor):
        raise ChangeRefused("second_factor", _("Prove who you are with your second factor, then do this again."))
    words = f"{factor.method} at {factor.at.isoformat(timespec='seconds')}"
    return f"{words}, authenticator {factor.authenticator}" if factor.authenticator else words


def _was_used(person: Person, factor: SecondFactor) -> bool:
    """Tokens of the issuer (`oidc:…`) were verified with the request that brought them."""
    if factor.method.startswith("oidc:"):
        return True
    since = timezone.now() - settings.GOVERN_SECOND_FACTOR_AGE
    own = Authenticator.objects.filter(user=person, type__in=COUNTED, last_used_at__gte=since)
    return factor.authenticator.isdigit() and own.filter(pk=factor.authenticator).exists()
