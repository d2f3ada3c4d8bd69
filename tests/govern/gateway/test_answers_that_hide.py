"""Answers that try to carry something past the guards, through a running gateway: whole and streamed, one verdict."""

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"authorization": f"Bearer {HELPDESK}"}
SECRET = "AKIA" + "Q7WZ4NTR2LKD8MXB"
ADDRESS = "jane.doe" + "@example.com"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(200))).decode()
SEALED = base64.b64encode(bytes((index * 73 + 41) % 256 for index in range(160))).decode()
PATHS = {"anthropic": "/v1/messages", "google": "/v1beta/models/google:", "openai_responses": "/v1/responses"}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


def call(name: str, arguments: str = "{}", identity: str = "call_7") -> dict[str, Any]:
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}


def spelled(text: str) -> dict[str, Any]:
    return {"content": [{"token": sign, "logprob": -0.1, "bytes": [ord(sign)], "top_logprobs": []} for sign in text]}


def ranked(text: str) -> dict[str, Any]:
    rivals = [[{"token": sign, "logprob": -2.5, "bytes": None}] for sign in text]
    return {"content": [{"token": "a", "logprob": -0.1, "bytes": [97], "top_logprobs": rival} for rival in rivals]}


def in_bytes(text: str) -> dict[str, Any]:
    return {"content": [{"token": "a", "logprob": -0.1, "bytes": list(text.encode()), "top_logprobs": []}]}


CALL = [call("look")]
HIDING: dict[str, dict[str, Any]] = {
    "a data URI beside a call": {"message": {"content": f"data:{SECRET}", "tool_calls": CALL}},
    "a data URI in arguments": {"message": {"tool_calls": [call("look", json.dumps({"at": f"data:{SECRET}"}))]}},
    "a data URI as arguments": {"message": {"tool_calls": [call("look", f"data:{SECRET}")]}},
    "a cited data URI": {
        "message": {"annotations": [{"type": "url_citation", "url_citation": {"url": f"data:{SECRET}", "title": "A"}}]}
    },
    "a data URI with a text": {
        "message": {"new": "data:text/plain;base64," + base64.b64encode(f"the key is {SECRET}".encode()).decode()}
    },
    "the name of a tool": {"message": {"tool_calls": [call(f"look_{SECRET} now")]}},
    "the id of a call": {"message": {"tool_calls": [call("look", identity=SECRET)]}},
    "a signature": {
        "message": {"tool_calls": [{**CALL[0], "extra_content": {"google": {"thought_signature": SECRET}}}]}
    },
    "a readable signature": {
        "message": {
            "extra_content": {
                "google": {"thought_signature": base64.b64encode(f"the key is {SECRET} and more".encode()).decode()}
            }
        }
    },
    "an image": {
        "message": {
            "images": [
                {
                    "type": "image_url",
                    "image_url": {
                        "url": "data:image/png;base64," + base64.b64encode(f"key {SECRET} end".encode()).decode()
                    },
                }
            ]
        }
    },
    "spoken words": {"message": {"audio": {"id": "a", "data": SEALED, "transcript": f"the key {SECRET} here"}}},
    "an escaped argument": {"message": {"tool_calls": [call("look", '{"at": "\\u0041KIA' + SECRET[4:] + '"}')]}},
    "the name of a field": {"message": {"new": {SECRET: 1}}},
    "a field nobody knows": {"message": {"new": {"deep": [{"deeper": f"the key {SECRET} here"}]}}},
    "tokens": {"logprobs": spelled(SECRET)},
    "tokens that were not chosen": {"logprobs": ranked(SECRET)},
    "bytes of tokens": {"logprobs": in_bytes(SECRET)},
    "logprobs of another form": {"logprobs": {"tokens": [SECRET], "text_offset": [0]}},
    "tokens of another form": {"logprobs": {"tokens": list(SECRET)}},
    "rivals of another form": {"logprobs": {"top_logprobs": [{"a": -1.5, sign: -2.5} for sign in SECRET]}},
    "a reason for the end": {"finish_reason": SECRET},
    "a fingerprint": {"system_fingerprint": SECRET},
    "a tier": {"service_tier": SECRET},
    "the name of the role": {"message": {"role": SECRET}},
    "reasoning": {"message": {"reasoning_content": f"so {SECRET} it is"}},
    "a refusal": {"message": {"refusal": f"no {SECRET} for you"}},
}


def chat(case: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "Fine.", **case.get("message", {})}
    choice = {
        "index": 0,
        "message": message,
        "logprobs": case.get("logprobs"),
        "finish_reason": case.get("finish_reason", "stop"),
    }
    beside = {name: case[name] for name in ("system_fingerprint", "service_tier") if name in case}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **beside}


def chat_stream(case: dict[str, Any]) -> bytes:
    whole = chat(case)
    choice = whole["choices"][0]
    head = {name: value for name, value in whole.items() if name != "choices"}
    deltas = [{name: value} for name, value in choice["message"].items() if name != "tool_calls"]
    deltas += [
        {"tool_calls": [{**found, "index": n}]} for n, found in enumerate(choice["message"].get("tool_calls", ()))
    ]
    events = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    tokens = (choice["logprobs"] or {}).get("content")
    events += [
        {**head, "choices": [{"index": 0, "delta": {}, "logprobs": {"content": [token]}}]} for token in tokens or ()
    ]
    if choice["logprobs"] and not tokens:
        events.append({**head, "choices": [{"index": 0, "delta": {}, "logprobs": choice["logprobs"]}]})
    events.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    return (
        b": comment\n\n"
        + b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
        + b"data: [DONE]\n\n"
    )


async def ask(client: httpx.AsyncClient, *, stream: bool) -> httpx.Response:
    body = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "stream": stream}
    return await client.post("/v1/chat/completions", json=body, headers=AUTH)


