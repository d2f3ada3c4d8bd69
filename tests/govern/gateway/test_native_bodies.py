"""A body in the format of the provider that answers is patched where a limit, a name, a stream or a masked word changes it, and is the
caller's own everywhere else: generated for every door × budget × stream × masked word × limit.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, document, install
from tests.sdk.scripted_answers import ANSWERS, Said

EMAIL = "jane.doe@example.com"
PLACEHOLDER = re.compile(
    rb"\[[A-Za-z0-9_ -]*email[A-Za-z0-9_ -]*\]|<[A-Za-z0-9_ -]*email[A-Za-z0-9_ -]*>", re.IGNORECASE
)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SIGNATURE = "EqQBCkYIBxgCKkBn" + "A" * 60 + "=="
ODD = '{"whole":1.0,"power":1e5,"huge":123456789012345678901234567890,"minus":-0.0,"text":"caf\\u00e9 \\/ \\u000b \\"x\\": {}","empty":{},"none":null}'
"""Numbers and texts with more than one spelling."""


class Case(NamedTuple):
    """A door whose format a kind of provider has. `limit` is the way to the limit of an answer."""

    kind: str
    path: str
    stream_path: str
    limit: tuple[str, ...]
    body: str
    """JSON with MAIL where an address may stand, and STREAM."""
    kept: tuple[str, ...]
    """Pieces that must leave byte for byte."""


THINKING = f'{{"type":"thinking","thinking":"Caf\\u00e9  first.","signature":"{SIGNATURE}"}}'
REDACTED = '{"type":"redacted_thinking","data":"EmwKAhgB//8+ab=="}'
SEARCH = '{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"news"}}'
RESULT = '{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://example.org/","title":"N","encrypted_content":"RXhhbXBsZQ==","page_age":null}]}'
MESSAGES = f"""{{ "model": "anthropic", STREAM "max_tokens": LIMIT, "system": [{{"type":"text","text":"You are.","cache_control":{{"type":"ephemeral"}}}},{{"type":"text","text":"Second MAIL"}}],
 "messages": [{{"role":"user","content":[{{"type":"text","text":"Write to MAIL","cache_control":{{"type":"ephemeral","ttl":"5m"}}}},{{"type":"image","source":{{"type":"base64","media_type":"image/png","data":"{PNG}"}}}}]}},
 {{"role":"assistant","content":[{THINKING},{SEARCH},{RESULT},{REDACTED},{{"type":"text","text":"On it.","citations":null}},{{"type":"tool_use","id":"toolu_01","name":"mail","input":{{"to":["x","MAIL"],"odd":{ODD}}}}}]}},
 {{"role":"user","content":[{{"type":"tool_result","tool_use_id":"toolu_01","content":[{{"type":"text","text":"sent to MAIL"}}],"is_error":false}},{{"type":"text","text":"And?"}}]}}],
 "tools":[{{"name":"mail","input_schema":{{"type":"object","properties":{{"to":{{"type":"array","maxItems":1e2}}}}}}}}],"thinking":{{"type":"adaptive"}},"context_management":{{"edits":[{{"type":"clear_tool_uses_20250919"}}]}},"unknown":{ODD} }}"""
ITEM = (
    '{"id":"rs_68af","type":"reasoning","summary":[{"type":"summary_text","text":"a"}],"encrypted_content":"gAAAAAB'
    + "x" * 50
    + '"}'
)
RESPONSES = f"""{{"model":"openai_responses", STREAM "max_output_tokens":LIMIT,"store":false,"include":["reasoning.encrypted_content"],"instructions":"Be.",
 "input":[{{"role":"user","content":[{{"type":"input_text","text":"Write to MAIL"}},{{"type":"input_image","image_url":"data:image/png;base64,{PNG}","detail":"low"}}]}},
 {ITEM},{{"id":"msg_68b0","type":"message","role":"assistant","status":"completed","phase":"commentary","content":[{{"type":"output_text","text":"On it.","annotations":[],"logprobs":[]}}]}},
 {{"id":"fc_68b1","type":"function_call","call_id":"call_x","name":"mail","arguments":"{{ \\"to\\" : \\"MAIL\\", \\"n\\": 1.0 }}","status":"completed"}},
 {ITEM.replace("rs_68af", "rs_68b2")},{{"id":"fc_68b3","type":"function_call","call_id":"call_y","name":"mail","arguments":"{{}}","status":"completed"}},
 {{"type":"function_call_output","call_id":"call_x","output":"sent to MAIL"}},{{"type":"function_call_output","call_id":"call_y","output":"none"}}],
 "tools":[{{"type":"function","name":"mail","parameters":{{"type":"object","properties":{{}}}},"strict":false}}],"reasoning":{{"effort":"low","summary":"auto"}},"prompt_cache_key":"k","unknown":{ODD}}}"""
CALL = (
    '{"functionCall":{"id":"c-1","name":"mail","args":{"to":"x","odd":'
    + ODD
    + '}},"thoughtSignature":"c2lnbmVkLWJ5LWdvb2dsZQ=="}'
)
GOOGLE = f"""{{"systemInstruction":{{"parts":[{{"text":"Be."}}]}},"contents":[{{"role":"user","parts":[{{"text":"Write to MAIL"}},{{"inlineData":{{"mimeType":"image/png","data":"{PNG}"}}}}]}},
 {{"role":"model","parts":[{{"text":"Hm.","thought":true}},{CALL},{{"functionCall":{{"id":"c-2","name":"mail","args":{{"to":"MAIL","n":1.0}}}}}}]}},
 {{"role":"user","parts":[{{"functionResponse":{{"id":"c-2","name":"mail","response":{{"output":"sent to MAIL","n":1.0}},"parts":[{{"inlineData":{{"mimeType":"image/png","data":"{PNG}"}}}}]}}}},{{"functionResponse":{{"id":"c-1","name":"mail","response":{{"output":"none"}}}}}}]}}],
 "tools":[{{"functionDeclarations":[{{"name":"mail","parametersJsonSchema":{{"type":"object","properties":{{"a_b":{{"maximum":1e2}}}}}}}}]}}],"safetySettings":[{{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}}],
 "generationConfig":{{"maxOutputTokens":LIMIT,"temperature":1.0,"thinkingConfig":{{"includeThoughts":true}}}}}}"""
CHAT = f"""{{"model":"KIND", STREAM "max_completion_tokens":LIMIT,"messages":[{{"role":"system","content":"Be."}},
 {{"role":"user","name":"jane","content":[{{"type":"text","text":"Write to MAIL","unknown":1.0}},{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{PNG}","detail":"low"}}}}]}},
 {{"role":"assistant","content":null,"tool_calls":[{{"id":"call_1","type":"function","function":{{"name":"mail","arguments":"{{ \\"to\\" : \\"MAIL\\" }}"}}}}],"unknown":{ODD}}},
 {{"role":"tool","tool_call_id":"call_1","content":"sent to MAIL"}}],"tools":[{{"type":"function","function":{{"name":"mail","parameters":{{"type":"object","maximum":1e2}}}}}}],"unknown":{ODD}}}"""


def chat(kind: str, limit: str) -> Case:
    path = "/v1/chat/completions"
    body = CHAT.replace("KIND", kind).replace("max_completion_tokens", limit)
    return Case(kind, path, path, (limit,), body, (ODD, "1e2"))


CASES = [
    Case(
        "anthropic",
        "/v1/messages",
        "/v1/messages?beta=true",
        ("max_tokens",),
        MESSAGES,
        (THINKING, SEARCH, RESULT, REDACTED, ODD),
    ),
    Case("openai_responses", "/v1/responses", "/v1/responses", ("max_output_tokens",), RESPONSES, (ITEM, ODD)),
    Case(
        "google",
        "/v1beta/models/google:generateContent",
        "/v1beta/models/google:streamGenerateContent?alt=sse",
        ("generationConfig", "maxOutputTokens"),
        GOOGLE,
        (CALL, ODD),
    ),
    chat("openai", "max_completion_tokens"),
    chat("openai_compatible", "max_tokens"),
]
GUARDS = [{"name": "mask", "guards": [{"guard": "pii", "on": ["input"], "types": ["email"], "action": "redact"}]}]
BUDGET = [{"name": "payments", "scope": {"team": "payments"}, "period": "total", "limit_usd": "1000"}]


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    sections = provider.sections()
    sections["models"] = [{**model, "modalities": ["text", "image"]} for model in sections["models"]]
    install(tmp_path, document("http://unused", **sections, guard_policies=GUARDS, budgets=BUDGET))


def exactly(written: bytes | str) -> Any:
    """JSON with every number as it is spelt and every object in its order."""
    return json.loads(
        written, parse_int=lambda n: ("int", n), parse_float=lambda n: ("float", n), object_pairs_hook=list
    )


def put(pairs: Any, way: tuple[str, ...], value: Any) -> Any:
    """The object with another value at the end of a way, added last where there is none."""
    name, *rest = way
    known = dict(pairs)
    new = put(known.get(name, []), tuple(rest), value) if rest else value
    return [(key, new if key == name else item) for key, item in pairs] + ([] if name in known else [(name, new)])


@pytest.mark.parametrize("client", ["router"], indirect=True)
@pytest.mark.parametrize("case", CASES, ids=[case.kind for case in CASES])
async def test_what_left_is_what_came(case: Case, client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for held, stream, masks, limit in itertools.product((False, True), (False, True), (False, True), ("50", "999999")):
        where = f"{held=} {stream=} {masks=} {limit=}"
        whole, events = ANSWERS[case.kind]
        if stream:
            said = b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events(Said("Hello.")))
            provider.says(said + b"data: [DONE]\n\n", "text/event-stream")
        else:
            provider.says(json.dumps(whole(Said("Hello."))).encode())
        body = case.body.replace("MAIL", EMAIL if masks else "her").replace("LIMIT", limit)
        body = body.replace("STREAM", '"stream":true,' if stream else "")
        headers = {"authorization": f"Bearer {RISK_ENGINE if held else HELPDESK}", "content-type": "application/json"}
        path = case.stream_path if stream else case.path
        response = await client.post(path, content=body.encode(), headers=headers)
        assert response.status_code == 200, (where, response.text)
        sent = provider.bodies[-1]
        marks = set(PLACEHOLDER.findall(sent))
        assert len(marks) == masks, (where, marks, sent)
        expected = exactly(body.replace(EMAIL, marks.pop().decode() if masks else EMAIL))
        if case.kind != "google":
            expected = put(expected, ("model",), "upstream")
        if case.kind in ("openai", "openai_compatible") and stream:
            expected = put(expected, ("stream_options",), [("include_usage", True)])
        if limit == "999999":
            expected = put(expected, case.limit, ("int", "1000"))
        assert exactly(sent) == expected, where
        for piece in case.kept:
            assert piece.encode() in sent, (where, piece)
