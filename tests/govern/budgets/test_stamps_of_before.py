"""Balances from before they had versions: what Govern had stamped stays in order, anything else stays found."""

from datetime import date
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps

from govern.changes.drift.accounts import Watch
from govern.identity.keyring import keyring
from govern.models import BudgetAccount

pytestmark = pytest.mark.django_db(transaction=True)
stamp_versions = import_module("govern.migrations.0026_versions_of_accounts").stamp_versions


def test_an_upgrade_neither_hides_nor_makes_drift() -> None:
    ours, theirs = uuid4(), uuid4()
    start = date(2026, 11, 1)
    for budget, settled in ((ours, 25), (theirs, 24)):  # the second was changed after it was stamped
        stamp = keyring().stamp(f"govern/account\n{budget}\n{start}\n25\n60")
        BudgetAccount.objects.create(
            budget_id=budget, period_start=start, settled_nano_usd=settled, reserved_nano_usd=60, stamp=stamp
        )
    stamp_versions(apps, None)
    assert Watch().changed() == [f"account/{theirs}/2026-11-01"]
