"""Every page of the menu, one of each kind below it, and those for who has not signed in: no fault, no error, every width, and paper."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from audit.models import AuditEvent, Violation
from govern.models import Application, ChangeRequest, GuardPolicy
from tests.cast import person
from tests.e2e.accessibility import faults
from tests.factories.changes import body_of, propose, submit
from tests.govern.admin.pages import call_page, page_of

pytestmark = pytest.mark.browser

SHEET, SHEET_ACROSS = 688, 1032
"""Pixels between the margins of an A4 sheet, upright and across."""
WIDE = "table.list th:nth-child(8)"
"""What makes a page lie across the sheet."""
CRUSHED = "all => all.filter(h => h.innerText.trim() && h.getBoundingClientRect().width < 26).map(h => h.innerText)"
"""Heads of columns in which not even three letters stand beside each other."""


def test_every_page_in_english_on_a_desk_a_tablet_a_phone_and_paper(page: Page, wrong: list[str]) -> None:
    found = walk(page, wrong, (1440, 768, 390))
    assert found == {}


def test_every_page_in_chinese_and_dark_on_a_phone_and_a_desk(page: Page, wrong: list[str]) -> None:
    page.context.add_cookies([{"name": "django_language", "value": "zh-hant", "url": page.url}])
    page.emulate_media(color_scheme="dark")
    found = walk(page, wrong, (390, 1440), alike=lists_alike())
    assert found == {}


def walk(
    page: Page, wrong: list[str], widths: tuple[int, ...], alike: frozenset[str] = frozenset()
) -> dict[str, list[str]]:
    """What is wrong with each page. widths: the page is opened in the first. alike: lists of which another one shows the faults."""
    person("amy")
    submit(propose("Longword" * 15, "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00"))))
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto("/admin/")
    menu = page.locator("#nav-sidebar-apps a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert len(menu) >= 15
    found: dict[str, list[str]] = {}
    for address in [*menu, *below(), "/admin/nothing/here/", "/account/login/"]:
        if "login" in address:
            page.context.clear_cookies(name="sessionid")
        page.set_viewport_size({"width": widths[0], "height": 900})
        page.goto(address)
        expect(page.locator("main h1, .bar h1")).to_have_count(1)
        if address in menu:
            expect(page.locator("#nav-sidebar a.active")).to_have_attribute("href", address)
        seen = [] if address in alike else faults(page)
        seen += [*too_wide(page, widths), *(each for each in wrong if "404" not in each or "nothing" not in address)]
        wrong.clear()
        if len(widths) > 2 and address not in lists_alike():
            seen += cut_on_paper(page)
        if seen:
            found[address] = seen
    return found


def lists_alike() -> frozenset[str]:
    """Lists of governed kinds, which one template draws; without the one that stands for them."""
    kinds = "routingpolicy exemption approvalrule catalogmodel deployment provider providercredential team application membership"
    return frozenset(reverse(f"admin:govern_{kind}_changelist") for kind in kinds.split())


def below() -> Iterator[str]:
    """Pages that no entry of the menu leads to at once."""
    yield "/account/security/"
    yield reverse("admin:govern_apikey_add")
    yield reverse("admin:govern_person_add")
    yield reverse("admin:govern_changerequest_propose", args=["routing_policy", "default"])
    yield reverse("admin:govern_changerequest_changelist") + "?tab=open"
    yield reverse("admin:govern_revision_change", args=[1])
    for verdict in ("redact", "block"):
        yield call_page(AuditEvent.objects.outcomes().filter(verdict=verdict)[0].call_id)
    for one in (Violation, Application, GuardPolicy):
        yield page_of(one._default_manager.all()[0])
    for change in ChangeRequest.objects.order_by("number")[:2]:
        yield page_of(change)


def too_wide(page: Page, widths: tuple[int, ...]) -> Iterator[str]:
    """Windows in which the page could be scrolled sideways."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"{found} pixels in {width}"


def cut_on_paper(page: Page) -> Iterator[str]:
    """What a sheet cuts, and what does not belong on it."""
    sheet = SHEET_ACROSS if page.locator(WIDE).count() else SHEET
    page.set_viewport_size({"width": sheet, "height": 900})
    page.emulate_media(media="print")
    if (found := page.evaluate("document.documentElement.scrollWidth")) > sheet:
        yield f"{found} pixels on a sheet of {sheet}"
    shown = ("#nav-sidebar", ".bar button", ".filters")
    yield from (f"{part} on paper" for part in shown if page.locator(f"{part}:visible").count())
    yield from (f"crushed column {head!r}" for head in page.locator("table.list th:visible").evaluate_all(CRUSHED))
    page.emulate_media(media="screen")
