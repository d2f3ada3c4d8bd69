"""Pages have landmarks: the skip link is the first stop, what it leads to is the one main part, and on paper it says who printed it."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from govern.models import Application
from tests.govern.admin.pages import page_of

pytestmark = pytest.mark.usefixtures("installed")


class Outline(HTMLParser):
    """What of a page matters here: main parts, headings, stops of the Tab key, ids, and where text lies outside of every landmark."""

    LANDMARKS = ("main", "nav", "header", "footer", "dialog")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.mains: list[dict[str, str | None]] = []
        self.headings: list[str] = []
        self.stops: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.classes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        found = dict(attrs)
        if tag == "main":
            self.mains.append(found)
        if tag == "h1":
            self.headings.append(tag)
        if tag in ("a", "button", "input", "select", "textarea", "summary") and found.get("type") != "hidden":
            self.stops.append(found)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self.classes.append((tag, found.get("class") or ""))


def addresses() -> list[str]:
    return [
        reverse("admin:index"),
        reverse("admin:audit_auditevent_changelist"),
        reverse("admin:audit_violation_changelist"),
        reverse("admin:govern_stop_changelist"),
        reverse("admin:password_change"),
        reverse("mfa_index"),
        page_of(Application.objects.get(name="helpdesk")),
    ]


def test_the_skip_link_is_first_and_leads_to_the_one_main_part(signed_in: Callable[[str], Client]) -> None:
    olive = signed_in("olive")
    for address in addresses():
        outline = Outline(olive.get(address).content.decode())
        assert [main.get("id") for main in outline.mains] == ["content"], address
        assert outline.stops[0].get("href") == "#content", address
        assert len(outline.headings) == 1, address
        assert outline.ids.count("content") == 1, address


def test_no_drawing_is_taken_for_a_canvas(signed_in: Callable[[str], Client]) -> None:
    """The frame's own script calls `getContext` on whatever has the class `chart`."""
    outline = Outline(signed_in("olive").get(reverse("admin:index")).content.decode())
    assert [tag for tag, classes in outline.classes if "chart" in classes.split() and tag != "canvas"] == []


def test_a_printed_page_says_who_printed_it_and_when(signed_in: Callable[[str], Client]) -> None:
    page = signed_in("dan").get(reverse("admin:audit_violation_changelist")).content.decode()
    assert "Printed from the page that dan opened at" in page
    assert " UTC" in page.split("print-head")[1][:400]


def test_the_menu_of_a_phone_closes_with_escape_and_beside_it(signed_in: Callable[[str], Client]) -> None:
    page = signed_in("dan").get(reverse("admin:index")).content.decode()
    assert "x-on:keydown.escape.window" in page
    assert "nav-backdrop" in page
