"""What no database column can hold is refused in words, wherever it stands in a request of the management API."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import GROUPS, person
from tests.factories.installation import install_sample

pytestmark = pytest.mark.django_db
UNSTORABLE = {"nul": "a\\u0000b", "half a pair": "\\ud800", "the other half": "\\udfff"}
"""As a JSON string writes it."""


@pytest.fixture
def amy(db: None) -> Client:
    install_sample()
    for name in GROUPS:
        person(name)
    client = Client()
    client.force_login(person("amy"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("address", ["policies?kind=%00", "policies/budget/%00", "policies/%00/x", "change-requests?state=%00", "change-requests?%00=1", "policies/budget/x%00y"])  # fmt: skip
def test_in_an_address(amy: Client, address: str) -> None:
    answer = amy.get(f"/api/{address}")
    assert answer.status_code in (400, 404)
    assert answer["content-type"] == "application/json"
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("text", UNSTORABLE.values(), ids=UNSTORABLE)
@pytest.mark.parametrize(
    "body",
    [
        '{"title": "%s", "reason": "r", "changes": []}',
        '{"title": "t", "reason": "r", "changes": [{"kind": "budget", "body": {"name": "%s", "limit_usd": "1"}}]}',
        '{"title": "t", "reason": "r", "changes": [{"kind": "budget", "body": {"%s": 1}}]}',
        '{"%s": 1}',
        '["%s"]',
        '"%s"',
    ],
)
@pytest.mark.parametrize(
    "path", ["change-requests", "change-requests/1/comments", "change-requests/1/reviews", "change-requests/1/apply"]
)
def test_in_a_body(amy: Client, path: str, body: str, text: str) -> None:
    answer = amy.post(f"/api/{path}", body % text, content_type="application/json")
    assert answer.status_code in (400, 403, 404), answer.content
    error: Any = answer.json()["error"]
    json.dumps(error, ensure_ascii=False).encode()


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000, "1" * 10_000, "NaN", "", "null"])
def test_a_body_of_any_shape(amy: Client, body: str) -> None:
    answer = amy.post("/api/change-requests", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_every_endpoint_below_api_refuses_them() -> None:
    """The refusal stands in the class that all of them share."""
    from govern.api.governance.urls import urlpatterns
    from govern.api.governance.views import GovernanceView

    assert all(issubclass(found.callback.view_class, GovernanceView) for found in urlpatterns)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000])
def test_a_body_that_the_check_of_the_token_reads_first(amy: Client, body: str) -> None:
    amy.handler.enforce_csrf_checks = True
    amy.get("/admin/")
    headers = {"x-csrftoken": amy.get("/admin/").cookies["csrftoken"].value}
    answer = amy.post("/api/change-requests", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert "nested too deeply" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"]
)
def test_an_end_that_no_calendar_shows(amy: Client, moment: str) -> None:
    exemption = {
        "name": "long",
        "guard_policy": "baseline",
        "guard": "secrets",
        "scope": {"applications": ["helpdesk"]},
        "reason": "A reason that is long enough.",
        "expires_at": moment,
    }
    body = {"title": "t", "reason": "r", "changes": [{"kind": "exemption", "body": exemption}]}
    answer = amy.post("/api/change-requests", body, content_type="application/json")
    assert answer.status_code == 400
    assert "expires_at" in answer.json()["error"]["message"]
    page = amy.get("/admin/govern/changerequest/propose/exemption/")
    assert page.status_code == 200
