"""Everything that is to be put right is told at once, in the words of the form, each a link to its field."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from govern.admin.proposals.places import place_words
from govern.admin.proposals.schema import schema_of
from govern.admin.proposals.written import Row

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
