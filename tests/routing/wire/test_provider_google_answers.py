"""What Google answers."""

import json

import pytest

from routing.calls import Usage
from routing.errors import ProviderError
from routing.wire.events import Event
from routing.wire.google.arguments import PartialArguments
from routing.wire.google.read_answers import GenerateStreamReader, read_completion
from tests.conformance.answers import of_chunks

COUNTS = {
    "promptTokenCount": 100,
    "cachedContentTokenCount": 40,
    "candidatesTokenCount": 20,
    "thoughtsTokenCount": 30,
    "toolUsePromptTokenCount": 7,
    "totalTokenCount": 157,
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 60}, {"modality": "IMAGE", "tokenCount": 40}],
}


def candidate(*parts, reason="STOP", **fields):
    return {
        "content": {"role": "model", "parts": list(parts)},
        **({"finishReason": reason} if reason else {}),
        **fields,
    }


def answer(*candidates, **fields):
    return read_completion(json.dumps({"candidates": list(candidates), "usageMetadata": COUNTS, **fields}).encode())


def read(*chunks):
    reader = GenerateStreamReader()
    return reader, [reader.read(Event("", json.dumps(chunk).encode())) for chunk in chunks]


def chunk(*parts, reason=None, **fields):
    return {"candidates": [candidate(*parts, reason=reason)], **fields}


def call(name="look", **fields):
    return {"functionCall": {"name": name, "args": {"at": "sky"}}, **fields}


def test_usage_of_every_class():
    assert answer(candidate({"text": "Hi"})).usage == Usage(
        input_tokens=107,
        cached_input_tokens=40,
        input_image_tokens=40,
        output_tokens=50,
        reasoning_tokens=30,
    )


def test_text_and_thoughts():
    message = answer(candidate({"text": "Hm", "thought": True}, {"text": "Hel"}, {"text": "lo"})).choices[0].message
    assert (message.content, message.reasoning) == ("Hello", "Hm")


def test_a_signature_travels_with_text_and_with_calls():
    text = {"text": "Hi", "thoughtSignature": "zero"}
    message = answer(candidate(text, call(thoughtSignature="one"), call("now"))).choices[0].message
    assert message.extra == {"extra_content": {"google": {"thought_signature": "zero"}}}
    first, second = message.tool_calls
    assert first.extra_content == {"google": {"thought_signature": "one"}}
    assert second.extra_content is None
    assert first.id != second.id


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content_filter"),
        ("RECITATION", "content_filter"),
        ("PROHIBITED_CONTENT", "content_filter"),
        ("BLOCKLIST", "content_filter"),
        ("SPII", "content_filter"),
        ("IMAGE_SAFETY", "content_filter"),
        ("SOMETHING_NEW", "stop"),
    ],
)
def test_finish_reasons(reason, finish):
    assert answer(candidate({"text": "Hi"}, reason=reason)).choices[0].finish_reason == finish


def test_stop_with_calls_is_tool_calls_also_when_the_call_came_before():
    assert answer(candidate(call())).choices[0].finish_reason == "tool_calls"
    _, chunks = read(chunk(call()), chunk({"text": ""}, reason="STOP"))
    assert of_chunks(chunks).finish_reason == "tool_calls"


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"])
def test_a_malformed_call_is_an_error(reason):
    with pytest.raises(ProviderError) as caught:
        answer({"finishReason": reason})
    assert caught.value.provider_code == reason
    with pytest.raises(ProviderError):
        read(chunk({"text": "Hi"}), chunk(reason=reason))


def test_a_blocked_prompt_is_a_content_filter():
    feedback = {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "no"}, "usageMetadata": COUNTS}
    choice = read_completion(json.dumps(feedback).encode()).choices[0]
    assert choice.finish_reason == "content_filter"
    assert choice.stop_detail == {"blockReason": "SAFETY", "blockReasonMessage": "no"}
    reader, chunks = read(feedback)
    assert reader.complete
    assert of_chunks(chunks).finish_reason == "content_filter"


