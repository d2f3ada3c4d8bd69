"""An answer while it arrives: what is held, what leaves, and where it ends."""

from __future__ import annotations

import bisect
import re
import statistics

import pytest

from govern.enforcement import Enforcement, StreamInspection, Surface
from govern.enforcement.channel import LONGEST_HELD
from govern.enforcement.streaming import StreamBlocked

from .conftest import Build, until_blocked

KEY = "sk-proj-Q7h2kLm9Zx4Vb8Nc3Rt6Yw1P"


def opened(enforcement: Enforcement) -> StreamInspection:
    stream = enforcement.open_stream({}, system_prompt=None)
    assert stream is not None
    return stream


def test_nothing_to_inspect_means_no_inspection(enforcement: Build) -> None:
    assert enforcement({"guard": "pii", "on": ["input"]}).open_stream({}, system_prompt="x") is None


def test_prose_leaves_one_word_late(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "pii"}))
    assert stream.feed("c", "Hello") == ""
    assert stream.feed("c", ", my") == "Hello, "
    assert stream.feed("c", " friend") == "my "
    assert stream.finish()[0] == {"c": "friend"}


def test_delay_is_a_token_at_the_median(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "pii"}, {"guard": "secrets"}))
    tokens = re.findall(
        r"\s?\w{1,6}|\s|[^\w\s]",
        "In 2024 the harbour, once quiet, received about 1,200 ships; most of them came from the north. " * 8,
    )
    starts, left, delays = [0], 0, []
    for token in tokens:
        starts.append(starts[-1] + len(token))
        left += len(stream.feed("c", token))
        delays.append(len(starts) - bisect.bisect_right(starts, left))
    assert statistics.median(delays) <= 1


def test_a_candidate_is_held_from_its_beginning(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "pii"}))
    assert stream.feed("c", "mail amy@exam") == "mail "
    assert stream.feed("c", "ple.com") == ""
    assert stream.feed("c", " again ") == "<EMAIL> again "


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_block_ends_the_stream_before_the_finding(enforcement: Build, size: int) -> None:
    stream = opened(enforcement({"guard": "secrets"}))
    left, verdict = until_blocked(stream, f"the key is {KEY} and that is it", size)
    assert "the key is ".startswith(left)
    assert (verdict.action, verdict.code, verdict.rule) == ("block", "secret_leak", "openai_key")


def test_a_block_names_the_text_that_may_still_leave(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "secrets"}))
    with pytest.raises(StreamBlocked) as blocked:
        stream.feed("c", f"the key is {KEY} ok")
    assert KEY not in repr(blocked.value.verdict)


@pytest.mark.parametrize("piece", ["friend ", "and then, ", "well - ", "one. ", "two\n"])
def test_a_blank_behind_a_word_leaves_with_it(enforcement: Build, piece: str) -> None:
    assert opened(enforcement({"guard": "pii"}, {"guard": "secrets"})).feed("c", piece) == piece


@pytest.mark.parametrize("before", ["it ends in ", "there it is: "])
def test_a_secret_at_the_very_end_blocks_at_finish(enforcement: Build, before: str) -> None:
    stream = opened(enforcement({"guard": "secrets"}))
    assert stream.feed("c", before + KEY) == before
    assert stream.finish()[1].action == "block"


@pytest.mark.parametrize("name", ["key is ", "API_KEY=", "-u amy:"])
def test_a_secret_that_a_name_announces_is_held_from_its_name(enforcement: Build, name: str) -> None:
    stream = opened(enforcement({"guard": "secrets"}))
    before = "run curl " if name.startswith("-") else "the "
    assert stream.feed("c", before + name + KEY) == before
    assert stream.finish()[1].action == "block"


def test_choices_and_reasoning_are_apart(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "pii"}))
    left = dict.fromkeys(("choice 0", "choice 1", "reasoning"), "")
    for piece in ("amy@ex", "ample.com", " ok "):
        for channel in left:
            left[channel] += stream.feed(channel, piece)
    rest, verdict = stream.finish()
    assert {channel: text + rest[channel] for channel, text in left.items()} == dict.fromkeys(left, "<EMAIL> ok ")
    assert sorted(finding.location for finding in verdict.findings) == sorted(left)


