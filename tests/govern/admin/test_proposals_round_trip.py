"""A form loses nothing: what a body says is the same after its form was drawn, filled by a browser and sent unchanged."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from govern.admin.proposals.drawing import Drawer
from govern.admin.proposals.expert import as_text, from_text
from govern.admin.proposals.misfits import misfits
from govern.admin.proposals.posted import collect
from govern.admin.proposals.reading import read
from govern.admin.proposals.schema import schema_of
from govern.admin.proposals.writing import write
from govern.changes.bootstrap_file import read_bootstrap
from govern.policy.bodies import BODIES, EndUsers
from govern.policy.canonical import canonical_json
from govern.policy.keeping import Records, RetentionBody
from govern.policy.payload_export_body import PayloadExportBody
from routing.bodies import NOT_YET
from tests.factories.installation import FILE

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Drawing forms is slow, and a body that does not come back is seen at once."""


class Browser(HTMLParser):
    """What a browser would send of a form that nobody touched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sent = QueryDict(mutable=True)
        self._name: str | None = None
        self._text = ""
        self._selected: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind == "checkbox":
                if "checked" in given:
                    self.sent.appendlist(name, given.get("value") or "")
            else:
                self.sent.appendlist(name, (given.get("value") or "").replace("\n", "").replace("\r", ""))
        elif tag in ("textarea", "select") and name:
            self._name, self._text, self._selected = name, "", None
        elif tag == "option" and self._name and (self._selected is None or "selected" in given):
            self._selected = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name:
            text = self._text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
            self.sent.appendlist(self._name, text.replace("\n", "\r\n"))
        elif tag == "select" and self._name:
            self.sent.appendlist(self._name, self._selected or "")
        if tag in ("textarea", "select"):
            self._name = None


def sent_back(kind: str, body: object) -> str:
    """The canonical JSON of a body after its form was drawn and sent unchanged."""
    schema = schema_of(kind)
    drawn = Drawer([], fixed=False, summaries={}, notes={}).form(schema, write(schema, msgspec.to_builtins(body)))
    browser = Browser()
    for field in drawn.inner:
        browser.feed(render_to_string(field.template, {"drawn": field}))
    problems: list = []
    value = read(schema, collect(schema, browser.sent), "", problems)
    assert problems == []
    assert misfits(schema, value) == []
    return canonical_json(msgspec.convert(value, BODIES[kind]))


def bodies_of(kind: str) -> st.SearchStrategy[object]:
    """Any body of a kind: empty, long and odd texts included."""
    return values(inspect.type_info(BODIES[kind])).map(lambda value: msgspec.convert(value, BODIES[kind]))


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00") | st.sampled_from(list(" \n\r\t,\"'<>&{}[]|:#%😀防")),
    max_size=12,
)


def believed(rules: dict[str, object]) -> st.SearchStrategy:
    """Rules about end users with both an issuer and an audience, or neither: anything else is refused."""
    issuers = st.sampled_from(["https://login.example.com", "https://[2001:db8::1]:8443/a/b", "http://127.0.0.1:9000"])
    both = st.fixed_dictionaries({"issuer": issuers, "audience": TEXTS.filter(bool)})
    others = {name: value for name, value in rules.items() if name not in ("issuer", "audience")}
    return (st.just({}) | both).map(lambda said: {**others, **said})


def meant(records: dict[str, object]) -> st.SearchStrategy:
    """Some records, of people by their marks, and without an end where there is a beginning, since it could lie before that."""
    marks = st.lists(st.from_regex(r"eu-[0-9a-f]{32}", fullmatch=True), max_size=2)
    some = {**records, "applications": records.get("applications") or ["intern-bot"]}
    if records.get("since"):
        some["until"] = None
    return marks.map(lambda drawn: {**some, "end_users": drawn})


def kept_long_enough(days: dict[str, Any]) -> st.SearchStrategy:
    """Texts are kept no longer than the records of their calls."""
    names = ("redacted_days", "full_days")
    return st.integers(184, 36_500).map(
        lambda trail: {**days, "trail_days": trail, **{name: min(days.get(name, 400), trail) for name in names}}
    )


def bounded(body: dict[str, Any]) -> st.SearchStrategy:
    """What is exported has a beginning, an end and a day on which it is over."""
    since = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (naive bounds are asked for)
    return since.map(
        lambda at: {
            **body,
            "records": {**body["records"], "since": at.isoformat(), "until": (at + timedelta(days=1)).isoformat()},
            "expires_at": (at + timedelta(days=9)).isoformat(),
        }
    )


RULES = {EndUsers: believed, Records: meant, RetentionBody: kept_long_enough, PayloadExportBody: bounded}
"""What a body asks of its fields together."""


def values(info: inspect.Type) -> st.SearchStrategy:
    match info:
        case inspect.StrType():
            if info.pattern:
                return st.from_regex(info.pattern.replace("$", r"\Z"), fullmatch=True).filter(
                    lambda text: len(text) <= (info.max_length or 1000)
                )
            filler = "x" * (info.min_length or 0)
            return TEXTS.map(lambda text: (text + filler)[: info.max_length])
        case inspect.IntType():
            return st.integers(
                info.ge if info.ge is not None else -(1 << 62), info.le if info.le is not None else 1 << 62
            )
        case inspect.FloatType():
            low = info.ge if info.ge is not None else info.gt
            return st.floats(
                low,
                info.le,
                exclude_min=info.gt is not None,
                allow_nan=False,
                allow_infinity=False,
                allow_subnormal=False,
            )
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType():
            return st.sampled_from(info.values)
        case inspect.UnionType():
            return st.one_of(*map(values, info.types))
        case inspect.DateTimeType():
            return (
                st.datetimes(timezones=st.timezones())
                .map(lambda at: at.isoformat())
                .filter(lambda text: len(text.split("+")[-1]) <= 6 and not text.startswith(("0", "1", "9999")))
            )
        case inspect.VarTupleType():
            return st.lists(values(info.item_type), min_size=info.min_length or 0, max_size=3 + (info.min_length or 0))
        case inspect.DictType():
            return st.dictionaries(TEXTS, values(info.value_type), max_size=3)
        case inspect.AnyType():
            return st.recursive(
                st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | TEXTS,
                lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
                max_leaves=4,
            )
        case inspect.StructType():
            fields = {field.encode_name: values(field.type) for field in info.fields if field.required}
            later = NOT_YET.get(info.cls.__name__, frozenset())
            optional = {
                field.encode_name: values(field.type)
                for field in info.fields
                if not field.required and field.name not in later
            }
            tag = {info.tag_field: st.just(info.tag)} if info.tag_field else {}
            drawn = st.fixed_dictionaries({**fields, **tag}, optional=optional)
            return drawn.flatmap(RULES.get(info.cls, st.just))
    raise TypeError(info)


@pytest.mark.parametrize("kind", BODIES)
def test_every_body_of_the_sample_installation_comes_back(kind: str) -> None:
    for _place, body in read_bootstrap(FILE).bodies[kind].values():
        assert sent_back(kind, body) == canonical_json(body)


@pytest.mark.parametrize("kind", BODIES)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(data=st.data())
def test_any_body_comes_back(kind: str, data: st.DataObject) -> None:
    body = data.draw(bodies_of(kind))
    assert sent_back(kind, body) == canonical_json(body)


@pytest.mark.parametrize("kind", BODIES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(data=st.data())
def test_any_body_comes_back_from_its_text(kind: str, data: st.DataObject) -> None:
    body = data.draw(bodies_of(kind))
    found, problems = from_text(kind, as_text(msgspec.to_builtins(body)))
    assert problems == []
    assert canonical_json(found) == canonical_json(body)


def test_a_fault_in_a_value_without_a_place_of_its_own_is_told() -> None:
    rule = {"name": "a", "candidates": ["gpt-5.4"], "weights": {"gpt-5.4": -1.0}}
    with translation.override("en"):
        body, problems = from_text("routing_policy", as_text({"name": "x", "rules": [rule]}))
    assert body is None
    assert [problem.message for problem in problems] == ["Line 6, rules[0].weights[...]: Must be 0 or more."]
