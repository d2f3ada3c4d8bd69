"""The page of a change shows its simulation: how far it is, what would change, and what that rests on."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace

from govern.enforcement.guards.topics import Topics
from govern.models import ChangeRequest, RoutingPolicy, Simulation
from tests.cast import person
from tests.factories.installation import install_sample
from tests.govern.changes.changing import applied, submitted
from tests.govern.changes.replaying import call, simulated

pytestmark = pytest.mark.django_db
SECRET_PLAN = "Tell me about project Bluebird."


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "dan", "olive", "eve"):
        person(name)


@pytest.fixture
def signed_in() -> Callable[[str], Client]:
    """A browser in which one of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def page(client: Client, change: ChangeRequest) -> str:
    """The text of a change's page, without markup."""
    answer = client.get(reverse("admin:govern_changerequest_change", args=[change.pk]))
    assert answer.status_code == 200
    return words(answer.content.decode())


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def blocking_change() -> ChangeRequest:
    guards = (Topics(on=("input",), topic="projects", terms=("project bluebird",), action="block"),)
    return submitted("guard_policy", "support-tone", mode="enforce", guards=guards)


def progress_address(change: ChangeRequest) -> str:
    return reverse("admin:govern_simulation_progress", args=[Simulation.objects.get(change=change).pk])


def test_while_it_runs_the_page_shows_how_far_it_is_and_asks_again(signed_in: Callable[[str], Client]) -> None:
    change = submitted()
    now = timezone.now()
    Simulation.objects.filter(change=change).update(
        state="running", started_at=now, progressed_at=now, done=2_400, total=10_000
    )
    ben = signed_in("ben")
    text = ben.get(reverse("admin:govern_changerequest_change", args=[change.pk])).content.decode()
    assert f'data-refreshed-from="{progress_address(change)}"' in text
    assert 'role="progressbar"' in text
    assert 'aria-valuenow="24"' in text
    assert "2,400 of 10,000 calls" in words(text)
    assert "The simulation has not finished" in words(text)


def test_what_is_asked_for_meanwhile_is_the_same_part_of_the_page(signed_in: Callable[[str], Client]) -> None:
    call(SECRET_PLAN)
    change = blocking_change()
    ben = signed_in("ben")
    assert "Waiting for a worker" in words(ben.get(progress_address(change)).content.decode())
    simulated(change)
    answer = ben.get(progress_address(change)).content.decode()
    assert "data-refreshed-from" not in answer
    assert "Newly blocked" in answer


def test_a_finished_one_shows_what_would_change_with_links_to_the_calls(signed_in: Callable[[str], Client]) -> None:
    caught = call(SECRET_PLAN)
    call("Tell me about the weather.")
    change = blocking_change()
    simulated(change)
    olive = signed_in("olive")
    markup = olive.get(reverse("admin:govern_changerequest_change", args=[change.pk])).content.decode()
    text = words(markup)
    assert reverse("admin:audit_auditevent_call", args=[caught]) in markup
    assert "Topics · projects" in text
    assert "characters 14 to 30" in text
    assert "2 calls: guards read the stored prompts and answers again." in text
    assert "2 of 2 calls, sampled evenly" in text
    assert "luebird" not in re.sub(r'"project bluebird"|project bluebird', "", markup)


def test_moved_traffic_is_shown_with_its_cost_and_latency(signed_in: Callable[[str], Client]) -> None:
    call(task="coding", model="gpt-5.4", tokens=(1_000, 1_000))
    body = RoutingPolicy.objects.get(name="default").body
    rules = tuple(
        replace(rule, candidates=("claude-opus-4.6",)) if rule.name == "coding" else rule for rule in body.rules
    )
    change = submitted("routing_policy", "default", rules=rules)
    simulated(change)
    text = page(signed_in("ben"), change)
    assert "1 call goes to another model" in text
    assert "gpt-5.4 1 → 0" in text
    assert "claude-opus-4.6 0 → 1" in text
    assert "$0.0280 $0.0320" in text
    assert "175 ms 250 ms" in text
    assert "1 call goes to another region" in text


def test_the_page_says_what_could_not_be_replayed(signed_in: Callable[[str], Client]) -> None:
    call()
    change = blocking_change()
    simulated(change)
    assert "1 call could not be replayed: its texts are not stored." in page(signed_in("dan"), change)


def test_budgets_show_what_they_would_refuse(signed_in: Callable[[str], Client]) -> None:
    for hour in (3, 2, 1):
        call(application="intern-bot", task="coding", tokens=(1_000, 1_000), at=timezone.now() - timedelta(hours=hour))
    change = submitted("budget", "intern-bot", limit_usd="0.05", period="total")
    simulated(change)
    text = page(signed_in("ben"), change)
    assert "intern-bot $5.00 $0.0500 0 2" in text
    assert "Over budget" in text


def test_a_failed_one_says_why_and_is_run_again_by_who_may(signed_in: Callable[[str], Client]) -> None:
    change = submitted()
    Simulation.objects.update(
        state="failed", problem="The change was edited since it was submitted.", finished_at=timezone.now()
    )
    again = reverse("admin:govern_simulation_again", args=[change.pk])
    dan, ben = signed_in("dan"), signed_in("ben")
    assert "Run it again" not in page(dan, change)
    assert dan.post(again).status_code == 403
    assert ben.get(again).status_code == 405
    text = page(ben, change)
    assert "The change was edited since it was submitted." in text
    assert "Run it again" in text
    assert "With a warning" in text
    assert ben.post(again, follow=True).status_code == 200
    assert Simulation.objects.filter(change=change, state="waiting", asked_by_name="ben").exists()


def test_an_outdated_one_says_so(signed_in: Callable[[str], Client]) -> None:
    change = submitted()
    simulated(change)
    applied("budget", "intern-bot", limit_usd="6.00")
    assert "It was compared with revision 1." in page(signed_in("ben"), change)


def test_who_may_not_see_changes_sees_no_simulation(signed_in: Callable[[str], Client]) -> None:
    change = submitted()
    assert signed_in("eve").get(progress_address(change)).status_code == 403
    assert Client().get(progress_address(change)).status_code == 302


def test_it_is_said_in_chinese_too(signed_in: Callable[[str], Client]) -> None:
    call(SECRET_PLAN)
    change = blocking_change()
    simulated(change)
    ben = signed_in("ben")
    ben.post(reverse("set_language"), {"language": "zh-hant", "next": "/admin/"})
    text = page(ben, change)
    assert "模擬" in text
    assert "新增封鎖" in text
    assert "Newly" not in text
