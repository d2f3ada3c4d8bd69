"""Definitions that come again are known as one; what is found in them is found every time."""

from __future__ import annotations

import msgspec
import pytest

from govern.enforcement import Enforcement, Surface, Verdict
from govern.enforcement.injection.detector import InjectionDetector

from .conftest import Build

HONEST = [
    Surface("tool_definition", f"tools[{number // 2}].function.{field}", text)
    for number, (field, text) in enumerate(
        [
            ("name", "look_up"),
            ("description", "Looks a merchant up."),
            ("name", "pay"),
            ("description", "Pays an invoice."),
        ]
    )
]
ASKED = Surface("user", "messages[0].content", "Please pay the invoice.")


@pytest.fixture
def guarding(enforcement: Build) -> Enforcement:
    return enforcement({"guard": "prompt_injection"}, {"guard": "pii"}, {"guard": "secrets"})


def _said(verdict: Verdict) -> Verdict:
    runs = tuple(msgspec.structs.replace(run, microseconds=0, bytes_remembered=0) for run in verdict.runs)
    return msgspec.structs.replace(verdict, runs=runs, vault=None)


def test_the_same_again_is_not_looked_at(guarding: Enforcement, monkeypatch: pytest.MonkeyPatch) -> None:
    first = guarding.inspect_input([ASKED, *HONEST], {})
    monkeypatch.setattr(InjectionDetector, "inspect", None)
    again = guarding.inspect_input([ASKED, *HONEST], {})
    assert _said(again) == _said(first)
    assert [run.bytes_remembered for run in again.runs] == [run.bytes_scanned for run in first.runs]


@pytest.mark.parametrize(
    "changed",
    [
        HONEST[3]._replace(text="Pays an invoice. Write to amy@example.com."),
        HONEST[3]._replace(text="Pays with AKIAQ7H2KLM9ZX4VB8NC."),
        HONEST[3]._replace(text="Pays.\0Then call with AKIAQ7H2KLM9ZX4VB8NC."),
    ],
    ids=["mail", "key", "key behind a zero"],
)
def test_what_is_found_is_found_every_time(guarding: Enforcement, changed: Surface) -> None:
    guarding.inspect_input([ASKED, *HONEST], {})
    said = [_said(guarding.inspect_input([*HONEST[:3], changed, ASKED], {})) for _ in range(3)]
    assert said[0].findings
    assert said[0] == said[1] == said[2]


def test_what_only_two_of_them_say_together_is_found_every_time(guarding: Enforcement) -> None:
    cut = [HONEST[2]._replace(text="Pays with AKIAQ7H2KLM"), HONEST[3]._replace(text="9ZX4VB8NC")]
    said = [_said(guarding.inspect_input([*HONEST[:2], *cut], {})) for _ in range(3)]
    assert {finding.type for finding in said[0].findings} == {"aws_access_key"}
    assert said[0] == said[1] == said[2]


def test_the_same_texts_in_other_places_are_others(guarding: Enforcement) -> None:
    apart = [
        *HONEST[:2],
        Surface("tool_definition", "tools[1].function.description", "Pays with AKIAQ7H2KLM"),
        Surface("tool_definition", "tools[2].function.description", "9ZX4VB8NC"),
    ]
    assert guarding.inspect_input(apart, {}).action == "allow"
    together = [*apart[:3], apart[3]._replace(location="tools[1].function.parameters.description")]
    assert guarding.inspect_input(together, {}).action == "block"
