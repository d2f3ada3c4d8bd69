"""Proposing through forms: what is typed becomes a draft, and what is wrong is said at its field."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from govern.changes.drafts import open_change, propose_version
from govern.models import ChangeItem, ChangeRequest
from govern.policy.canonical import canonical_json
from tests.cast import person
from tests.govern.admin.test_proposals_round_trip import Browser
from tests.govern.changes.changing import body_of

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def amy(signed_in: Callable[[str], Client]) -> Client:
    """A browser of Amy's, who writes policies."""
    return signed_in("amy")


def propose(kind: str, name: str = "") -> str:
    return reverse("admin:govern_changerequest_propose", args=[kind, name] if name else [kind])


def form_of(client: Client, address: str) -> Any:
    """What a browser would send of the page's form."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return typed(answer.content.decode())


def typed(page: str) -> Any:
    browser = Browser()
    browser.feed(re.search(r'<form method="post" novalidate class="proposal".*?</form>', page, re.DOTALL)[0])
    browser.sent.pop("do", None)
    return browser.sent


def send(client: Client, address: str, form: Any, do: str = "save", **fields: str) -> Any:
    for name, value in fields.items():
        form[name] = value
    form["do"] = do
    return client.post(address, form.urlencode(), content_type="application/x-www-form-urlencoded")


def text_of(answer: Any) -> str:
    """What a person reads of a page."""

    class Reader(HTMLParser):
        seen = ""

        def handle_data(self, data: str) -> None:
            self.seen += data

    reader = Reader()
    reader.feed(answer.content.decode())
    return " ".join(reader.seen.split())


def test_a_budget_is_changed_in_a_new_draft(amy: Client) -> None:
    address = propose("budget", "organisation")
    form = form_of(amy, address)
    form["body.limit_usd"] = "3000.00"
    answer = send(amy, address, form, reason="The quarter is busy.")
    change = ChangeRequest.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:govern_changerequest_change", args=[change.pk])
    item = change.items.get()
    assert (item.action, item.object_name, item.body.limit_usd) == ("update", "organisation", "3000.00")
    assert canonical_json(item.body) == canonical_json(body_of("budget", "organisation", limit_usd="3000.00"))
    assert (change.title, change.reason) == ("Change organisation", "The quarter is busy.")


def test_an_unknown_name_is_said_at_its_field_with_a_suggestion(amy: Client) -> None:
    address = propose("budget")
    form = form_of(amy, address)
    form["body.name"], form["body.limit_usd"], form["body.scope.team"] = "pay", "5", "paymnts"
    answer = send(amy, address, form, reason="It is time.")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not ChangeRequest.objects.exists()
    problem = re.search(r'id="wrong_scope\.team">(.*?)</div>', page, re.DOTALL)
    assert problem is not None
    assert "Did you mean `payments`?" in problem[1]
    assert typed(page)["body.scope.team"] == "paymnts"


def test_a_draft_is_saved_anyway_when_that_is_asked_for(amy: Client) -> None:
    address = propose("budget")
    form = form_of(amy, address)
    form["body.name"], form["body.limit_usd"], form["body.scope.team"] = "pay", "5", "paymnts"
    assert send(amy, address, form, "save_anyway", reason="The team comes later.").status_code == 302
    assert ChangeItem.objects.get().body.scope.team == "paymnts"


def test_what_does_not_fit_a_type_is_said_in_words(amy: Client) -> None:
    address = propose("budget", "organisation")
    form = form_of(amy, address)
    form["body.limit_usd"], form["body.alert_at"] = "lots", "0.8, soon"
    read = text_of(send(amy, address, form, reason="It is time."))
    assert "Write US dollars such as 12.50." in read
    assert "Write a number, such as 0.5." in read
    assert "lots" in send(amy, address, form, reason="It is time.").content.decode()


def test_a_reason_is_asked_for(amy: Client) -> None:
    address = propose("budget", "organisation")
    form = form_of(amy, address)
    form["body.limit_usd"] = "3000.00"
    assert "Say why" in text_of(send(amy, address, form))
    assert not ChangeRequest.objects.exists()


def test_nothing_differs_is_said(amy: Client) -> None:
    address = propose("budget", "organisation")
    assert "Nothing differs" in text_of(send(amy, address, form_of(amy, address), reason="It is time."))


def test_a_name_in_force_cannot_change(amy: Client) -> None:
    address = propose("budget", "organisation")
    form = form_of(amy, address)
    form["body.name"] = "other"
    assert "a name cannot change" in text_of(send(amy, address, form, "save_anyway", reason="It is time."))
    assert not ChangeRequest.objects.exists()


def test_a_guard_is_added_moved_and_removed(amy: Client) -> None:
    address = propose("guard_policy", "baseline")
    form = typed(send(amy, address, form_of(amy, address), "add guards topics").content.decode())
    form["body.guards[3].terms"] = "front running\r\ninsider list"
    form["body.guards[3].on"] = "input"
    form = typed(send(amy, address, form, "up guards[3]").content.decode())
    assert form["body.guards[2].terms"] == "front running\r\ninsider list"
    form = typed(send(amy, address, form, "remove guards[0]").content.decode())
    assert send(amy, address, form, reason="New rules.").status_code == 302
    guards = ChangeItem.objects.get().body.guards
    assert [type(guard).__name__ for guard in guards] == ["Pii", "Topics", "Secrets"]
    assert guards[1].terms == ("front running", "insider list")


def test_a_fault_within_a_guard_is_said_at_its_field(amy: Client) -> None:
    address = propose("guard_policy", "baseline")
    form = form_of(amy, address)
    form.setlist("body.guards[1].types", ["credit_crad", "email"])
    page = send(amy, address, form, "check").content.decode()
    problem = re.search(r'id="wrong_guards\[1\]\.types\[0\]">(.*?)</div>', page, re.DOTALL)
    assert problem is not None
    assert "credit_card" in problem[1]


def test_the_last_rule_must_match_everything_and_shadows_are_said(amy: Client) -> None:
    address = propose("routing_policy", "default")
    form = form_of(amy, address)
    form["body.rules[2].when"] = 'task == "coding" && stream'
    read = text_of(send(amy, address, form, "check"))
    assert "The last rule must match every call" in read
    assert "Never decides: “coding” takes every call first." in read


def test_an_optional_group_comes_and_goes(amy: Client) -> None:
    address = propose("routing_policy", "default")
    form = typed(send(amy, address, form_of(amy, address), "set rules[0].canary").content.decode())
    assert form["body.rules[0].canary?"] == "yes"
    form["body.rules[0].canary.model"], form["body.rules[0].canary.percent"] = "gemini-3.1-pro", "2.5"
    assert send(amy, address, form, reason="A small share.").status_code == 302
    assert ChangeItem.objects.get().body.rules[0].canary.percent == 2.5


def test_no_such_place_is_a_bad_request(amy: Client) -> None:
    address = propose("budget", "organisation")
    for action in ("add nowhere", "remove scope[3]", "explode", "set limit_usd", "add guards pii"):
        assert send(amy, address, form_of(amy, address), action).status_code == 400, action


def test_the_text_and_the_form_are_the_same(amy: Client) -> None:
    address = propose("guard_policy", "payments-strict")
    form = typed(send(amy, address, form_of(amy, address), "text").content.decode())
    assert "insider information" in form["text"]
    form["text"] = form["text"].replace("insider information", "inside information")
    form = typed(send(amy, address, form, "form").content.decode())
    assert "inside information" in form["body.guards[0].terms"]


def test_a_fault_in_the_text_names_line_and_place(amy: Client) -> None:
    address = propose("budget", "organisation")
    form = typed(send(amy, address, form_of(amy, address), "text").content.decode())
    form["text"] = "name: organisation\nlimit_usd: '12'\nperiod: fortnight\ncolour: red\n"
    read = text_of(send(amy, address, form, reason="It is time."))
    assert "Line 3, period: Choose one of those that are offered." in read
    assert "Line 4, colour:" in read
    form["text"] = "a: &x [1]\nb: *x"
    assert "Anchors and aliases" in text_of(send(amy, address, form, reason="It is time."))


def test_checks_are_told_to_a_script(amy: Client) -> None:
    address = propose("budget", "organisation")
    form = form_of(amy, address)
    form["body.scope.team"], form["do"] = "nobody", "check"
    answer = amy.post(
        address, form.urlencode(), content_type="application/x-www-form-urlencoded", HTTP_ACCEPT="application/json"
    )
    places = {problem["place"]: problem["message"] for problem in answer.json()["problems"]}
    assert "There is no team named `nobody`." in places["scope.team"]
    assert "#reason" in places


def test_a_proposal_goes_into_a_draft_of_ones_own(amy: Client) -> None:
    mine = open_change(title="Quarter", reason="Busy.", by=person("amy"))
    open_change(title="Not hers", reason="Other.", by=person("ben"))
    address = propose("budget", "organisation")
    page = amy.get(address).content.decode()
    assert "Quarter" in page
    assert "Not hers" not in page
    form = typed(page)
    form["body.limit_usd"], form["draft"] = "3000.00", f"{mine.pk}:1"
    assert send(amy, address, form).status_code == 302
    assert mine.items.get().body.limit_usd == "3000.00"


def test_somebody_elses_edit_is_shown_beside_what_was_typed(amy: Client) -> None:
    mine = open_change(title="Quarter", reason="Busy.", by=person("amy"))
    propose_version(
        change=mine,
        kind="budget",
        body=body_of("budget", "organisation", limit_usd="3000.00"),
        by=person("amy"),
        edition=1,
    )
    address = reverse("admin:govern_changerequest_item", args=[mine.items.get().pk])
    form = form_of(amy, address)
    olive = person("olive")
    propose_version(
        change=mine, kind="budget", body=body_of("budget", "organisation", limit_usd="4000.00"), by=olive, edition=2
    )
    form["body.limit_usd"] = "3500.00"
    answer = send(amy, address, form)
    read = text_of(answer)
    assert "Saved by olive" in read
    assert '"4000.00"' in read
    assert '"3500.00"' in read
    assert mine.items.get().body.limit_usd == "4000.00"
    again = typed(answer.content.decode())
    assert again["body.limit_usd"] == "3500.00"
    theirs = typed(send(amy, address, again.copy(), "theirs").content.decode())
    assert theirs["body.limit_usd"] == "4000.00"
    assert send(amy, address, again).status_code == 302
    assert mine.items.get().body.limit_usd == "3500.00"


def test_an_object_that_only_the_draft_creates_may_be_renamed(amy: Client) -> None:
    address = propose("team")
    form = form_of(amy, address)
    form["body.name"] = "treasury"
    send(amy, address, form, reason="A new team.")
    item = ChangeItem.objects.get()
    address = reverse("admin:govern_changerequest_item", args=[item.pk])
    form = form_of(amy, address)
    form["body.name"] = "treasuries"
    assert send(amy, address, form).status_code == 302
    assert [found.object_name for found in ChangeItem.objects.all()] == ["treasuries"]


def test_roles_are_proposed_for_a_person(amy: Client) -> None:
    person("eve")
    address = propose("membership", "eve")
    form = form_of(amy, address)
    assert form["body.name"] == "eve"
    form.setlist("body.groups", ["auditor"])
    assert send(amy, address, form, reason="Audits from May.").status_code == 302
    assert ChangeItem.objects.get().body.groups == ("auditor",)


def test_something_in_force_is_retired(amy: Client) -> None:
    address = reverse("admin:govern_changerequest_retire", args=["budget", "intern-bot"])
    assert "Say why" in text_of(amy.post(address, {"title": "", "reason": ""}))
    answer = amy.post(address, {"title": "", "reason": "The experiment is over."})
    item = ChangeItem.objects.get()
    assert answer.status_code == 302
    assert (item.action, item.object_name, item.change.title) == ("retire", "intern-bot", "Retire intern-bot")
    assert amy.get(reverse("admin:govern_changerequest_retire", args=["budget", "nothing"])).status_code == 404


def test_every_kind_opens_and_only_for_who_may_propose(signed_in: Callable[[str], Client], amy: Client) -> None:
    dan = signed_in("dan")
    amy.get(reverse("admin:govern_changerequest_propose"))
    for kind in ("team", "routing_policy", "guard_policy", "exemption", "membership", "stop", "provider_credential"):
        assert amy.get(propose(kind)).status_code == 200, kind
        assert dan.get(propose(kind)).status_code == 403
    draft = open_change(title="Quarter", reason="Busy.", by=person("amy"))
    body = body_of("budget", "organisation", limit_usd="3000.00")
    item = propose_version(change=draft, kind="budget", body=body, by=person("amy"), edition=1)
    assert dan.get(reverse("admin:govern_changerequest_item", args=[item.pk])).status_code == 403
    assert dan.post(reverse("admin:govern_changerequest_retire", args=["budget", "intern-bot"])).status_code == 403
    for view in ("propose", "condition"):
        assert dan.post(reverse(f"admin:govern_changerequest_{view}")).status_code == 403
    assert amy.get(propose("budgets")).status_code == 404
    assert Client().get(propose("team"))["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize(("do", "most"), [("", 28), ("check", 55)])
def test_a_form_asks_no_more_queries_the_more_there_is(
    do: str, most: int, amy: Client, django_assert_max_num_queries: Any
) -> None:
    address = propose("guard_policy", "baseline")
    form = form_of(amy, address)
    for number in range(12):
        open_change(title=f"Draft {number}", reason="Many.", by=person("amy"))
    with django_assert_max_num_queries(most):
        _ = send(amy, address, form, do) if do else amy.get(address)
