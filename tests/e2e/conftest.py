"""A real browser against a real server. Only a missing browser is a reason to skip."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories.day import fill_day

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is not there (apt-get install chromium)")
    return CHROMIUM


@pytest.fixture
def day(transactional_db: None) -> None:
    """The sample installation in the middle of a working day, committed for the server to see."""
    fill_day(calls_per_unit=0.2)


@pytest.fixture
def wrong() -> list[str]:
    """What went wrong in the browser: a test that provokes something takes it out again."""
    return []


@pytest.fixture
def context(
    chromium: Path,
    live_server: LiveServer,
    day: None,
    own_cache: None,
    wrong: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BrowserContext]:
    """A browser without a past. Pages that ask anybody but the server, or that fail, fail the test."""
    # Playwright's own loop runs in this thread; Django would take the test's queries for a mistake.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=QUIET)
        opened = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
        opened.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.on("request", lambda sent: sent.url.startswith((live_server.url, "data:")) or wrong.append(sent.url))
        opened.on("response", lambda got: got.status < 400 or wrong.append(f"{got.status} {got.url}"))
        opened.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        yield opened
        browser.close()
    assert wrong == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of Olive's, signed in through the form."""
    page = context.new_page()
    page.goto("/admin/")
    page.fill("#id_username", "olive")
    page.fill("#id_password", "olive")
    page.press("#id_password", "Enter")
    page.wait_for_selector("text=What waits for you")
    return page
