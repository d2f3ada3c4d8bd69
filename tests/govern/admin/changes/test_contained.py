"""What a rule stopped is seen by whoever must look, with the way to its violations and to lifting it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from govern.policy.bodies import StopBody
from tests.govern.admin.changes.acting import text
from tests.govern.containment.rules import put_rule, put_stop

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


@pytest.fixture
def contained(cast: None) -> None:
    put_rule()
    put_stop(
        StopBody(
            target="application",
            of="helpdesk",
            reason="Ask the security desk before you lift it.",
            until=timezone.now() + timedelta(hours=1),
            rule="bursts",
        )
    )


@pytest.mark.usefixtures("contained")
def test_it_is_on_the_desk_of_who_works_violations(signed_in: Browser) -> None:
    page = text(signed_in("olive").get(reverse("admin:index")))
    assert "helpdesk was stopped by itself" in page
    assert "containment rule bursts" in page
    assert "helpdesk was stopped by itself" not in text(signed_in("amy").get(reverse("admin:index")))


@pytest.mark.usefixtures("contained")
def test_the_page_of_what_is_stopped_says_which_rule_and_until_when(signed_in: Browser) -> None:
    answer = signed_in("amy").get(reverse("admin:govern_stop_changelist"))
    page = text(answer)
    assert "Stopped by the containment rule bursts" in page
    assert "Flows again by itself on" in page
    assert "Propose to let it flow again" in page
    assert f"{reverse('admin:audit_violation_changelist')}?application=helpdesk" in answer.content.decode()


@pytest.mark.usefixtures("contained")
def test_the_page_of_a_rule_says_what_it_watches_and_stopped(signed_in: Browser) -> None:
    page = text(signed_in("olive").get(reverse("admin:govern_containment_named", args=["bursts"]), follow=True))
    assert "application:helpdesk" in page
    assert "risk-engine" in page
