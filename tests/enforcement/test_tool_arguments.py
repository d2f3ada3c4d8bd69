"""Arguments of tool calls: no escape hides a value, and redacted JSON is still JSON."""

from __future__ import annotations

import json

import pytest

from govern.enforcement import Surface
from govern.enforcement.tool_arguments import arguments_as_read, plain_arguments

from .conftest import Build


def redacted(enforcement: Build, text: str) -> str:
    built = enforcement({"guard": "pii"}, {"guard": "secrets", "action": "redact"})
    verdict = built.inspect_output([Surface("tool_arguments", "t", text)], {}, system_prompt=None)
    return verdict.replacements.get("t", text)


def test_plain(enforcement: Build) -> None:
    assert redacted(enforcement, '{"to": "amy@example.com"}') == '{"to": "<EMAIL>"}'


def test_nothing_found_changes_nothing(enforcement: Build) -> None:
    text = '{"path": "C:\\\\tmp\\/x", "note": "\\u00e9"}'
    assert redacted(enforcement, text) == text


@pytest.mark.parametrize(
    "value",
    [
        "amy@example.com",
        "4111 1111 1111 1111",
        "sk-proj-Q7h2kLm9Zx4Vb8Nc3Rt6Yw1P",
        "-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7Qd8Zk2\n-----END PRIVATE KEY-----",
    ],
)
def test_escapes_hide_nothing(enforcement: Build, value: str) -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in value)
    new = json.loads(redacted(enforcement, f'{{"a": "first\\n{escaped}\\nlast"}}'))
    assert new["a"].startswith("first\n<")
    assert new["a"].endswith(">\nlast")


def test_json_inside_json(enforcement: Build) -> None:
    text = json.dumps({"body": json.dumps({"password": "Tr0ub4dor&3", "n": 1})})
    new = redacted(enforcement, text)
    assert "Tr0ub4dor" not in new
    assert json.loads(json.loads(new)["body"])["n"] == 1


def test_a_number_becomes_a_string(enforcement: Build) -> None:
    assert json.loads(redacted(enforcement, '{"card": 4111111111111111, "n": 2}')) == {"card": "<CREDIT_CARD>", "n": 2}


@pytest.mark.parametrize(
    "text", ['{"a": "\\', '{"a": "\\u00', "\\", '{"a": "\\ud83d\\ude00 \\ud83d"}', "no json \\x \\u12"]
)
def test_broken_escapes_are_borne(text: str) -> None:
    plain = plain_arguments(text)
    assert len(arguments_as_read(plain)) == len(plain)
