"""Adding a framework is adding a file, and a wrong one says what is wrong with it."""

import re

import pytest

from audit.evidence.catalogue import FOLDER, FrameworkInvalid, frameworks, read_framework
from audit.evidence.queries import QUERIES

_HAN = re.compile(r"[\u4e00-\u9fff]")
FILE = (FOLDER / "aiuc-1.toml").read_text("utf-8")


def test_every_file_is_read_and_names_queries_that_exist() -> None:
    assert set(frameworks()) == {
        *("eu-ai-act", "iso-42001", "soc-2", "nist-ai-rmf", "mas-airg", "taiwan-finance", "aiuc-1"),
    }
    assert {name for framework in frameworks().values() for name in framework.queries} == set(QUERIES)


def test_every_text_stands_in_both_languages_and_claims_nothing() -> None:
    for framework in frameworks().values():
        said = [framework.about, framework.checked]
        for control in framework.controls:
            said += [control.title, control.asks, *(one.text for one in control.statements)]
        for words in said:
            assert "compliant" not in words.en.lower()
            assert not _HAN.search(words.en)
            assert _HAN.search(words.zh_hant)


def test_what_was_not_read_says_so() -> None:
    for framework in frameworks().values():
        assert framework.verified or re.search("not|Compare", framework.checked.en)


def test_a_wrong_file_names_what_is_wrong() -> None:
    with pytest.raises(
        FrameworkInvalid, match=r"mine.toml: there is no query everything_is_fine\. Those there are: .*sealing"
    ):
        read_framework(FILE.replace('"sign_ins"', '"everything_is_fine"'), "mine.toml")
    with pytest.raises(FrameworkInvalid, match="zh-hant"):
        read_framework(re.sub(r', "zh-hant" = "[^"]*"', "", FILE, count=1), "mine.toml")
    with pytest.raises(FrameworkInvalid, match=r"mine\.toml"):
        read_framework("name = ", "mine.toml")
