"""A change on its way in real browsers: Amy writes it, Ben and Cara approve it, Olive has the desk and the switch."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from govern.changes.submission import reopen_change
from govern.models import Budget, ChangeRequest, ChangeState, Stop
from tests.cast import person
from tests.e2e.accessibility import faults
from tests.factories.changes import body_of, propose
from tests.second_factor import sign_in_fresh

pytestmark = pytest.mark.browser
Seat = Callable[[str], Page]


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """The browser as one of the cast's, who has just given a second factor. One at a time: they share the machine."""

    def sit(name: str) -> Page:
        client = sign_in_fresh(Client(), person(name))
        context.clear_cookies()
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    return sit


def open_change(page: Page, title: str) -> None:
    page.goto("/admin/govern/changerequest/?tab=open")
    page.click(f"table.changes a.name:has-text('{title}')")


def test_amy_submits_ben_and_cara_approve_and_ben_puts_it_in_force(seat: Seat) -> None:
    propose(
        "More for everybody again",
        "It ran out three times.",
        ("budget", body_of("budget", "organisation", limit_usd="9000.00")),
    )
    page = seat("amy")
    open_change(page, "More for everybody again")
    expect(page.locator(".told")).to_contain_text("$9,000.00")
    page.click("button:has-text('Submit for review')")
    expect(page.locator(".stepper [aria-current=step]")).to_contain_text("In review")
    expect(page.locator(".decide")).to_contain_text("You wrote this, so somebody else must approve it.")
    for name, said in (("ben", "Others are still needed"), ("cara", "is approved")):
        page = seat(name)
        page.goto("/admin/")
        page.click("#nav-sidebar >> text=Approvals")
        page.click("table.changes a.name:has-text('More for everybody again')")
        page.fill("#review-reason", "I looked at what was spent.")
        page.click(".decide button:has-text('Approve')")
        expect(page.locator(".messages")).to_contain_text(said)
    page = seat("ben")
    open_change(page, "More for everybody again")
    page.click("button:has-text('Put in force now')")
    expect(page.locator(".messages")).to_contain_text("is in force with revision")
    assert Budget.objects.get(name="organisation").body.limit_usd == "9000.00"


def test_the_difference_is_switched_by_keyboard_between_words_and_json(seat: Seat) -> None:
    page = seat("cara")
    open_change(page, "Mask card numbers")
    card = page.locator(".proposal").first
    expect(card.locator(".in-words")).to_be_visible()
    expect(card.locator(".in-json")).to_be_hidden()
    card.locator("input[value=words]").focus()
    page.keyboard.press("ArrowRight")
    expect(card.locator(".in-json")).to_be_visible()
    expect(card.locator(".in-words")).to_be_hidden()
    expect(card.locator("tr.minus").first).to_contain_text('"block_at": 0.9')
    page.keyboard.press("ArrowRight")
    expect(card.locator(".in-words")).to_be_visible()
    expect(card.locator(".in-json")).to_be_visible()


def test_an_approval_of_what_was_edited_meanwhile_loses_nothing_that_was_typed(seat: Seat) -> None:
    page = seat("cara")
    open_change(page, "Mask card numbers")
    change = ChangeRequest.objects.get(title__startswith="Mask card numbers")
    reopen_change(change=change, by=person("amy"))
    page.fill("#review-reason", "Addresses are public, I agree.")
    page.click(".decide button:has-text('Approve')")
    expect(page.locator(".messages")).to_contain_text("was edited since you opened this page")
    assert not change.reviews.filter(reviewer_name="cara").exists()


def test_olive_stops_a_model_and_every_page_says_so(seat: Seat) -> None:
    page = seat("olive")
    page.goto("/admin/")
    page.click("#nav-sidebar >> text=Stopped traffic")
    page.click("label:has-text('One model')")
    page.select_option("[name=model]", "gpt-5.4")
    page.fill("#id_reason", "It answers nonsense.")
    page.click("button:has-text('Stop it…')")
    page.click("button:has-text('Stop it now')")
    expect(page.locator(".alarms")).to_contain_text("the model gpt-5.4")
    assert Stop.objects.in_force().filter(name="model:gpt-5.4").exists()
    page.goto("/admin/audit/auditevent/")
    expect(page.locator(".alarms")).to_contain_text("the model gpt-5.4")
    page.click("text=See what is stopped")
    page.click("summary:has-text('the model gpt-5.4')")
    page.locator("li:has-text('The model gpt-5.4') textarea").fill("The provider has put it right.")
    page.locator("li:has-text('The model gpt-5.4') button").click()
    expect(page.locator(".told .removed")).to_contain_text(["Nothing is sent to the model gpt-5.4.", "Because"])


def test_what_olive_broke_the_glass_for_is_ratified_by_two(seat: Seat) -> None:
    propose(
        "Raise it at once",
        "Calls are refused.",
        ("budget", body_of("budget", "intern-bot", limit_usd="9.00")),
        by=person("olive"),
    )
    page = seat("olive")
    open_change(page, "Raise it at once")
    page.click("text=Break the glass…")
    page.fill("[name=incident]", "INC-2042")
    page.select_option("[name=hours]", "1")
    page.click("button:has-text('Break the glass')")
    expect(page.locator(".alarms")).to_contain_text("INC-2042")
    for name in ("ben", "cara"):
        page = seat(name)
        page.goto("/admin/")
        page.locator(".alarms li:has-text('INC-2042') a").click()
        page.click("button:has-text('Ratify')")
    expect(page.locator(".messages")).to_contain_text("is ratified")
    assert ChangeRequest.objects.get(incident="INC-2042").state == ChangeState.APPLIED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_changes_has_a_serious_fault(seat: Seat, scheme: str) -> None:
    page = seat("olive")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    addresses = [
        "/admin/govern/changerequest/?tab=open",
        "/admin/govern/stop/",
        "/admin/govern/exemption/",
        "/admin/govern/membership/",
    ]
    page.goto(addresses[0])
    addresses += page.locator("table.changes a.name").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    page.goto("/admin/govern/deployment/")
    page.click("a.name:has-text('gpt-5.4')")
    addresses += [
        page.url,
        f"{page.url.replace('/change/', '/compare/')}",
        f"{page.url.replace('/change/', '/version/again/')}?version=1",
    ]
    wrong = {}
    for address in addresses:
        page.goto(address)
        for switch in page.locator(".switch label:has-text('Side by side')").all():
            switch.click()
        if found := faults(page):
            wrong[address] = found
    assert wrong == {}
