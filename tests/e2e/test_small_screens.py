"""Pages fit a telephone, a tablet and a desk, however long a word; the menu of a phone closes with Escape."""

import pytest
from playwright.sync_api import Page

from tests.cast import person
from tests.factories.changes import body_of, propose, submit

pytestmark = pytest.mark.browser

PAGES = (
    "/admin/",
    "/admin/audit/auditevent/",
    "/admin/govern/changerequest/?tab=open",
    "/admin/govern/stop/",
    "/admin/govern/person/access-review/",
)


def test_no_page_is_wider_than_its_window(page: Page) -> None:
    person("amy")
    submit(propose("Longword" * 15, "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00"))))
    wide = []
    for width in (390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for address in PAGES:
            page.goto(address)
            if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide.append((address, width, found))
    assert wide == []


def test_the_menu_of_a_phone_closes_with_escape(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/admin/")
    page.click("#menu-opener")
    page.wait_for_selector("#nav-sidebar", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#nav-sidebar", state="hidden")
