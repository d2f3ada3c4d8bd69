"""Versions, times, slices and counts that look like somebody's data, and data in the forms that people type it."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import pytest

from govern.enforcement import Surface, pii
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector

from .conftest import Build


def kinds_in(text: str) -> set[str]:
    return {hit.kind.id for hit in value_detector(None).find(Folded(text)) if hit.kind.id in pii.KIND_IDS}


@pytest.mark.parametrize(
    "text",
    [
        "firmware 2.14.0.3 installed",
        "<AssemblyVersion>4.12.7.203<",
        "acme-core==2.14.3.4",
        "acme/api:1.84.1.9",
        "terraform 1.2.3.4 -> 1.2.3.5",
        "the gateway is 192.168.1.1, its peer 10.0.4.7",
        "rows[1::3] and arr[10::]",
        "Time 23:59:59::12",
        "ratio 1:2:3:4::5",
        "laps 01:02:03:04:05:06",
        "call 1234567 times",
        "phone model 3310 5110 8210",
        "mobile song from 1985 2010",
    ],
)
def test_ordinary_numbers_are_nobodys(text: str) -> None:
    assert kinds_in(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("card: 4111\t1111\t1111\t1111", "CREDIT_CARD"),
        ("card: 4111 - 1111 - 1111 - 1111", "CREDIT_CARD"),
        ("my card 4111_1111_1111_1111", "CREDIT_CARD"),
        ("my card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "CREDIT_CARD"),
        ("pay BE68 5390 0754 7034", "IBAN"),
        ("Appelle-moi au 06 12 34 56 78.", "PHONE"),
        ("joignable au 04.78.12.34.56", "PHONE"),
        ("meu zap (21) 99876-5432", "PHONE"),
        ("0044 20 7123 4567", "PHONE"),
        ("ip 8.8.4.4", "IP"),
        ("from 2001:db8::8a2e:370:7334", "IP"),
        ("Personalausweis T220001293", "DE_ID_CARD"),
        ("pesel 900315 01238", "PL_PESEL"),
        ("dowód osobisty ABS123456", "PL_ID_CARD"),
    ],
)
def test_forms_that_people_type(text: str, kind: str) -> None:
    assert kind in kinds_in(text)


@pytest.mark.parametrize("style", ["placeholder", "mask", "hash", "vault"])
@pytest.mark.parametrize("role", ["user", "tool", "tool_arguments"])
def test_json_stays_json(enforcement: Build, style: str, role: str) -> None:
    built = enforcement({"guard": "pii", "redaction": style})
    chance = random.Random(7)
    for _ in range(25):
        text = json.dumps(_drawn(chance, 3), ensure_ascii=chance.random() < 0.5)
        new = built.inspect_input([Surface(role, "m", text)], {}).replacements.get("m", text)
        assert "4111111111111111" not in new
        assert "amy@example.com" not in new
        assert _shape(json.loads(new)) == _shape(json.loads(text))


def _drawn(chance: random.Random, depth: int) -> Any:
    if depth:
        if chance.random() < 0.5:
            return {f"{chance.choice(string.ascii_letters)}{place}": _drawn(chance, depth - 1) for place in range(3)}
        return [_drawn(chance, depth - 1) for _ in range(3)]
    return chance.choice(
        [4111111111111111, "to amy@example.com 👩‍👩‍👧", 'say "amy@example.com"\n', 17, True, None, "é\u0301"]
    )


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return [_shape(inner) for inner in value] if isinstance(value, list) else ""
