"""Policies and change requests over REST."""

from typing import Any

import pytest
from django.test import Client

from govern.models import Budget, ChangeRequest, Revision
from govern.policy.bodies import BODIES
from tests.cast import GROUPS, person
from tests.factories.installation import install_sample
from tests.second_factor import enrol, give_second_factor

pytestmark = pytest.mark.django_db

PROPOSAL = {
    "title": "More for the interns",
    "reason": "There are more of them.",
    "changes": [
        {
            "kind": "budget",
            "body": {"name": "intern-bot", "scope": {"application": "intern-bot"}, "limit_usd": "7.00"},
        }
    ],
}


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in GROUPS:
        person(name)


def as_(name: str, *, fresh: bool = False) -> Client:
    """A browser in which somebody is signed in, if wanted with a second factor given just now."""
    client = Client()
    someone = person(name)
    client.force_login(someone)
    if fresh:
        enrol(someone)
        give_second_factor(client, someone)
    return client


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"/api/{path}", body or {}, content_type="application/json")


def proposed() -> int:
    answer = post(as_("amy"), "change-requests", PROPOSAL)
    assert answer.status_code == 201, answer.content
    number: int = answer.json()["number"]
    return number


def review(name: str, number: int, **more: Any) -> Any:
    client = as_(name, fresh=more.pop("fresh", True))
    digest = client.get(f"/api/change-requests/{number}").json()["content_digest"]
    return post(client, f"change-requests/{number}/reviews", {"verdict": "approve", "digest": digest, **more})


def test_what_is_in_force_is_listed_with_its_revision() -> None:
    answer = as_("dan").get("/api/policies").json()
    assert answer["revision"] == 1
    assert answer["sha256"] == Revision.objects.get().sha256
    listed = {(policy["kind"], policy["name"]) for policy in answer["policies"]}
    assert ("guard_policy", "baseline") in listed
    only = as_("dan").get("/api/policies?kind=budget").json()["policies"]
    assert {policy["kind"] for policy in only} == {"budget"}
    assert as_("dan").get("/api/policies?kind=buget").status_code == 400


def test_an_object_has_its_versions_and_every_kind_a_schema() -> None:
    versions = as_("dan").get("/api/policies/budget/intern-bot").json()
    assert [version["number"] for version in versions] == [1]
    assert versions[0]["body"]["limit_usd"] == "5.00"
    assert as_("dan").get("/api/policies/budget/nothing").json()["error"]["code"] == "not_found"
    assert set(as_("dan").get("/api/policies/schema").json()["kinds"]) == set(BODIES)


def test_a_change_goes_the_whole_way() -> None:
    number = proposed()
    assert review("ben", number).status_code == 201
    state = review("cara", number).json()
    assert (state["state"], state["approvals"][0]["given"]) == ("approved", ["ben", "cara"])
    answer = post(as_("ben", fresh=True), f"change-requests/{number}/apply")
    assert (answer.json()["state"], answer.json()["revision"]) == ("applied", 2)
    assert Budget.objects.get(name="intern-bot").body.limit_usd == "7.00"


@pytest.mark.parametrize("act", ["reviews", "apply"])
def test_a_session_without_a_second_factor_decides_nothing(act: str) -> None:
    number = proposed()
    digest = ChangeRequest.objects.get().content_digest
    if act == "apply":
        review("ben", number)
        review("cara", number)
    answer = post(as_("ben"), f"change-requests/{number}/{act}", {"verdict": "approve", "digest": digest})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second_factor")


def test_the_author_does_not_approve() -> None:
    answer = post(as_("olive"), "change-requests", PROPOSAL)
    answer = review("olive", answer.json()["number"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "self_approval")


def test_a_superuser_does_not_approve_what_the_rules_do_not_let_them() -> None:
    number = proposed()
    eve = person("eve")
    eve.is_superuser = True
    eve.save()
    answer = review("eve", number)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_eligible")


def test_an_api_key_opens_nothing() -> None:
    client = Client(headers={"authorization": "Bearer gk-test-helpdesk-0123456789abcdef01"})
    for path in ("policies", "change-requests"):
        assert client.get(f"/api/{path}").status_code in (401, 403)
    assert post(client, "change-requests", PROPOSAL).status_code in (401, 403)


def test_cross_site_posts_are_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("amy"))
    assert client.post("/api/change-requests", PROPOSAL, content_type="application/json").status_code == 403
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("eve", 403), ("dan", 403), ("amy", 201)])
def test_proposing_takes_the_permission(name: str, status: int) -> None:
    assert post(as_(name), "change-requests", PROPOSAL).status_code == status


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ([], 400, "empty"),
        ([{"kind": "buget", "body": {}}], 400, "valid choice"),
        ([{"kind": "budget", "body": {"name": "x"}}], 400, "limit_usd"),
        ([{"kind": "budget", "retire": "nothing"}], 409, "no budget named"),
        ([{"kind": "budget"}], 400, "either"),
        ([{"kind": "budget", "body": {"name": "x", "scope": {"team": "paymets"}, "limit_usd": "1"}}], 422, "payments"),
    ],
)
def test_a_wrong_proposal_says_what_is_wrong_and_leaves_nothing(changes: Any, status: int, said: str) -> None:
    answer = post(as_("amy"), "change-requests", {**PROPOSAL, "changes": changes})
    assert answer.status_code == status, answer.content
    assert said in answer.json()["error"]["message"]
    assert not ChangeRequest.objects.exists()


def test_comments_and_withdrawing() -> None:
    number = proposed()
    assert post(as_("ben"), f"change-requests/{number}/comments", {"text": "Why seven?"}).status_code == 201
    assert post(as_("olive"), f"change-requests/{number}/withdraw").json()["error"]["code"] == "not_author"
    assert post(as_("amy"), f"change-requests/{number}/withdraw").json()["state"] == "withdrawn"
    states = as_("amy").get("/api/change-requests?state=withdrawn").json()
    assert [change["number"] for change in states] == [number]


def test_a_stale_digest_is_a_conflict() -> None:
    number = proposed()
    answer = review("ben", number, digest="0" * 64)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_review")


def test_the_schema_of_the_api_speaks_of_it() -> None:
    schema = as_("dan").get("/api/schema/?format=json").json()
    assert "/api/change-requests/{number}/reviews" in schema["paths"]
