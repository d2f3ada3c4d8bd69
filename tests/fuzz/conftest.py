"""One running platform for everything that is thrown at it, and a person who is signed in."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.faults.platform import Platform

PASSWORD = "a long enough passphrase 4711"


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A real `manage.py up` before a simulated provider."""
    people = [
        {"username": "olive", "groups": ["compliance_officer", "platform_administrator", "policy_author"], "password_env": "OLIVE_PASSWORD"},
        *({"username": name, "groups": ["approver"]} for name in ("ben", "cara")),
    ]  # fmt: skip
    running = Platform(tmp_path_factory.mktemp("fuzz"), people=people)
    running.environment["OLIVE_PASSWORD"] = PASSWORD
    with running:
        yield running


@pytest.fixture(scope="package")
def browser(platform: Platform) -> Iterator[httpx.Client]:
    """Olive, signed in by her password, with one change proposed over REST."""
    with httpx.Client(base_url=platform.url, timeout=30, follow_redirects=True) as opened:
        form = opened.get("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        assert token is not None
        sent = {"csrfmiddlewaretoken": token[1], "login": "olive", "password": PASSWORD}
        opened.post(form.url, data=sent, headers={"referer": str(form.url)})
        assert opened.get("/admin/").url.path == "/admin/"
        opened.headers["x-csrftoken"] = opened.cookies["csrftoken"]
        opened.headers["referer"] = platform.url
        budget = {"name": "organisation", "scope": {}, "period": "month", "limit_usd": "100", "action": "block"}
        proposal = {"title": "A budget", "reason": "There is none.", "changes": [{"kind": "budget", "body": budget}]}
        answer = opened.post("/api/change-requests", json=proposal)
        assert answer.status_code == 201, answer.text
        yield opened


PAGES = ("/admin/", "/admin/audit/auditevent/", "/admin/audit/auditevent/rejected/", "/admin/audit/auditevent/activity/",
         "/admin/audit/violation/", "/admin/govern/changerequest/")  # fmt: skip


def nothing_is_down(platform: Platform, browser: httpx.Client) -> None:
    """Every page of the desk opens, and the trail is complete."""
    for address in PAGES:
        assert browser.get(address).status_code == 200, address
    report = platform.verified()
    assert (report["ok"], report["orphans"], report["first_fault"]) == (True, 0, None)