@pytest.mark.parametrize(
    "body", [b"{}", b'{"candidates":[]}', b"no", b'[{"error":{"code":503,"status":"UNAVAILABLE"}}]']
)
def test_what_is_no_answer(body):
    with pytest.raises(ProviderError):
        read_completion(body)


def test_several_candidates():
    found = answer(candidate({"text": "a"}, index=0), candidate({"text": "b"}, index=1, reason="MAX_TOKENS"))
    assert [(c.index, c.message.content, c.finish_reason) for c in found.choices] == [
        (0, "a", "stop"),
        (1, "b", "length"),
    ]


def test_images_sound_and_its_own_tools():
    parts = [
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"inlineData": {"mimeType": "audio/wav", "data": "BBBB"}},
        {"executableCode": {"code": "1+1"}},
    ]
    message = answer(candidate(*parts)).choices[0].message
    assert message.images == [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    assert message.audio == {"data": "BBBB", "format": "audio/wav"}
    assert message.native_blocks[0].block == parts[2]


def test_web_sources():
    grounding = {"groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}]}
    message = answer(candidate({"text": "Hello"}, groundingMetadata=grounding)).choices[0].message
    assert message.annotations == [
        {"type": "url_citation", "url_citation": {"url": "https://a", "title": "A", "start_index": 0, "end_index": 5}}
    ]


def test_log_probabilities():
    result = {
        "chosenCandidates": [{"token": "Hi", "logProbability": -0.1}],
        "topCandidates": [{"candidates": [{"token": "Ho", "logProbability": -2}]}],
    }
    (token,) = answer(candidate({"text": "Hi"}, logprobsResult=result)).choices[0].logprobs["content"]
    assert (token["token"], token["logprob"], token["bytes"]) == ("Hi", -0.1, [72, 105])
    assert token["top_logprobs"][0]["token"] == "Ho"


def test_a_stream_without_done():
    reader, chunks = read(
        chunk({"text": "Hel"}, usageMetadata={"promptTokenCount": 100}),
        chunk({"text": "lo"}, reason="STOP", usageMetadata=COUNTS),
    )
    assert reader.complete
    found = of_chunks(chunks)
    assert (found.content, found.finish_reason, found.usage) == ("Hello", "stop", (107, 50, 40, 30))
    assert [piece.usage.estimated for piece in chunks] == [True, False]
    assert not read(chunk({"text": "Hel"}))[0].complete


def test_an_error_in_mid_stream():
    error = {"error": {"code": 503, "status": "UNAVAILABLE", "message": "busy"}}
    with pytest.raises(ProviderError) as caught:
        read(chunk({"text": "Hi"}), error)
    assert caught.value.overloaded


def test_arguments_that_stream():
    def piece(*args, **fields):
        return {"functionCall": {**({"partialArgs": list(args)} if args else {}), **fields}}

    def arg(path, **fields):
        return {"jsonPath": path, **fields}

    _, chunks = read(
        chunk(piece(name="look", willContinue=True)),
        chunk(piece(arg("$.at", stringValue="s", willContinue=True), willContinue=True)),
        chunk(piece(arg("$.at", stringValue="ky"), willContinue=True)),
        chunk(piece(arg("$.days[0].hour", numberValue=9), arg("$.days[0].on", boolValue=True), willContinue=True)),
        chunk(piece(arg("$.days[1]['a b']", nullValue="NULL_VALUE"))),
        chunk(piece(name="now", willContinue=True)),
        chunk({"text": ""}, reason="STOP"),
    )
    assert of_chunks(chunks).calls == [
        ("look", {"at": "sky", "days": [{"hour": 9, "on": True}, {"a b": None}]}),
        ("now", {}),
    ]


@pytest.mark.parametrize("path", ["", "$", "$[0]", "nonsense", "$..", "$.a[99999999999]", None, 5])
def test_paths_that_name_no_place_are_harmless(path):
    arguments = PartialArguments()
    arguments.add({"jsonPath": path, "stringValue": "x"})
    assert len(json.dumps(arguments.value)) < 1_000_000
