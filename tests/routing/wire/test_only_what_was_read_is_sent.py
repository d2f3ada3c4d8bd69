"""Every text that a provider gets was read by the guards, is Govern's own, or is declared opaque: for each door and each kind of provider."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from govern.enforcement.prepared import inspected_text
from routing.calls import ChatRequest, InvalidRequest, chat_request, read_surfaces
from routing.calls.surfaces.vocabulary import CONSTANTS, FIELDS
from routing.providers import PROVIDERS, Target
from routing.wire.chat.write_messages import FILES_FOLLOW, FILES_OF_RESULTS, UNNAMED
from tests.routing.wire import samples
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES

OURS = (
    CONSTANTS
    | {"upstream", "document", "skip_thought_signature_validator", "message.output_text.logprobs", ""}
    | {
        *("user_id", "result", "responseJsonSchema", "voiceName", "voiceConfig", "speechConfig", "prebuiltVoiceConfig"),
        *("responseMimeType", "additionalProperties", "search_context_size"),
        *(FILES_FOLLOW, FILES_OF_RESULTS, UNNAMED),
        *("input", '{"input":"ls"}', "web_search", "web_search_20250305", "blocked_domains", "call_of_function_0"),
    }
)
"""What Govern writes itself."""
OPAQUE = {samples.PNG, samples.WAV, samples.PDF}
DOCUMENT = base64.b64encode(b"A text.").decode()
"""A document of the samples, which is read decoded."""
DOORS = [(CHAT, samples.CHAT), (RESPONSES, samples.RESPONSES), (MESSAGES, samples.MESSAGES), (GOOGLE, samples.GOOGLE)]


def leaves(value: Any) -> Iterator[str]:
    """Every text, and every name that is not of a format's own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in FIELDS:
                yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str):
        yield from told(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and len(str(value)) > 7:
        yield str(value)


def told(text: str) -> Iterator[str]:
    """A text; where keywords of a schema are told at the end of a description, the description and the leaves of each."""
    match = re.search(r"(?:\A|\n\n)\{([\w$-]+: .*)\}\Z", text, re.DOTALL)
    if match is None:
        yield text
        return
    if match.start():
        yield text[: match.start()]
    rest = match[1]
    while rest:
        key, _, rest = rest.partition(": ")
        value, end = json.JSONDecoder().raw_decode(rest)
        yield from leaves({key: value})
        rest = rest[end:].removeprefix(", ")


def sent(request: ChatRequest, kind: str, *, stream: bool) -> Any:
    """The body for a provider. Parts and tools that it cannot take are left out."""
    target = Target(kind, kind, "https://provider.example/v1", "upstream")
    while True:
        try:
            return json.loads(PROVIDERS[kind].encode(request, target, stream=stream))  # type: ignore[attr-defined]
        except InvalidRequest as error:
            request = without(request, error)


def without(request: ChatRequest, error: InvalidRequest) -> ChatRequest:
    tree = json.loads(json.dumps(request.tree))
    part = re.match(r"messages\[(\d+)\]\.content\[(\d+)\]", error.param or "")
    tool = re.match(r"tools\[(\d+)\]", error.param or "")
    message = re.match(r"messages\[(\d+)\]", error.param or "")
    if part:
        del tree["messages"][int(part[1])]["content"][int(part[2])]
    elif tool:
        del tree["tools"][int(tool[1])]
    elif message:
        turn = tree["messages"][int(message[1])]
        turn["tool_calls"] = [call for call in turn.get("tool_calls", ()) if call["type"] == "function"]
        if isinstance(turn.get("content"), list):
            turn["content"] = [each for each in turn["content"] if each["type"] != "native"]
    elif "block" in error.message:
        for turn in tree["messages"]:
            if isinstance(turn.get("content"), list):
                turn["content"] = [each for each in turn["content"] if each["type"] != "native"]
    else:
        del tree[error.param or ""]
    return chat_request(tree)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("kind", sorted(PROVIDERS))
@pytest.mark.parametrize(("door", "body"), DOORS, ids=lambda value: getattr(value, "name", ""))
def test_only_what_was_read_is_sent(door: Any, body: dict[str, Any], kind: str, stream: bool) -> None:
    format_, path = (door.streamed, door.stream_path) if stream else (door.whole, door.path)
    given = body if door is GOOGLE else {**body, "stream": stream}
    request = format_.decode(json.dumps(given, separators=(",", ":")).encode(), path)
    surfaces = read_surfaces(request).surfaces
    read = "\n".join(inspected_text(surface.role, surface.text) for surface in surfaces)
    received = list(leaves(sent(request, kind, stream=stream)))
    assert len(received) > 20
    assert [text for text in received if text not in read and text not in OURS and not is_file(text)] == []


def is_file(text: str) -> bool:
    """Whether a text is one of the files that are declared opaque, with or without its head, or JSON of what was read."""
    return text.rpartition(",")[2] in {*OPAQUE, DOCUMENT}
