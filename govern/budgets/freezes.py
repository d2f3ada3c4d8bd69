"""Letting an application spend again under a budget on which it is frozen: an act of a person, with a reason, on the record."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from govern.budgets.events import budget_freeze_lifted
from govern.identity.write_proofs import prove_write
from govern.models import BudgetFreeze, Person

PERMISSION = "audit.change_violation"
"""Who works the cases that freezes open may lift them."""
LONGEST_REASON = 500


class FreezeRefused(ValueError):
    """A freeze cannot be lifted as asked: says why."""


@transaction.atomic
def lift_freeze(*, freeze_id: UUID, reason: str, by: Person) -> BudgetFreeze:
    """Lifts a freeze; every gateway admits the application's calls again at once. Lifting twice changes nothing.

    Raises `FreezeRefused`, and `BudgetFreeze.DoesNotExist`.
    """
    if not by.has_perm(PERMISSION):
        raise FreezeRefused("Only who works cases may lift a freeze. Ask a compliance officer.")
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise FreezeRefused(f"Say in at most {LONGEST_REASON} characters what you found and why it may spend again.")
    freeze: BudgetFreeze = BudgetFreeze.objects.select_for_update(of=("self",)).get(pk=freeze_id)
    if freeze.lifted_at is None:
        freeze.lifted_at, freeze.lifted_by, freeze.lifted_reason = timezone.now(), by, reason
        prove_write("freeze.lifted", freeze.pk, by.pk, reason)
        freeze.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
        budget_freeze_lifted(
            actor=by.username, application=freeze.application, budget=freeze.budget_name, reason=reason
        )
    return freeze
