"""What people do about budgets, as the trail has it."""

from audit.trail.events import event, gettext_noop


@event(gettext_noop("{actor} let {application} spend again under {budget}: {reason}"), severity="warning")
def budget_freeze_lifted(*, actor: str, application: str, budget: str, reason: str) -> None:
    """After somebody looked."""
