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


COMMAND = r'{"command": "git config user.email amy@example.com \u0026\u0026 git log", "card": 4111111111111111}'


@pytest.mark.parametrize(
    ("policy", "action"), [({}, "redact"), ({"tool_calls": "flag"}, "flag"), ({"tool_calls": "block"}, "block")]
)
def test_a_policy_says_what_becomes_of_a_value_in_a_call(
    enforcement: Build, policy: dict[str, str], action: str
) -> None:
    built = enforcement({"guard": "pii"}, **policy)
    whole = built.inspect_output([Surface("tool_arguments", "t", COMMAND)], {}, system_prompt=None)
    stream = built.open_stream({}, system_prompt=None)
    assert stream is not None
    for piece in (COMMAND[:45], COMMAND[45:]):
        assert stream.feed("t", piece, role="tool_arguments") == ""
    rest, streamed = stream.finish()
    for verdict in (whole, streamed):
        assert (verdict.action, {found.type for found in verdict.findings}) == (action, {"EMAIL", "CREDIT_CARD"})
        assert {(found.action, found.role) for found in verdict.findings} == {(action, "tool_arguments")}
    if action != "block":
        assert rest["t"] == whole.replacements.get("t", COMMAND)
        assert ("amy@example.com" in rest["t"]) is (action == "flag")


def test_what_is_said_beside_a_call_and_what_comes_in_is_masked_all_the_same(enforcement: Build) -> None:
    built = enforcement({"guard": "pii"}, tool_calls="flag")
    said = built.inspect_output([Surface("assistant", "a", "Ask amy@example.com.")], {}, system_prompt=None)
    came = built.inspect_input([Surface("tool_arguments", "t", COMMAND)], {})
    assert said.replacements == {"a": "Ask <EMAIL>."}
    assert "amy@example.com" not in came.replacements["t"]


@pytest.mark.parametrize(
    "text", ['{"a": "\\', '{"a": "\\u00', "\\", '{"a": "\\ud83d\\ude00 \\ud83d"}', "no json \\x \\u12"]
)
def test_broken_escapes_are_borne(text: str) -> None:
    plain = plain_arguments(text)
    assert len(arguments_as_read(plain)) == len(plain)
