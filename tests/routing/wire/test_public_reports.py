"""Reported kinds of faults: messages and parameters."""

import pytest

from routing.calls import InvalidRequest
from tests.routing.wire.doors import CHAT, MESSAGES, RESPONSES, Door
from tests.routing.wire.reports import ABSENT, HI, Begins, Row, Tree, chat, check, claude, codex, sent, told

CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CALLED = [
    HI,
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "x"},
]
THINK = {"type": "enabled", "budget_tokens": 31_999}
STOPS = [*"abcdef", ""]
AGENT = "user_" + "a" * 64 + "_account__session_" + "b" * 36
USE = {"type": "tool_use", "id": "a", "name": "look", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "x"}

ROWS = [
    Row(
        "an empty text beside calls", CHAT, chat(*CALLED), "anthropic", "m", {"messages[1].content[0].type": "tool_use"}
    ),
    Row(
        "a result that is null",
        CHAT,
        chat(
            HI,
            {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": None},
        ),
        "anthropic",
        "m",
        {"messages[2].content[0].type": "tool_result"},
    ),
    Row(
        "an assistant who says nothing",
        CHAT,
        chat(HI, {"role": "assistant", "content": None}, HI),
        "anthropic",
        "m",
        {"messages": [told({"type": "text", "text": "Hi"}, {"type": "text", "text": "Hi"})]},
    ),
    Row(
        "instructions in the middle",
        CHAT,
        chat(HI, {"role": "system", "content": "Be kind."}, HI),
        "anthropic",
        "m",
        {"system": "Be kind.", "messages[0].content[1].text": "Hi"},
    ),
    Row(
        "a developer at who does not know the role",
        CHAT,
        chat({"role": "developer", "content": "Be kind."}, HI),
        "openai_compatible",
        "m",
        {"messages[0].role": "system"},
    ),
    Row(
        "an earlier answer at a strict server of Responses",
        CHAT,
        chat(HI, {"role": "assistant", "content": "So."}, HI),
        "openai_responses",
        "m",
        {"input[1].content[0].annotations": []},
    ),
    Row(
        "an empty system prompt",
        CHAT,
        chat({"role": "system", "content": ""}, HI),
        "anthropic",
        "m",
        {"system": ABSENT},
    ),
    Row(
        "text before a result",
        MESSAGES,
        claude(HI, {"role": "assistant", "content": [USE]}, told({"type": "text", "text": "So?"}, RESULT)),
        "openai",
        "m",
        {"messages[2].role": "tool", "messages[3].content": "So?"},
    ),
    Row(
        "a citation of another provider's search",
        MESSAGES,
        claude(
            HI,
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "text",
                        "text": "So.",
                        "citations": [{"type": "web_search_result_location", "url": "u", "encrypted_index": ""}],
                    }
                ],
            },
            HI,
        ),
        "anthropic",
        "m",
        {"messages[1].content[0].citations": ABSENT},
    ),
    Row(
        "a mark of the cache on a result",
        CHAT,
        chat(*CALLED[:2], {**CALLED[2], "cache_control": {"type": "ephemeral"}}),
        "anthropic",
        "m",
        {"messages[2].content[0].cache_control": {"type": "ephemeral"}},
    ),
    Row(
        "a mark of the cache at OpenAI",
        MESSAGES,
        claude(told({"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}})),
        "openai",
        "m",
        {"messages[0].content[0].cache_control": ABSENT},
    ),
    Row(
        "more stops than OpenAI takes, and an empty one",
        MESSAGES,
        claude(stop_sequences=STOPS),
        "openai",
        "m",
        {"stop": list("abcd")},
        ("stop[4:]",),
    ),
    Row(
        "more stops than Gemini takes, and an empty one",
        MESSAGES,
        claude(stop_sequences=STOPS),
        "google",
        "m",
        {"generationConfig.stopSequences": list("abcde")},
        ("stop[5:]",),
    ),
    Row("stops over Responses", CHAT, chat(stop=["a"]), "openai_responses", "m", {"stop": ABSENT}, ("stop",)),
    Row(
        "a stop of white space at Claude",
        CHAT,
        chat(stop=["\n", "END"]),
        "anthropic",
        "m",
        {"stop_sequences": ["END"]},
        ("stop",),
    ),
    Row(
        "an agent's id of its user at OpenAI",
        MESSAGES,
        claude(metadata={"user_id": AGENT}),
        "openai",
        "m",
        {"user": Begins("user_")},
    ),
    Row(
        "an agent's id of its user over Responses",
        MESSAGES,
        claude(metadata={"user_id": AGENT}),
        "openai_responses",
        "m",
        {"user": Begins("user_")},
    ),
    Row(
        "an e-mail address as the user at Claude",
        CHAT,
        chat(user="amy@example.org"),
        "anthropic",
        "m",
        {"metadata.user_id": Begins("user_")},
    ),
    Row(
        "what is said about a call, at OpenAI",
        MESSAGES,
        claude(metadata={"ticket": "T 1"}),
        "openai",
        "m",
        {"metadata": ABSENT},
        ("metadata",),
    ),
    Row(
        "both limits",
        CHAT,
        chat(max_tokens=9, max_completion_tokens=9),
        "openai",
        "gpt-4o",
        {"max_completion_tokens": 9, "max_tokens": ABSENT},
    ),
    Row(
        "the older limit at a newer model",
        CHAT,
        chat(max_tokens=9),
        "openai",
        "gpt-5",
        {"max_completion_tokens": 9, "max_tokens": ABSENT},
    ),
    Row(
        "thinking and top_k at who refuses unknown fields",
        MESSAGES,
        claude(thinking=THINK, top_k=5),
        "mistral",
        "m",
        {"thinking": ABSENT, "top_k": ABSENT},
        ("thinking", "top_k"),
    ),
    Row(
        "log probabilities at Gemini",
        CHAT,
        chat(logprobs=True, top_logprobs=2),
        "google",
        "m",
        {"generationConfig": {"responseLogprobs": True, "logprobs": 2}},
    ),
    Row("several answers at Gemini", CHAT, chat(n=2), "google", "m", {"generationConfig.candidateCount": 2}),
    Row(
        "a form of the answer at Claude",
        CHAT,
        chat(response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}),
        "anthropic",
        "m",
        {"output_config.format.schema": {"type": "object", "properties": {}, "additionalProperties": False}},
    ),
    Row(
        "a form of the answer over Responses",
        CHAT,
        chat(response_format={"type": "json_object"}),
        "openai_responses",
        "m",
        {"text.format": {"type": "json_object"}},
    ),
    Row(
        "reasoning items of Responses at Claude",
        RESPONSES,
        codex(HI, {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "b3BhcXVl"}, HI),
        "anthropic",
        "m",
        {"messages[0].content[1].text": "Hi"},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_leaves(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(
    ("what", "door", "body", "kind", "word"),
    [
        ("a tool must be called and there is none", CHAT, chat(tool_choice="required"), "openai", "tool_choice"),
        ("a tool must be called and there is none", CHAT, chat(tool_choice="required"), "google", "tool_choice"),
        (
            "a file of OpenAI's at Google",
            CHAT,
            chat(told({"type": "file", "file": {"file_id": "file-1"}})),
            "google",
            "file_id",
        ),
        (
            "a document's address at OpenAI",
            MESSAGES,
            claude(told({"type": "document", "source": {"type": "url", "url": "https://e.org/a"}})),
            "openai",
            "file_url",
        ),
        (
            "speech at Claude",
            CHAT,
            chat(told({"type": "input_audio", "input_audio": {"data": "AAA="}})),
            "anthropic",
            "audio",
        ),
        ("two answers of Claude's", CHAT, chat(n=2), "anthropic", "`n`"),
        ("log probabilities of Claude's", CHAT, chat(logprobs=True), "anthropic", "logprobs"),
    ],
)
def test_what_cannot_be_is_refused_in_words(what: str, door: Door, body: Tree, kind: str, word: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sent(door, body, kind, "m")
    assert word in caught.value.message, what
