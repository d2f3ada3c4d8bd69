"""Everything that is to be put right is told at once, in the words of the form, each a link to its field."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from govern.admin.proposals.places import place_words
from govern.admin.proposals.schema import schema_of
from govern.admin.proposals.written import Row
from tests.govern.admin.test_languages import _HAN
from tests.govern.admin.test_proposals import typed

pytestmark = pytest.mark.usefixtures("installed")


def test_places_are_said_in_the_words_of_the_form() -> None:
    schema = schema_of("guard_policy")
    written = {"guards": [Row("pii", {"action": "block"})], "mode": "enforce"}
    said = place_words(schema, written, "guards[0].action")
    assert "guards" not in said
    assert said.count(" › ") == 2
    assert "Personal data" in said
    assert place_words(schema, written, "no.such[3].place") == "no › such › 4 › place"


def test_each_problem_is_a_link_to_its_field(signed_in: Callable[[str], Client]) -> None:
    amy = signed_in("amy")
    address = reverse("admin:govern_changerequest_propose", args=["budget"])
    page = amy.post(address, {"shape": "form", "do": "save", "name": "", "limit_usd": "much"}).content.decode()
    links = page.split("data-links")[1].split("</ul>")[0]
    assert 'href="#wrong_limit_usd"' in links
    assert 'href="#wrong_#reason"' in links


def test_an_exemption_chooses_its_guard_from_those_there_are(signed_in: Callable[[str], Client]) -> None:
    address = reverse("admin:govern_changerequest_propose", args=["exemption"])
    page = signed_in("amy").get(address).content.decode()
    assert '<select class="input" id="id_guard"' in page
    assert '<option value="pii">' in page
    assert "Left empty, the reason of the exemption stands." in page


WRONG = {
    "guard_policy/baseline": (
        {"guards.0.flag_at": "0.95", "guards.0.block_at": "0.4", "scope.teams": ["paymnets"]},
        {"guards[0].flag_at", "scope.teams[0]"},
    ),
    "routing_policy/default": (
        {"rules.0.when": "taks == 'x'", "rules.1.candidates": ["nobody-1"]},
        {"rules[0].when", "rules[1].candidates[0]"},
    ),
    "provider/openai": ({"base_url": "http://169.254.169.254/?q"}, {"base_url"}),
    "budget/organisation": ({"limit_usd": "-1", "scope.team": "nobody-1"}, {"limit_usd", "scope.team"}),
    "routing_policy/default ": (
        {"rules.2.canary.percent": "150", "rules.2.candidates": ["smolm2"]},
        {"rules[2].canary.percent", "rules[2].candidates[0]"},
    ),
}


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("name", WRONG)
def test_everything_that_is_wrong_is_said_at_once_in_the_readers_words(
    signed_in: Callable[[str], Client], name: str, language: str
) -> None:
    kind, _slash, of = name.partition("/")
    changes, places = WRONG[name]
    of = of.strip()
    amy = signed_in("amy")
    amy.post(reverse("set_language"), {"language": language, "next": "/admin/"})
    address = reverse("admin:govern_changerequest_propose", args=[kind, of])
    form = typed(amy.get(address).content.decode())
    for at, value in changes.items():
        field = "body." + re.sub(r"\.(\d+)", r"[\1]", at)
        form.setlist(field, value if isinstance(value, list) else [value])
    form["do"], form["reason"] = "check", "Because."
    page = amy.post(
        address,
        form.urlencode(),
        content_type="application/x-www-form-urlencoded",
        headers={"accept": "application/json"},
    )
    problems = page.json()["problems"]
    assert {problem["place"] for problem in problems} == places
    for problem in problems:
        assert problem["message"][:1].isupper() or _HAN.search(problem["message"])
        assert not re.search(r"block_at|flag_at|base_url|limit_usd|max_|\[\d", problem["label"] + problem["message"]), (
            problem
        )
        assert bool(_HAN.search(problem["message"])) == (language == "zh-hant"), problem