def test_buffer_mode_lets_nothing_go_before_the_end(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "pii"}, streaming="buffer"))
    assert stream.buffered
    assert [stream.feed("c", piece) for piece in ("Hello, ", "amy@example.com", " and more")] == ["", "", ""]
    assert stream.finish()[0] == {"c": "Hello, <EMAIL> and more"}


def test_a_check_of_the_whole_answer_buffers_it(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "length", "max_chars": 5}))
    assert stream.buffered
    assert stream.feed("c", "short") == ""
    assert stream.finish()[0] == {"c": "short"}


@pytest.mark.parametrize(
    ("guard", "pieces", "rule"),
    [
        ({"guard": "length", "max_chars": 5}, ["shor", "ter"], "max_chars"),
        ({"guard": "json_schema", "schema": {"type": "object"}}, [" \n", "Sure, here"], "json_schema"),
    ],
)
def test_an_answer_that_cannot_do_any_more_ends_at_once(
    enforcement: Build, guard: dict[str, object], pieces: list[str], rule: str
) -> None:
    stream = opened(enforcement(guard))
    assert stream.feed("c", pieces[0]) == ""
    with pytest.raises(StreamBlocked) as blocked:
        stream.feed("c", pieces[1])
    assert (blocked.value.verdict.code, blocked.value.verdict.rule) == ("output_invalid", rule)
    assert blocked.value.verdict.retry.startswith("Answer with")


def test_a_check_that_only_flags_does_not(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "length", "max_chars": 5, "action": "flag"}))
    assert stream.feed("c", "too long") == "too long"
    assert stream.finish()[1].action == "flag"


def test_tool_arguments_leave_as_a_whole(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "pii"}))
    assert stream.feed("tool 0", '{"to": "amy@', role="tool_arguments") == ""
    assert stream.feed("tool 0", 'example.com"}', role="tool_arguments") == ""
    assert stream.finish()[0] == {"tool 0": '{"to": "<EMAIL>"}'}


def test_facts_known_at_the_end_reach_the_rules(enforcement: Build) -> None:
    built = enforcement({"guard": "rule", "on": ["output"], "when": "expensive"})
    stream = built.open_stream({"expensive": False}, system_prompt=None)
    assert stream is not None
    assert stream.feed("c", "text") == "text"
    assert stream.finish({"expensive": True})[1].code == "rule_blocked"


@pytest.mark.parametrize(
    "value",
    [
        "sk-proj-" + "aB3dE5fG7" * 700,
        "eyJhbGciOiJIUzI1NiJ9." + "aB3dE5fG7" * 700 + ".abc",
        "-----BEGIN PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEAx7Qd8Zk2\n" * 200 + "-----END PRIVATE KEY-----",
    ],
)
@pytest.mark.parametrize("size", [7, 900, 5000])
def test_a_value_beyond_the_limit_is_redacted_before_its_end(enforcement: Build, value: str, size: int) -> None:
    built = enforcement({"guard": "secrets", "on": ["output"], "action": "redact"})
    text = f"first {value} last words"
    expected = built.inspect_output([Surface("assistant", "c", text)], {}, system_prompt=None).replacements["c"]
    stream = opened(built)
    left, most_held, fed = "", 0, 0
    for at in range(0, len(text), size):
        fed += len(text[at : at + size])
        left += stream.feed("c", text[at : at + size])
        most_held = max(most_held, len(stream._channels["c"]._window))
    assert left + stream.finish()[0]["c"] == expected
    assert most_held <= LONGEST_HELD + 2 * 5000


def test_a_long_word_that_is_no_secret_passes(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "secrets", "action": "redact"}, {"guard": "pii"}))
    text = "x " + "a" * 20_000 + " y"
    left = "".join(stream.feed("c", text[at : at + 100]) for at in range(0, len(text), 100))
    assert left + stream.finish()[0]["c"] == text


def test_observing_policy_holds_and_changes_nothing_in_the_end(enforcement: Build) -> None:
    stream = opened(enforcement({"guard": "secrets"}, mode="observe"))
    text = f"the key is {KEY} ok"
    left = "".join(stream.feed("c", character) for character in text)
    rest, verdict = stream.finish()
    assert left + rest["c"] == text
    assert (verdict.action, [finding.type for finding in verdict.findings]) == ("allow", ["openai_key"])
