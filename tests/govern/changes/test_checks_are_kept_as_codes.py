"""What the checks said at submission is kept without a language, and read in everybody's own."""

import re

import pytest
from django.utils.translation import override

from govern.changes.check import SENTENCES, Check, read_checks, reported
from govern.changes.checks import run_checks
from tests.cast import person
from tests.factories.changes import body_of, propose, submit


@pytest.mark.usefixtures("installation")
@pytest.mark.django_db
def test_no_sentence_is_kept_with_a_change() -> None:
    person("amy")
    draft = propose("More", "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00")))
    with override("zh-hant"):
        change = submit(draft)
    kept = change.assessment["checks"]
    assert kept
    assert {row["said"] for row in kept} <= set(SENTENCES)
    assert not any("message" in row for row in kept)
    assert read_checks(kept) == [check for check in run_checks(change) if check.code != "simulation"]


@pytest.mark.parametrize("said", [said for said in SENTENCES if said != "reported"])
def test_every_sentence_of_a_check_is_said_in_chinese_with_the_same_values(said: str) -> None:
    with override("en"):
        english = str(SENTENCES[said])
    with override("zh-hant"):
        chinese = str(SENTENCES[said])
    assert chinese != english
    assert sorted(re.findall(r"%\(\w+\)[sd]", chinese)) == sorted(re.findall(r"%\(\w+\)[sd]", english))


def test_values_stand_in_the_sentence_of_the_reader() -> None:
    row = Check("price.missing", False, "catalog_model/small", {"budgets": "all, some"}, blocks=False).kept()
    (check,) = read_checks([row])
    assert check.code == "price"
    for language in ("en", "zh-hant"):
        with override(language):
            assert "all, some" in check.message


def test_what_was_said_in_full_keeps_its_code_and_its_text() -> None:
    check = reported("references", "team/x", "there is no team named `x`.")
    assert (check.code, check.message) == ("references", "there is no team named `x`.")
    assert check.told() == {
        "code": "references", "passed": False, "message": "there is no team named `x`.", "place": "team/x", "blocks": True,
    }  # fmt: skip
    before = {"code": "base", "passed": True, "message": "Nothing has moved.", "place": "", "blocks": True}
    assert read_checks([before])[0].told() == before
