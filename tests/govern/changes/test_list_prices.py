"""Prices follow the lists that ship only by a change that others approve, and say where they are from."""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from govern.changes.contents import bodies_in_force
from govern.changes.list_prices import listed_prices
from govern.models import ChangeRequest
from tests.cast import person
from tests.factories.installation import install_sample

TODAY = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def installed(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "dan"):
        person(name)


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("sync_prices", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_a_list_price_is_that_of_a_thousand_tokens_with_its_step(installed: None) -> None:
    found = {each.name: each.body for each in listed_prices(bodies_in_force(), TODAY)}
    gpt = found["gpt-5.4"]
    assert gpt is not None
    assert gpt.usd_per_1k is not None
    assert (Decimal(gpt.usd_per_1k.input), Decimal(gpt.usd_per_1k.output)) == (Decimal("0.0025"), Decimal("0.015"))
    assert gpt.long_context is not None
    assert (gpt.long_context.above_input_tokens, gpt.long_context.usd_per_1k.input) == (272_000, "0.005")
    assert gpt.price_source.startswith("genai-prices ")


def test_it_proposes_and_changes_nothing_by_itself(installed: None) -> None:
    before = bodies_in_force()["catalog_model"]
    assert "usd_per_1k.input" in run("gpt-5.4", "--as", "amy")
    change = ChangeRequest.objects.latest("number")
    assert [item.object_name for item in change.items.all()] == ["gpt-5.4"]
    assert bodies_in_force()["catalog_model"] == before


def test_only_showing_opens_nothing(installed: None) -> None:
    with pytest.raises(SystemExit) as ended:
        run("gpt-5.4", "--dry-run")
    assert (ended.value.code, ChangeRequest.objects.count()) == (2, 0)


def test_who_may_not_propose_does_not(installed: None) -> None:
    with pytest.raises(CommandError, match="may not propose"):
        run("gpt-5.4", "--as", "dan")
    with pytest.raises(CommandError, match="no model gtp"):
        run("gtp", "--as", "amy")
