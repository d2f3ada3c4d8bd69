"""A row of policy that was changed around Govern: every page that would show or use it says so in words, and the others go on."""

from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from govern.admin.not_as_signed import told, what_differs
from govern.changes import compiled
from govern.policy.contents import Fault, NotAsSigned
from tests.cast import person
from tests.govern.admin.pages import every_page
from tests.govern.admin.test_languages import _HAN

WORDS = "What is stored is not what was signed"


def forge(change: str, kind: str = "%") -> None:
    """Somebody with the owner's rights changes what versions hold."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE govern_version DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE govern_version SET {change} WHERE kind LIKE %s", [kind])
        cursor.execute("ALTER TABLE govern_version ENABLE TRIGGER USER")
    compiled._compiled.cache_clear()


@pytest.fixture
def olive(signed_in: Callable[[str], Client]) -> Iterator[Client]:
    browser = signed_in("olive")
    browser.raise_request_exception = False
    yield browser
    compiled._compiled.cache_clear()


@pytest.mark.long
def test_no_page_fails_without_words(olive: Client, day: None) -> None:
    pages = list(every_page())
    forge("canonical = canonical || ' '")
    said = {address: olive.get(address) for address in pages}
    assert {answer.status_code for answer in said.values()} == {200, 503}
    wordless = [at for at, answer in said.items() if answer.status_code == 503 and WORDS not in answer.content.decode()]
    assert wordless == []
    for model in ("auditevent", "violation"):
        assert said[reverse(f"admin:audit_{model}_changelist")].status_code == 200
    assert WORDS in said[reverse("admin:index")].content.decode()
    assert (
        "somebody wrote around Govern" in said[reverse("admin:password_change")].content.decode()
    )  # a stop, in the alarm
    forge("canonical = 'x'", "approval_rule")  # which the database itself cannot read any more
    assert "cannot read what something in force holds" in olive.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ("canonical = canonical || ' '", "budget", "somebody wrote around Govern"),
        ("canonical = '{}', sha256 = encode(sha256('{}'), 'hex')", "budget", "This release of Govern cannot read"),
    ],
)
def test_the_page_says_what_differs_and_what_to_do(
    olive: Client, installed: None, change: str, kind: str, words: str
) -> None:
    forge(change, kind)
    answer = olive.get(reverse("admin:govern_budget_changelist"))
    assert answer.status_code == 503
    page = answer.content.decode()
    assert words in page
    assert "backup" in page
    assert f"{reverse('admin:audit_violation_changelist')}?guard=drift" in page


def test_the_api_says_it_as_json(olive: Client, installed: None) -> None:
    forge("canonical = canonical || ' '")
    answer = olive.get(reverse("api-policies"))
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_as_signed"
    assert "somebody wrote around Govern" in answer.json()["error"]["message"]


def test_who_may_not_read_policy_learns_no_names(db: None) -> None:
    request = RequestFactory().get("/")
    error = NotAsSigned("changed", [("guard_policy", "baseline")])
    request.user = person("eve")
    assert "baseline" not in told(request, error).what
    assert told(request, error).cases == ""
    request.user = person("dan")
    assert "guard policy “baseline”" in told(request, error).what


def test_it_is_said_in_the_readers_language() -> None:
    for fault in get_args(Fault):
        with translation.override("zh-hant"):
            assert _HAN.search(what_differs(NotAsSigned(fault, [("budget", "organisation")])))
