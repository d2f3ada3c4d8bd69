"""What a guard forgets to say is named when its file is imported, and what it says is so."""

from typing import Any, get_args

import pytest

from audit.presentation.words import GUARDS as LABELS
from govern.enforcement import bodies
from govern.enforcement.guards import BY_SORT, GUARDS
from govern.enforcement.guards.base import Building
from govern.enforcement.guards.body import GuardBody
from govern.enforcement.guards.guard import Guard
from govern.gateway.refusal_codes import CODES

ASKED = {
    "topics": {"terms": ("ab",)},
    "json_schema": {"schema": {}},
    "regex": {"pattern": "a"},
    "rule": {"when": "true"},
    "classifier": {"url": "https://classifier.example"},
}


def given(**other: Any) -> dict[str, Any]:
    """What describes topics, with something else in it."""
    guard = BY_SORT["topics"]
    fields = ("body", "build", "code", "label", "about", "icon", "judges_whole")
    return {**{field: getattr(guard, field) for field in fields}, **other}


def test_every_body_has_its_guard() -> None:
    assert list(GUARDS) == list(get_args(bodies.Guard))
    assert {guard.code for guard in GUARDS.values()} <= set(CODES)
    assert set(BY_SORT) < set(LABELS)


@pytest.mark.parametrize("body", GUARDS, ids=lambda body: body.__name__)
def test_a_guard_is_what_its_descriptor_says(body: type[GuardBody]) -> None:
    described = GUARDS[body]
    building = Building("guards[0]", lambda _text: lambda _facts: True, None, b"")
    built: Any = described.build(body(**ASKED.get(described.sort, {})), building)
    assert (built.guard, built.code) == (described.sort, described.code)
    if not described.judges_call:
        assert built.windowed is not described.judges_whole


@pytest.mark.parametrize("field", ["body", "build", "code", "label", "about", "icon", "judges_whole"])
def test_what_is_left_out_is_named(field: str) -> None:
    rest = {name: value for name, value in given().items() if name != field}
    with pytest.raises(TypeError, match=f"'{field}'"):
        Guard(**rest)


@pytest.mark.parametrize("field", ["code", "label", "about", "icon"])
def test_what_is_left_empty_is_named(field: str) -> None:
    with pytest.raises(TypeError, match=f"The guard topics lacks: {field}"):
        Guard(**given(**{field: ""}))
