"""Bodies of callers for property tests, in each format, as its SDK writes them."""

from typing import Any

from hypothesis import strategies as st

from tests.routing.wire.answers import NAME, TEXT, VALUES

SCHEMAS = st.fixed_dictionaries(
    {
        "type": st.just("object"),
        "properties": st.dictionaries(NAME, st.just({"type": "string"}), min_size=1, max_size=2),
    }
)
TEXT_TOLD = TEXT.filter(lambda text: bool(text.strip()))
HUNDREDTHS = st.integers(0, 100).map(lambda number: number / 100)
PIXEL = "iVBORw0KGgo="
PDF = "JVBERi0xLjQ="


def optional(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


# Anthropic ------------------------------------------------------------------------------------------------------------

MARKED = st.just({"cache_control": {"type": "ephemeral"}}) | st.just({})


@st.composite
def message_blocks(draw: st.DrawFn) -> dict[str, Any]:
    """A block that a user sends."""
    block = draw(
        st.one_of(
            st.builds(lambda text: {"type": "text", "text": text}, TEXT_TOLD),
            st.just({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}),
            st.just({"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}),
            st.just({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}}),
            st.builds(
                lambda text, title: {
                    "type": "document",
                    "source": {"type": "text", "media_type": "text/plain", "data": text},
                    "title": title,
                    "citations": {"enabled": True},
                },
                TEXT_TOLD,
                TEXT_TOLD,
            ),
            st.just({"type": "search_result", "source": "a", "title": "b", "content": [{"type": "text", "text": "c"}]}),
        )
    )
    return {**block, **draw(MARKED)}


@st.composite
def message_exchanges(draw: st.DrawFn, number: int) -> list[dict[str, Any]]:
    """An assistant's turn, and the user's answer to it."""
    said: list[dict[str, Any]] = []
    if draw(st.booleans()):
        said.append({"type": "thinking", "thinking": draw(TEXT), "signature": "c2ln"})
    if draw(st.booleans()):
        said.append({"type": "redacted_thinking", "data": "b3BhcXVl"})
    said.append({"type": "text", "text": draw(TEXT_TOLD)})
    results: list[dict[str, Any]] = []
    for index in range(draw(st.integers(0, 2))):
        identity = f"toolu_{number}_{index}"
        said.append({"type": "tool_use", "id": identity, "name": draw(NAME), "input": draw(VALUES)})
        result = {"type": "tool_result", "tool_use_id": identity, "content": draw(TEXT_TOLD)}
        results.append({**result, **draw(st.just({"is_error": True}) | MARKED)})
    answer = [*results, *draw(st.lists(message_blocks(), min_size=0 if results else 1, max_size=2))]
    return [{"role": "assistant", "content": said}, {"role": "user", "content": answer}]


@st.composite
def messages_bodies(draw: st.DrawFn) -> dict[str, Any]:
    """A body of `/v1/messages`."""
    turns = [{"role": "user", "content": draw(st.lists(message_blocks(), min_size=1, max_size=3))}]
    for number in range(draw(st.integers(0, 2))):
        turns += draw(message_exchanges(number))
    tools = st.lists(
        st.fixed_dictionaries({"name": NAME, "description": TEXT_TOLD, "input_schema": SCHEMAS}),
        min_size=1,
        max_size=2,
    )
    fields = optional(
        {
            "system": TEXT_TOLD,
            "stop_sequences": st.lists(TEXT_TOLD, min_size=1, max_size=2),
            "metadata": st.fixed_dictionaries({"user_id": TEXT_TOLD}),
            "temperature": HUNDREDTHS,
            "service_tier": st.sampled_from(["auto", "standard_only"]),
            "container": NAME,
        }
    )
    body = {"model": "gpt-5.4", "max_tokens": draw(st.integers(1, 4000)), "messages": turns, **draw(fields)}
    if draw(st.booleans()):
        body["tools"] = draw(tools)
        choices = [
            {"type": "auto"},
            {"type": "any"},
            {"type": "none"},
            {"type": "tool", "name": body["tools"][0]["name"]},
        ]
        body["tool_choice"] = draw(st.sampled_from(choices))
    return body


# OpenAI's Responses ---------------------------------------------------------------------------------------------------


@st.composite
def response_parts(draw: st.DrawFn) -> dict[str, Any]:
    """A part that a user sends."""
    return draw(
        st.one_of(
            st.builds(lambda text: {"type": "input_text", "text": text}, TEXT_TOLD),
            st.just({"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}", "detail": "low"}),
            st.just({"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"}),
            st.just({"type": "input_file", "file_id": "file-1"}),
        )
    )


@st.composite
def responses_bodies(draw: st.DrawFn) -> dict[str, Any]:
    """A body of `/v1/responses`."""
    items: list[dict[str, Any]] = [
        {"role": "user", "content": draw(st.lists(response_parts(), min_size=1, max_size=3))},
    ]
    for number in range(draw(st.integers(0, 2))):
        if draw(st.booleans()):
            items.append({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "b3BhcXVl"})
        items.append({"role": "assistant", "content": [{"type": "output_text", "text": draw(TEXT_TOLD)}]})
        for index in range(draw(st.integers(0, 2))):
            call = {"type": "function_call", "call_id": f"call_{number}_{index}", "name": draw(NAME)}
            items.append({**call, "arguments": draw(TEXT)})
        calls = [item["call_id"] for item in items if item.get("call_id", "").startswith(f"call_{number}_")]
        items += [{"type": "function_call_output", "call_id": call, "output": draw(TEXT_TOLD)} for call in calls]
        items.append({"role": "user", "content": [{"type": "input_text", "text": draw(TEXT_TOLD)}]})
    fields = optional(
        {
            "instructions": TEXT_TOLD,
            "max_output_tokens": st.integers(16, 4000),
            "temperature": HUNDREDTHS,
            "metadata": st.dictionaries(NAME, TEXT_TOLD, min_size=1, max_size=2),
            "user": TEXT_TOLD,
            "parallel_tool_calls": st.booleans(),
            "truncation": st.just("auto"),
            "reasoning": st.just({"summary": "auto"}),
            "text": st.just(
                {"verbosity": "low", "format": {"type": "json_schema", "name": "a", "schema": {"type": "object"}}}
            ),
        }
    )
    body = {"model": "gpt-4.1", "input": items, **draw(fields)}
    if draw(st.booleans()):
        body["tools"] = [
            {"type": "function", "name": "look_up", "parameters": draw(SCHEMAS), "strict": True},
            {"type": "custom", "name": "run", "format": {"type": "grammar", "syntax": "regex", "definition": "a+"}},
            {"type": "web_search", "search_context_size": "low"},
        ]
        choices = ["auto", "required", {"type": "function", "name": "look_up"}, {"type": "custom", "name": "run"}]
        body["tool_choice"] = draw(st.sampled_from(choices))
    return body


# Google ---------------------------------------------------------------------------------------------------------------


@st.composite
def google_parts(draw: st.DrawFn) -> dict[str, Any]:
    """A part that a user sends."""
    return draw(
        st.one_of(
            st.builds(lambda text: {"text": text}, TEXT_TOLD),
            st.just({"inlineData": {"mimeType": "image/png", "data": PIXEL}}),
            st.just({"inlineData": {"mimeType": "audio/mp3", "data": PIXEL}}),
            st.just({"inlineData": {"mimeType": "application/pdf", "data": PDF}}),
            st.just({"fileData": {"fileUri": "gs://bucket/file"}}),
        )
    )


@st.composite
def google_bodies(draw: st.DrawFn) -> dict[str, Any]:
    """A body of `:generateContent`."""
    contents = [{"role": "user", "parts": draw(st.lists(google_parts(), min_size=1, max_size=3))}]
    for _ in range(draw(st.integers(0, 2))):
        said: list[dict[str, Any]] = [{"text": draw(TEXT_TOLD)}]
        if draw(st.booleans()):
            said[0]["thoughtSignature"] = "c2lnbmF0dXJl"
        names = draw(st.lists(NAME, max_size=2))
        calls = [{"functionCall": {"name": name, "args": draw(VALUES)}} for name in names]
        if calls:
            calls[0]["thoughtSignature"] = "c2lnbmF0dXJl"  # type: ignore[assignment]
        contents.append({"role": "model", "parts": [*said, *calls]})
        answers = [{"functionResponse": {"name": name, "response": draw(VALUES)}} for name in names]
        contents.append({"role": "user", "parts": [*answers, *draw(st.lists(google_parts(), min_size=1, max_size=2))]})
    config = optional(
        {
            "temperature": HUNDREDTHS,
            "topK": st.integers(1, 40),
            "maxOutputTokens": st.integers(1025, 4000),
            "candidateCount": st.integers(2, 4),
            "stopSequences": st.lists(TEXT_TOLD, min_size=1, max_size=2),
            "thinkingConfig": st.just({"thinkingBudget": 1024, "includeThoughts": True}),
            "mediaResolution": st.just("MEDIA_RESOLUTION_LOW"),
        }
    )
    fields = optional(
        {
            "systemInstruction": st.builds(lambda text: {"parts": [{"text": text}]}, TEXT_TOLD),
            "safetySettings": st.just([{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]),
        }
    )
    body: dict[str, Any] = {"contents": contents, **draw(fields)}
    if chosen := draw(config):
        body["generationConfig"] = chosen
    if draw(st.booleans()):
        declaration = {"name": "look_up", "description": draw(TEXT_TOLD), "parametersJsonSchema": draw(SCHEMAS)}
        body["tools"] = [{"googleSearch": {}}, {"functionDeclarations": [declaration]}]
        choices: list[dict[str, Any]] = [
            {"mode": "AUTO"},
            {"mode": "ANY"},
            {"mode": "ANY", "allowedFunctionNames": ["look_up"]},
        ]
        body["toolConfig"] = {"functionCallingConfig": draw(st.sampled_from(choices))}
    return body
