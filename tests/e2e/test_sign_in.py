"""Signing in, in a browser: password and code, setting up an app, being locked out, and passkeys."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from audit.models import AuditEvent
from tests.cast import person
from tests.e2e.accessibility import faults
from tests.second_factor import PERIOD_S, code_of, enrol

pytestmark = pytest.mark.browser


@pytest.fixture
def door(context: BrowserContext) -> Page:
    """The sign-in page."""
    page = context.new_page()
    page.goto("/admin/")
    return page


@pytest.fixture
def device(door: Page) -> Iterator[Any]:
    """A telephone or laptop that keeps passkeys and recognises its owner."""
    chromium = door.context.new_cdp_session(door)
    chromium.send("WebAuthn.enable")
    chromium.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield chromium
    chromium.detach()


def give_password(page: Page, name: str, password: str | None = None) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", password or name)
    page.press("#id_password", "Enter")


def next_code(secret: str) -> str:
    """A code that stays right for a few seconds and was not used yet."""
    time.sleep(PERIOD_S - time.time() % PERIOD_S + 0.2)
    return code_of(secret)


def steady_code(secret: str) -> str:
    """A code that stays right for a few seconds."""
    return next_code(secret) if PERIOD_S - time.time() % PERIOD_S < 4 else code_of(secret)


def test_a_password_and_a_code_open_the_door(door: Page) -> None:
    secret = enrol(person("ben"))
    give_password(door, "ben")
    expect(door.locator("h1")).to_have_text("One more step")
    door.fill("#id_code", steady_code(secret))
    door.press("#id_code", "Enter")
    expect(door.locator("h1")).to_have_text("Home")


def test_an_app_is_set_up_and_the_codes_are_kept(door: Page) -> None:
    person("cara")
    give_password(door, "cara")
    door.click("[aria-controls=account-menu]")
    door.click("#account-menu >> text=Sign-in and security")
    expect(door.locator(".note")).to_contain_text("You have no second factor yet")
    door.click("text=Set up")
    secret = door.locator("#totp-secret").inner_text()
    door.fill("#id_code", "000000")
    door.press("#id_code", "Enter")
    expect(door.locator(".wrong")).to_contain_text("That code is not right")
    assert door.locator("#totp-secret").inner_text() == secret
    door.fill("#id_code", steady_code(secret))
    door.press("#id_code", "Enter")
    expect(door.locator(".codes li")).to_have_count(10)
    door.click("text=I have kept them")
    expect(door.locator("body")).to_contain_text("10 are left")
    assert AuditEvent.objects.filter(type="person.second_factor_added", actor="cara").exists()


def test_wrong_passwords_lock_out(door: Page, settings: Any, wrong: list[str]) -> None:
    settings.AXES_ENABLED = True
    person("ben")
    for _ in range(4):
        give_password(door, "ben", "wrong")
        expect(door.locator(".above .note")).to_contain_text("The username or the password is not right")
    give_password(door, "ben", "wrong")
    expect(door.locator("h1")).to_have_text("Too many failed attempts")
    assert wrong
    assert all("429" in said for said in wrong)
    wrong.clear()


def test_a_passkey_is_added_and_opens_the_door_alone(door: Page, device: Any) -> None:
    person("ben")
    give_password(door, "ben")
    door.goto("/account/security/passkeys/add/")
    door.fill("#id_name", "Work laptop")
    door.click("button:has-text('Add the passkey')")
    expect(door.locator(".codes li")).to_have_count(10)
    door.click("text=I have kept them")
    expect(door.locator("body")).to_contain_text("Work laptop")
    door.context.clear_cookies()
    door.goto("/admin/govern/team/")
    door.click("text=Sign in with a passkey")
    expect(door.locator("h1")).to_have_text("Teams")
    assert AuditEvent.objects.filter(type="person.signed_in", actor="ben").count() == 2


def test_a_passkey_confirms(door: Page, device: Any) -> None:
    person("ben")
    give_password(door, "ben")
    door.goto("/account/security/passkeys/add/")
    door.click("button:has-text('Add the passkey')")
    expect(door.locator(".codes li")).to_have_count(10)
    door.goto("/account/confirm/?next=/admin/govern/team/")
    door.click("text=Use a passkey")
    expect(door.locator("h1")).to_have_text("Teams")


def test_a_passkey_that_is_not_there_is_said(door: Page, device: Any) -> None:
    door.click("text=Sign in with a passkey")
    expect(door.locator("[data-problem]")).to_be_visible()
    expect(door.locator("[data-problem]")).to_contain_text("was not used")


def test_other_sessions_are_seen_and_ended(door: Page, context: BrowserContext) -> None:
    person("ben")
    give_password(door, "ben")
    first = context.cookies()
    context.clear_cookies()
    second = context.new_page()
    second.goto("/admin/")
    give_password(second, "ben")
    second.goto("/account/security/")
    expect(second.locator("text=Chrome on Linux")).to_have_count(2)
    second.click("text=End all other sessions")
    expect(second.locator(".messages")).to_contain_text("1 session was ended")
    context.clear_cookies()
    context.add_cookies(first)
    door.goto("/admin/")
    expect(door.locator("#id_password")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_serious_accessibility_fault(door: Page, scheme: Any) -> None:
    door.emulate_media(color_scheme=scheme)
    assert faults(door) == []
    give_password(door, "olive")
    expect(door.locator("h1")).to_have_text("Home")
    wrong = {}
    for address in ("security/", "security/app/", "security/passkeys/add/", "../admin/govern/person/access-review/"):
        door.goto(f"/account/{address}")
        if found := faults(door):
            wrong[address] = found
    enrol(person("olive"))
    door.goto("/account/confirm/?next=/admin/")
    assert door.locator("h1").inner_text() == "Confirm that it is you"
    assert (wrong, faults(door)) == ({}, [])
