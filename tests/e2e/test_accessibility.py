"""No page has a serious accessibility fault that axe can find, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = (
    "/admin/",
    "/admin/audit/auditevent/",
    "/admin/audit/auditevent/activity/",
    "/admin/audit/auditevent/rejected/",
    "/admin/audit/violation/",
    "/admin/govern/guardpolicy/",
    "/admin/govern/guardpolicy/try/",
    "/admin/govern/budget/",
    "/admin/govern/apikey/",
    "/admin/govern/apikey/add/",
    "/admin/govern/person/add/",
    "/admin/govern/revision/1/change/",
)


def faults(page: Page) -> list[str]:
    """Serious and critical findings, each with where it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    first = {"call": ("/admin/audit/auditevent/?verdict=redact", "table.list a.link"),
             "case": ("/admin/audit/violation/", "table.list a.name"),
             "policy": ("/admin/govern/guardpolicy/", "table.list a.name")}  # fmt: skip
    addresses = list(PAGES)
    for where, link in first.values():
        page.goto(where)
        addresses.append(page.locator(link).first.get_attribute("href") or "")
    wrong = {}
    for address in addresses:
        page.goto(address)
        if found := faults(page):
            wrong[address] = found
    assert wrong == {}
