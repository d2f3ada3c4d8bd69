"""Breaking the glass: an incident, an end, a warning on every page, and two who ratify or one who reverts."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from govern.models import Budget, ChangeRequest, ChangeState
from tests.cast import person
from tests.factories.changes import body_of, new_body, propose
from tests.govern.admin.changes.acting import act, address, now, text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


def broken(olive: Client) -> ChangeRequest:
    change = propose(
        "More at once",
        "Calls are refused.",
        ("budget", body_of("budget", "organisation", limit_usd="9000.00")),
        by=person("olive"),
    )
    olive.post(address(change, "break_glass"), {"edition": change.edition, "incident": "INC-7", "hours": "2"})
    return now(change)


def test_it_acts_at_once_and_every_page_warns_of_it(confirmed: Browser, signed_in: Browser) -> None:
    olive = confirmed("olive")
    change = broken(olive)
    assert (change.state, change.incident) == (ChangeState.EMERGENCY, "INC-7")
    assert Budget.objects.get(name="organisation").body.limit_usd == "9000.00"
    for name in ("amy", "dan"):
        assert f"{change} is in force without approval, for INC-7" in text(
            signed_in(name).get(reverse("admin:govern_team_changelist"))
        )
    assert f"Ratify or revert {change}" in text(olive.get(reverse("admin:index")))


def test_two_others_ratify_it_and_the_warning_ends(confirmed: Browser) -> None:
    change = broken(confirmed("olive"))
    act(confirmed("ben"), change, "review", verdict="approve")
    assert "1 of 2 others have ratified it." in text(confirmed("cara").get(address(change)))
    page = act(confirmed("cara"), now(change), "review", verdict="approve")
    assert now(change).state == ChangeState.APPLIED
    assert page.context["alarms"] == []


def test_an_approver_takes_it_out_of_force(confirmed: Browser) -> None:
    change = broken(confirmed("olive"))
    act(confirmed("ben"), change, "revert")
    assert now(change).state == ChangeState.REVERTED
    assert Budget.objects.get(name="organisation").body.limit_usd == "2500.00"


def test_it_needs_an_incident_a_second_factor_and_the_right(confirmed: Browser, signed_in: Browser) -> None:
    change = propose(
        "More at once",
        "Calls are refused.",
        ("budget", body_of("budget", "organisation", limit_usd="9000.00")),
        by=person("olive"),
    )
    form = {"edition": change.edition, "incident": "INC-7", "hours": "2"}
    assert "This field is required" in text(
        confirmed("olive").post(address(change, "break_glass"), {**form, "incident": ""})
    )
    olive = signed_in("olive")
    olive.post(address(change, "break_glass"), form)
    assert "INC-7" in text(olive.get(address(change, "break_glass")))
    for name in ("amy", "ben", "dan"):
        assert confirmed(name).post(address(change, "break_glass"), form).status_code == 403
    assert now(change).state == ChangeState.DRAFT


def test_roles_are_not_given_by_breaking_the_glass(confirmed: Browser) -> None:
    body = new_body("membership", name="olive", groups=["approver"])
    change = propose("Let me approve", "There is nobody else.", ("membership", body), by=person("olive"))
    page = confirmed("olive").get(address(change, "break_glass"), follow=True)
    assert "Who may approve, and secrets, cannot be changed by breaking the glass." in text(page)
