"""What is found wrong is said in English where it is found, and in the reader's language where it is shown."""

import pickle
import re

import pytest
from django.utils.translation import gettext, override

from govern.changes.known import kind_saying
from govern.changes.languages import in_own_language
from govern.enforcement import GuardPolicyBody, PolicyInvalid, compile_enforcement
from govern.policy.bodies import BODIES
from govern.policy.conditions import ConditionInvalid, compile_condition
from routing.client import fault_of_url
from routing.saying import Saying
from tests.govern.admin.sayings import templates
from tests.govern.admin.test_languages import _HAN

BARE = {"%(said)s", "%(fault)s %(cure)s"}
"""Templates that add no word of their own."""


def test_a_saying_is_its_english_and_says_itself_again_in_another_language() -> None:
    said = Saying("there is no %(kind)s named `%(name)s`.", kind=kind_saying("guard_policy"), name="x")
    assert said == "there is no guard policy named `x`."
    assert in_own_language(said) == said
    with override("zh-hant"):
        assert in_own_language(said) == "沒有名為「x」的防護政策。"
        assert in_own_language("there is no more") == "there is no more"
    assert in_own_language(pickle.loads(pickle.dumps(said))) == said


def test_every_saying_has_a_translation_with_the_same_values() -> None:
    found = {*templates(), *(kind_saying(kind).template for kind in BODIES)} - BARE
    assert len(found) > 50
    with override("zh-hant"):
        assert [text for text in sorted(found) if not _HAN.search(gettext(text))] == []
        for text in found:
            assert set(re.findall(r"%\(\w+\)[sd]", gettext(text))) == set(re.findall(r"%\(\w+\)[sd]", text)), text


@pytest.mark.parametrize("text", ["taks == 'a'", "1 + 1", "hour == 'a'", "hour ==", 'qqq == "x"'])
def test_what_is_wrong_with_a_condition(text: str) -> None:
    with pytest.raises(ConditionInvalid) as caught:
        compile_condition(text)
    assert text in str(caught.value)
    with override("zh-hant"):
        assert _HAN.search(in_own_language(caught.value.reason))


def test_what_is_wrong_with_a_guard() -> None:
    from govern.enforcement.guards.length import Length

    body = GuardPolicyBody(name="x", guards=(Length(min_chars=9, max_chars=3),))
    with pytest.raises(PolicyInvalid) as caught:
        compile_enforcement([("x", body)], compile_condition=compile_condition)
    assert "max_chars" not in str(caught.value)
    with override("zh-hant"):
        assert _HAN.search(in_own_language(caught.value.reason))


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://a b/", "ftp://x", "https://u:p@x/", "https://x/?q"])
def test_what_is_wrong_with_an_address(url: str) -> None:
    fault = fault_of_url(url, allow_private=False)
    assert fault is not None
    with override("zh-hant"):
        assert _HAN.search(in_own_language(fault))
