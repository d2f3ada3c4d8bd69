"""The simulation of a change in a browser: its progress turns into its result by itself, and the page has no accessibility fault."""

import pytest
from django.utils import timezone
from msgspec.structs import replace
from playwright.sync_api import Page

from govern.changes.drafts import open_change, propose_version
from govern.changes.simulation.running import run_simulation
from govern.changes.submission import submit_change
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.guards.topics import Topics
from govern.models import ChangeRequest, RoutingPolicy, Simulation
from tests.cast import person
from tests.e2e.accessibility import faults
from tests.govern.changes.changing import body_of, submitted
from tests.govern.changes.replaying import call

pytestmark = pytest.mark.browser


def change_of_much() -> ChangeRequest:
    """A change that blocks, allows and moves calls; submitting it replays them at once, as tests have no worker."""
    for number in range(12):
        call(f"Tell me about project Bluebird, part {number}.", "Write to jane.roe@example.com.")
    amy = person("amy")
    change = open_change(title="Much at once", reason="To see it all.", by=amy)
    guards = (
        Topics(on=("input",), topic="projects", terms=("part 3", "part 7"), action="block"),
        Pii(on=("output",)),
        Secrets(),
    )
    rules = tuple(
        replace(r, candidates=("claude-opus-4.6",)) for r in RoutingPolicy.objects.get(name="default").body.rules
    )
    bodies = (
        ("guard_policy", body_of("guard_policy", "baseline", guards=guards)),
        ("routing_policy", body_of("routing_policy", "default", rules=rules)),
        ("budget", body_of("budget", "intern-bot", limit_usd="5.00", period="week")),
    )
    for kind, body in bodies:
        change.refresh_from_db()
        propose_version(change=change, kind=kind, body=body, by=amy, edition=change.edition)
    change.refresh_from_db()
    return submit_change(change=change, by=amy, edition=change.edition)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_replayed_change_has_no_serious_fault(page: Page, scheme: str) -> None:
    change = change_of_much()
    assert Simulation.objects.get(change=change).state == "finished"
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"/admin/govern/changerequest/{change.pk}/change/")
    for summary in page.locator("#simulation summary").all():
        summary.click()
    assert page.locator("#simulation table").count() >= 3
    assert faults(page) == []


def test_progress_turns_into_the_result_by_itself(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govern.changes.simulation.asking._send", lambda _simulation: None)
    change = submitted()
    waiting = Simulation.objects.get(change=change)
    page.goto(f"/admin/govern/changerequest/{change.pk}/change/")
    page.wait_for_selector("text=Waiting for a worker")
    now = timezone.now()
    Simulation.objects.filter(pk=waiting.pk).update(
        state="running", started_at=now, progressed_at=now, done=30, total=100
    )
    page.wait_for_selector("text=30 of 100 calls")
    assert faults(page) == []
    Simulation.objects.filter(pk=waiting.pk).update(state="waiting", progressed_at=None)
    run_simulation(waiting.pk)
    page.wait_for_selector("text=What this rests on")