async def test_one_verdict_whole_and_streamed(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for name, case in HIDING.items():
        provider.says(json.dumps(chat(case)).encode())
        whole = await ask(client, stream=False)
        assert SECRET not in whole.text, name
        decided = (await trail())[-1]["verdict"]
        provider.says(chat_stream(case), "text/event-stream")
        told = (await ask(client, stream=True)).text
        assert SECRET not in told, name
        assert ("[DONE]" in told) is ('"error"' not in told), name
        assert (await trail())[-1]["verdict"] == decided, name


async def test_comments_names_and_ids_of_events_stay_behind(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    plain = b'data: {"choices":[{"index":0,"delta":{"content":"Fine."},"finish_reason":null}]}\n\n'
    end = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    said = SECRET.encode()
    before = b": " + said + b"\n\nevent: " + said + b"\nid: " + said + b"\nretry: " + said + b"\n" + said + b": x\n"
    provider.says(before + plain + b": " + said + b"\n\n" + end, "text/event-stream")
    told = (await ask(client, stream=True)).text
    assert "Fine." in told
    assert SECRET not in told


async def test_a_text_in_pieces_of_any_size(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    """Content, reasoning, refusal, arguments, spoken words and a field nobody knows: what is joined holds nothing of it."""
    dice = random.Random(7)
    for make in (
        lambda piece: {"content": piece},
        lambda piece: {"reasoning_content": piece},
        lambda piece: {"refusal": piece},
        lambda piece: {"audio": {"transcript": piece}},
        lambda piece: {"audio": {"id": piece}},
        lambda piece: {"audio": {"id": "a", "data": piece}},
        lambda piece: {
            "annotations": [{"index": 0, "type": "url_citation", "url_citation": {"title": piece, "url": "x"}}]
        },
        lambda piece: {"images": [{"index": 1, "type": "image_url", "image_url": {"url": piece}}]},
        lambda piece: {"new": piece},
        lambda piece: {"reasoning_details": [{"type": "reasoning.text", "text": piece}]},
        lambda piece: {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]},
    ):
        text = f"Write to {ADDRESS} and bring {SECRET} with you."
        pieces = []
        while text:
            size = dice.randint(1, 9)
            pieces.append(text[:size])
            text = text[size:]
        deltas = [{"role": "assistant", "tool_calls": [{**call("look", ""), "index": 0}]}, *map(make, pieces)]
        events = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
        events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        provider.says(b"".join(b"data: " + json.dumps(e).encode() + b"\n\n" for e in events), "text/event-stream")
        told = (await ask(client, stream=True)).text
        joined = "".join(
            str(value)
            for line in told.splitlines()
            if line.startswith("data: {")
            for choice in json.loads(line[6:]).get("choices", ())
            for value in _strings(choice)
        )
        assert SECRET not in joined
        assert ADDRESS not in joined
        assert '"error"' in told


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(item)


NATIVE: dict[str, dict[str, Any]] = {
    "anthropic": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": "Fine."}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    },
    "google": {"candidates": [{"content": {"parts": [{"text": "Fine."}], "role": "model"}, "finishReason": "STOP"}]},
    "openai_responses": {
        "id": "resp_1",
        "status": "completed",
        "output": [
            {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "Fine."}]}
        ],
    },
}


@pytest.mark.parametrize("kind", sorted(NATIVE))
async def test_bytes_of_the_providers_own(client: httpx.AsyncClient, provider: AnyProvider, kind: str) -> None:
    own = json.dumps(NATIVE[kind])
    twice = own.replace('"Fine."', f'"key {SECRET} end", "text": "Fine."', 1)
    for said in ({**NATIVE[kind], "new": f"key {SECRET} end"}, {**NATIVE[kind], SECRET: 1}, twice):
        provider.says((said if isinstance(said, str) else json.dumps(said)).encode())
        body: dict[str, Any] = {"model": kind, "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        path = PATHS[kind]
        if kind == "google":
            body, path = {"contents": [{"parts": [{"text": "Hi"}]}]}, f"{path}generateContent"
        elif kind == "openai_responses":
            body = {"model": kind, "input": "Hi"}
        assert SECRET not in (await client.post(path, json=body, headers=AUTH)).text
    provider.says(own.encode())
    assert "Fine." in (await client.post(path, json=body, headers=AUTH)).text


async def test_media_are_recorded_as_not_scanned(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    images = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]
    signed = [{**CALL[0], "extra_content": {"google": {"thought_signature": SEALED}}}]
    case = {"message": {"images": images, "tool_calls": signed}}
    for stream in (False, True):
        provider.says(
            chat_stream(case) if stream else json.dumps(chat(case)).encode(),
            "text/event-stream" if stream else "application/json",
        )
        told = (await ask(client, stream=stream)).text
        assert PNG in told
        assert SEALED in told
        found = {entry["kind"]: entry["count"] for entry in (await trail())[-1]["body"]["answer_not_scanned"]}
        assert found == {"image": 1, "sealed": 1}


@pytest.mark.parametrize("vector", [SECRET, [SECRET], [[1.0]], {"a": SECRET}, [True], "QUtJQQ", None])
async def test_an_embedding_is_numbers(client: httpx.AsyncClient, provider: AnyProvider, vector: Any) -> None:
    data = [{"object": SECRET, "index": 0, "embedding": vector, SECRET: SECRET}]
    provider.says(json.dumps({"object": SECRET, "data": data, "model": SECRET, "usage": {"prompt_tokens": 1}}).encode())
    for form in ("float", "base64"):
        body = {"model": "openai", "input": "Hi", "encoding_format": form}
        response = await client.post("/v1/embeddings", json=body, headers=AUTH)
        assert response.status_code == 502
        assert SECRET not in response.text
