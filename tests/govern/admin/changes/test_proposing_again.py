"""A rejected change has a button that opens a draft with its values, for who may propose."""

from collections.abc import Callable

import pytest
from django.test import Client

from govern.models import ChangeRequest
from tests.factories.changes import body_of, propose, review, submit
from tests.govern.admin.changes.acting import act, address, text

pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def rejected(cast: None) -> ChangeRequest:
    budget = body_of("budget", "organisation", limit_usd="9000.00")
    return review(submit(propose("More", "It ran out.", ("budget", budget))), "ben", "reject", "Too much.")


def test_the_draft_is_opened_with_what_was_typed(signed_in: Callable[[str], Client], rejected: ChangeRequest) -> None:
    amy = signed_in("amy")
    assert "Propose again" in text(amy.get(address(rejected)))
    page = act(amy, rejected, "again")
    draft = ChangeRequest.objects.latest("number")
    assert page.redirect_chain[-1][0] == address(draft)
    assert f"{draft} proposes {rejected} again" in text(page)
    assert draft.items.get().body.limit_usd == "9000.00"


def test_who_may_not_propose_has_no_button(signed_in: Callable[[str], Client], rejected: ChangeRequest) -> None:
    dan = signed_in("dan")
    assert "Propose again" not in text(dan.get(address(rejected)))
    assert act(dan, rejected, "again").status_code == 403
    assert ChangeRequest.objects.count() == 1
