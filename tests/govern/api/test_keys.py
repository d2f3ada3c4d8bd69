"""API keys over REST: issued, rotated and revoked, each by whom it may be, with the secret in one answer only."""

from typing import Any

import pytest

from govern.identity.api_keys import key_digest
from govern.models import ApiKey
from tests.cast import GROUPS, person
from tests.factories.installation import install_sample
from tests.govern.api.test_governance import as_, post

pytestmark = pytest.mark.django_db

NEW = {"application": "helpdesk", "name": "web"}


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in GROUPS:
        person(name)


@pytest.fixture
def issued() -> dict[str, Any]:
    answer = post(as_("olive"), "keys", NEW)
    assert answer.status_code == 201, answer.content
    assert "no-store" in answer["Cache-Control"]
    found: dict[str, Any] = answer.json()
    return found


def test_a_key_is_issued_rotated_and_revoked(issued: dict[str, Any]) -> None:
    olive = as_("olive")
    assert ApiKey.objects.get(pk=issued["id"]).digest == key_digest(issued["secret"])
    rotated = post(olive, f"keys/{issued['id']}/rotate", {"grace_s": 3_600}).json()
    assert (rotated["name"], rotated["replaces"]) == ("web", issued["id"])
    assert rotated["secret"] != issued["secret"]
    seen = olive.get("/api/keys?application=helpdesk").content.decode()
    assert "web" in seen
    assert issued["secret"] not in seen
    assert rotated["secret"] not in seen
    old = olive.get(f"/api/keys/{issued['id']}").json()
    assert old["replaced_at"]
    assert (old["calls"], old["last_used_at"]) == (0, None)
    assert post(olive, f"keys/{rotated['id']}/revoke", {"reason": "Done."}).json()["revoked_reason"] == "Done."


def test_a_name_that_is_taken_says_rotate(issued: dict[str, Any]) -> None:
    answer = post(as_("olive"), "keys", NEW)
    assert answer.status_code == 400
    assert "Rotate it" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["rotate", "revoke"])
@pytest.mark.parametrize("name", ["amy", "ben", "dan", "eve"])
def test_who_may_not_is_refused(issued: dict[str, Any], name: str, path: str) -> None:
    answer = post(as_(name), f"keys/{issued['id']}/{path}", {"grace_s": 0, "reason": "Because."})
    assert answer.status_code == 403
    assert post(as_(name), "keys", {**NEW, "name": "other"}).status_code == 403
    assert ApiKey.objects.usable().filter(pk=issued["id"]).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"grace_s": -1},
        {"grace_s": 10**9},
        {"grace_s": "soon"},
        {"grace_s": 0, "expires_at": "1999-01-01T00:00:00Z"},
    ],
)
def test_bad_input_is_refused_in_words(issued: dict[str, Any], body: dict[str, Any]) -> None:
    answer = post(as_("olive"), f"keys/{issued['id']}/rotate", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert ApiKey.objects.filter(name="web").count() == 1


@pytest.mark.parametrize("days", ["0", "x", "-1", "99999", "²"])
def test_days_that_are_none_are_refused(days: str) -> None:
    assert as_("olive").get("/api/keys", {"unused_days": days}).status_code == 400


def test_an_installation_can_ask_for_a_second_factor(issued: dict[str, Any], settings: Any) -> None:
    settings.GOVERN_KEYS_SECOND_FACTOR = True
    for path, body in (("keys", {**NEW, "name": "other"}), (f"keys/{issued['id']}/rotate", {"grace_s": 0})):
        refused = post(as_("olive"), path, body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "second_factor")
    assert ApiKey.objects.filter(name__in=("web", "other")).count() == 1
    assert post(as_("olive", fresh=True), f"keys/{issued['id']}/rotate", {"grace_s": 0}).status_code == 201
    # Revoking never waits: it turns something off.
    assert post(as_("olive"), f"keys/{issued['id']}/revoke", {"reason": "Done."}).status_code == 200
