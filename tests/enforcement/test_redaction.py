"""What stands in a text instead of a value, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from govern.enforcement import Surface, Verdict
from govern.enforcement.vault import Vault

from .conftest import Build

TEXT = "Amy (amy@example.com) paid 4111 1111 1111 1111; mail amy@example.com or ben@example.com."


def redacted(enforcement: Build, **fields: Any) -> Verdict:
    return enforcement({"guard": "pii", **fields}).inspect_input([Surface("user", "m", TEXT)], {})


def test_placeholder(enforcement: Build) -> None:
    assert redacted(enforcement).replacements["m"] == "Amy (<EMAIL>) paid <CREDIT_CARD>; mail <EMAIL> or <EMAIL>."


def test_mask_keeps_what_is_customary(enforcement: Build) -> None:
    text = redacted(enforcement, redaction="mask").replacements["m"]
    assert "**** **** **** 1111" in text
    assert "example" not in text


def test_keyed_hash_tells_equal_from_different(enforcement: Build) -> None:
    text = redacted(enforcement, redaction="hash", types=["email"]).replacements["m"]
    first, second, third = (part.split(">")[0] for part in text.split("<EMAIL:")[1:])
    assert first == second != third
    assert "example" not in text


def test_vault_numbers_values_and_restores_them_in_the_answer(enforcement: Build) -> None:
    built = enforcement({"guard": "pii", "redaction": "vault"})
    verdict = built.inspect_input([Surface("user", "m", TEXT)], {})
    assert verdict.replacements["m"] == "Amy (<EMAIL_1>) paid <CREDIT_CARD_1>; mail <EMAIL_1> or <EMAIL_2>."
    assert "amy@example.com" not in repr(verdict)
    answer = [Surface("assistant", "a", "I wrote to <EMAIL_2>, not <EMAIL_9>.")]
    output = built.inspect_output(answer, {}, system_prompt=None, vault=verdict.vault)
    assert output.replacements["a"] == "I wrote to ben@example.com, not <EMAIL_9>."


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_vault_restores_in_a_stream(enforcement: Build, size: int) -> None:
    built = enforcement({"guard": "pii", "redaction": "vault", "on": ["input"]})
    vault = built.inspect_input([Surface("user", "m", TEXT)], {}).vault
    stream = built.open_stream({}, system_prompt=None, vault=vault)
    assert stream is not None
    text = "a < b, <EMAIL_1> and <EMAIL_2><EMAIL_3> <EMAIL"
    left = "".join(stream.feed(0, text[at : at + size]) for at in range(0, len(text), size))
    assert left + stream.finish()[0][0] == "a < b, amy@example.com and ben@example.com<EMAIL_3> <EMAIL"


def test_a_vault_never_prints_its_values() -> None:
    vault = Vault()
    vault.put("EMAIL", "amy@example.com")
    assert "amy" not in repr(vault) + str(vault)


def test_overlapping_values_leave_nothing_behind(enforcement: Build) -> None:
    built = enforcement({"guard": "pii"}, {"guard": "secrets", "action": "redact"})
    text = "postgres://amy:S3cretPw9@db.example.com/app"
    new = built.inspect_input([Surface("user", "m", text)], {}).replacements["m"]
    assert "S3cretPw9" not in new


def test_invisible_characters_go_with_the_value(enforcement: Build) -> None:
    built = enforcement({"guard": "pii"})
    verdict = built.inspect_input([Surface("user", "m", "to \u200bamy@exa\u200b\u200dmple.com\u200b!")], {})
    assert verdict.replacements["m"] == "to \u200b<EMAIL>\u200b!"
