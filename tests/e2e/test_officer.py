"""What a compliance officer does in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from audit.models import AuditEvent, State, Violation
from govern.models import ApiKey

pytestmark = pytest.mark.browser


def test_a_violation_is_taken_commented_and_closed(page: Page) -> None:
    page.click("#nav-sidebar >> text=Violations")
    page.locator("table.list a.name").first.click()
    page.click("text=Assign to me")
    expect(page.locator(".messages")).to_contain_text("assigned to olive")
    page.fill("#comment", "The key was a test value.")
    page.click("text=Add the comment")
    expect(page.locator(".talk")).to_contain_text("The key was a test value.")
    page.click("button:has-text('Resolve')")
    expect(page.locator("#reason-problem")).to_contain_text("Say why")
    page.fill("#reason", "Replaced by the owner.")
    page.click("button:has-text('Resolve')")
    expect(page.locator(".head")).to_contain_text("Resolved")
    case = Violation.objects.get(guard="secrets")
    assert case.state == State.RESOLVED
    assert AuditEvent.objects.filter(type="violation.transitioned", actor="olive", body__isnull=False).exists()


def test_a_key_is_issued_copied_and_revoked(page: Page) -> None:
    page.goto("/admin/govern/apikey/")
    page.click("text=Issue a key")
    page.select_option("[name=application]", label="helpdesk")
    page.fill("[name=name]", "website")
    page.press("[name=name]", "Enter")
    secret = page.locator("#secret").inner_text()
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.click("text=I have stored it")
    expect(page.locator("body")).not_to_contain_text(secret)
    page.click("a:has-text('Revoke')")
    page.fill("[name=reason]", "Not needed.")
    page.click("button:has-text('Revoke the key')")
    expect(page.locator(".head")).to_contain_text("Revoked")
    assert ApiKey.objects.get(name="website").revoked_reason == "Not needed."


def test_the_keyboard_alone_reaches_the_content_and_the_menus(page: Page) -> None:
    page.goto("/admin/audit/violation/")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))
    assert any("Skip to the content" in text for text in reached)
    assert any("Secrets" in text for text in reached)
    page.locator("[aria-controls=account-menu]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#account-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#account-menu")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 800})
    page.click("#menu-opener")
    page.wait_for_selector("#nav-sidebar", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#nav-sidebar", state="hidden")


def test_a_call_is_read_step_by_step_and_the_admin_speaks_chinese_after_one_choice(page: Page) -> None:
    page.click("#nav-sidebar >> text=Calls")
    page.select_option("[name=verdict]", "block")
    page.locator("form.filters button.button").first.click()
    page.wait_for_url(re.compile("verdict=block"))
    page.locator("table.list tbody tr").first.click()
    expect(page.locator("text=What happened, step by step")).to_be_visible()
    expect(page.locator(".way")).to_contain_text("What the caller sent was inspected")
    page.locator("details.raw summary").last.press("Enter")
    expect(page.locator("details[open] pre")).to_contain_text("request_id")
    page.goto("/admin/")
    page.click("[aria-controls=account-menu]")
    page.click("#account-menu button[lang='zh-hant']")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
    expect(page.locator("h1")).to_have_text("首頁")
