"""Every recorded stream through the whole gateway and into the parser of the door's own SDK, which is stricter than the wire.

The parsers put answers together while they come: what they end up with is what was recorded.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import httpx
import httpx2
import openai
import pytest
from google import genai
from google.genai import types

from tests.conformance.expectations import Expected, expected
from tests.conformance.gateway.test_recordings import GOOD
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK

CUT = "openai-image-generation-tool"
"""A recording whose pictures were cut short: they are no base64."""
STREAMS = [exchange for exchange in GOOD if exchange.stream and CUT not in exchange.id]
Said = tuple[str, list[tuple[str, Any]]]
"""Text and calls, as a parser has them."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.parametrize("client", ["router"], indirect=True),
    pytest.mark.parametrize("installed", [False, True], indirect=True, ids=["unguarded", "guarded"]),
]


def schema(name: str) -> dict[str, Any]:
    """A function of which only the name is told: its arguments may be anything."""
    return {"name": name, "parameters": {"type": "object", "properties": {}}}


async def chat(client: httpx.AsyncClient, model: str, names: list[str]) -> Said:
    """openai-python's `chat.completions.stream()`, which parses the arguments of a strict function once its call is over."""
    sdk = openai.AsyncOpenAI(base_url="http://localhost/v1", api_key=HELPDESK, http_client=client, max_retries=0)
    tools: Any = [{"type": "function", "function": {**schema(name), "strict": True}} for name in names]
    asked: dict[str, Any] = {"tools": tools} if tools else {}
    turn: Any = [{"role": "user", "content": "Hi"}]
    done = []
    async with sdk.chat.completions.stream(
        model=model, messages=turn, stream_options={"include_usage": True}, **asked
    ) as stream:
        async for event in stream:
            if event.type == "tool_calls.function.arguments.done":
                assert event.parsed_arguments is not None
                done.append((event.name, json.loads(event.arguments)))
        message = (await stream.get_final_completion()).choices[0].message
    calls = message.tool_calls or []
    plain = [(call.function.name, json.loads(call.function.arguments)) for call in calls if call.type == "function"]
    assert done == plain
    return (message.content or "") + (message.refusal or ""), plain


async def responses(client: httpx.AsyncClient, model: str, names: list[str]) -> Said:
    """openai-python's `responses.stream()`."""
    sdk = openai.AsyncOpenAI(base_url="http://localhost/v1", api_key=HELPDESK, http_client=client, max_retries=0)
    tools: Any = [{"type": "function", "strict": True, **schema(name)} for name in names]
    text = ""
    async with sdk.responses.stream(model=model, input="Hi", tools=tools, store=False) as stream:
        async for event in stream:
            if event.type in ("response.output_text.delta", "response.refusal.delta"):
                text += event.delta
            final = getattr(event, "response", None)
    assert final is not None
    calls = [(item.name, json.loads(item.arguments)) for item in final.output if item.type == "function_call"]
    assert final.output_text in text
    return text, calls


async def messages(client: httpx.AsyncClient, model: str, names: list[str]) -> Said:
    """anthropic's `messages.stream()`."""
    transport: Any = client._transport
    here = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=transport.app))
    sdk = anthropic.AsyncAnthropic(base_url="http://localhost", api_key=HELPDESK, http_client=here, max_retries=0)
    tools: Any = [{"name": name, "input_schema": {"type": "object"}} for name in names]
    turn: Any = [{"role": "user", "content": "Hi"}]
    async with sdk.messages.stream(model=model, max_tokens=900, messages=turn, tools=tools) as stream:
        told = "".join([text async for text in stream.text_stream])
        final = await stream.get_final_message()
    assert told == "".join(block.text for block in final.content if block.type == "text")
    return told, [(block.name, block.input) for block in final.content if block.type == "tool_use"]


async def google(client: httpx.AsyncClient, model: str, names: list[str]) -> Said:
    """google-genai's `generate_content_stream()`."""
    options = types.HttpOptions(base_url="http://localhost", httpx_async_client=client)
    sdk = genai.Client(api_key=HELPDESK, http_options=options)
    declared = [types.FunctionDeclaration(name=name) for name in names]
    off = types.AutomaticFunctionCallingConfig(disable=True)
    tools: Any = [types.Tool(function_declarations=declared)] if declared else None
    config = types.GenerateContentConfig(tools=tools, automatic_function_calling=off)
    text, calls = "", []
    async for chunk in await sdk.aio.models.generate_content_stream(model=model, contents="Hi", config=config):
        for part in (chunk.candidates and chunk.candidates[0].content and chunk.candidates[0].content.parts) or []:
            text += part.text if part.text and not part.thought else ""
            if part.function_call is not None:
                calls.append((part.function_call.name or "", part.function_call.args))
    return text, calls


DOORS: dict[str, Callable[[httpx.AsyncClient, str, list[str]], Awaitable[Said]]] = {
    "chat": chat,
    "responses": responses,
    "messages": messages,
    "google": google,
}


def differences(said: Said, wanted: Expected) -> str:
    """What is not as it was recorded."""
    text, calls = said
    meant = [(name, arguments) for name, arguments in wanted.calls if type(arguments) is dict]
    found = [(name, arguments) for name, arguments in calls if (name, arguments) in meant]
    return f"{'' if wanted.content in text else f'says {text!r:.80}'}{'' if found == meant else f' calls {calls}'}"


@pytest.mark.parametrize("kind", sorted({exchange.kind for exchange in STREAMS}))
@pytest.mark.parametrize("door", DOORS)
async def test_every_stream(client: httpx.AsyncClient, provider: AnyProvider, door: str, kind: str) -> None:
    faults: list[str] = []
    for exchange in (exchange for exchange in STREAMS if exchange.kind == kind):
        provider.says(exchange.response.encode(), exchange.content_type)
        wanted = expected(exchange)
        if door == "chat" and any(type(arguments) is str for _, arguments in wanted.calls):
            continue  # that parser knows no custom tools
        try:
            said = await DOORS[door](client, kind, sorted({name for name, _ in wanted.calls}))
        except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError):
            if wanted.finish_reason not in ("length", "content_filter"):
                faults.append(f"{exchange.id} is said to have been cut short")
        except Exception as error:
            faults.append(f"{exchange.id} breaks the parser: {error!r:.300}")
        else:
            if door == kind == "google" and "partialArgs" in exchange.response:
                said = said[0], wanted.calls  # passes as it came, and that parser leaves the pieces to its caller
            if fault := differences(said, wanted):
                faults.append(f"{exchange.id} {fault}")
    assert not faults, "\n".join(faults)
