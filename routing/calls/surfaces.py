"""Every place of a request or an answer where text can hide, to read and to replace.

The walk covers the whole body, fields that this program does not know included, so that nothing travels unseen. Not
text are: numbers, booleans, base64 data (images, audio, documents that are not text), and values of the keys in
`_IDENTIFIERS` as long as they look like identifiers (no blank, at most 256 characters, or opaque data such as
signatures).
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from routing.calls.answers import Completion
from routing.calls.requests import ChatRequest, chat_request

SurfaceRole = Literal[
    "system", "user", "assistant", "tool", "document", "tool_arguments", "tool_definition", "parameter"
]
"""Who wrote the text. `document`: a file. `tool_definition`: names, descriptions and schemas of tools and answers.
`parameter`: everything else that is sent along, such as metadata, user, stop, and fields that are not known here."""

_ROLES: dict[str, SurfaceRole] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
_IDENTIFIERS = frozenset(
    (
        *("role", "type", "id", "tool_call_id", "tool_use_id", "call_id", "item_id", "file_id", "format", "voice"),
        *("detail", "model", "media_type", "mime_type", "mimeType", "kind", "finish_reason", "status", "tool_choice"),
        *("reasoning_effort", "verbosity", "service_tier", "modalities", "ttl", "object", "display"),
        *("system_fingerprint", "stop_reason", "finishReason", "blockReason"),
    )
)
_OPAQUE = frozenset(
    ("signature", "thought_signature", "thoughtSignature", "encrypted_content", "data", "file_data", "b64_json")
)
_TOOL_ARGUMENTS = frozenset(("arguments", "input"))
_TEXT_MEDIA = ("data:text/", "data:application/json", "data:application/xml", "data:application/yaml")
_IDENTIFIER_MAX_CHARACTERS = 256
_NAME_MAX_CHARACTERS = 40
"""A key longer than this, or with a blank, is a text."""

Path = tuple[str | int, ...]


class Surface(NamedTuple):
    """One text. `location` names it in the body, such as `messages[3].content[0].text`; it is stable for one request."""

    role: SurfaceRole
    location: str
    text: str


def _location(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


def _document_text(uri: str) -> str | None:
    """Text of a data URI that holds text; None for any other file."""
    if not uri.startswith(_TEXT_MEDIA):
        return None
    head, _, data = uri.partition(",")
    try:
        raw = base64.b64decode(data, validate=False) if head.endswith(";base64") else data.encode()
    except (binascii.Error, ValueError):
        return None
    return raw.decode("utf-8", "replace")


def _is_opaque(key: str | int, text: str) -> bool:
    if key in _IDENTIFIERS:
        return len(text) <= _IDENTIFIER_MAX_CHARACTERS and " " not in text
    if key in _OPAQUE or text.startswith("data:"):
        return " " not in text
    return False


def _walk(value: Any, path: Path, role: SurfaceRole, found: list[tuple[SurfaceRole, Path, str]]) -> None:
    if type(value) is str:
        key = path[-1] if type(path[-1]) is str or len(path) < 2 else path[-2]
        if key == "file_data" and (text := _document_text(value)) is not None:
            found.append(("document", path, text))
        elif value and not _is_opaque(key, value):
            found.append((role, path, value))
    elif type(value) is list:
        for index, item in enumerate(value):
            _walk(item, (*path, index), role, found)
    elif type(value) is dict:
        schema = role == "tool_definition" and path[-1] in ("properties", "$defs", "definitions")
        if names := [key for key in value if schema or len(key) > _NAME_MAX_CHARACTERS or " " in key]:
            found.append((role, (*path, "#names"), "\n".join(names)))
        for key, item in value.items():
            if key == "file" or (key == "source" and role != "tool_definition"):
                _walk(item, (*path, key), "document", found)
            elif key in _TOOL_ARGUMENTS and role == "assistant":
                _walk(item, (*path, key), "tool_arguments", found)
            else:
                _walk(item, (*path, key), role, found)


def _walk_request(tree: Mapping[str, Any]) -> list[tuple[SurfaceRole, Path, str]]:
    found: list[tuple[SurfaceRole, Path, str]] = []
    for key, value in tree.items():
        if key == "messages":
            for index, message in enumerate(value):
                role = _ROLES[message["role"]]
                content = message.get("content")
                if len(message) == 2 and type(content) is str:
                    found.append((role, ("messages", index, "content"), content))
                else:
                    _walk(message, ("messages", index), role, found)
        elif key in ("tools", "functions", "response_format"):
            _walk(value, (key,), "tool_definition", found)
        elif key != "model":
            _walk(value, (key,), "parameter", found)
    return found


def input_surfaces(request: ChatRequest) -> list[Surface]:
    """All texts of a request, in the order of the body. Names of a schema's properties, and
    keys that read like text, come joined as `….#names`."""
    return [Surface(role, _location(path), text) for role, path, text in _walk_request(request.tree)]


def _copy(value: Any) -> Any:
    if type(value) is dict:
        return {key: _copy(item) for key, item in value.items()}
    if type(value) is list:
        return [_copy(item) for item in value]
    return value


def _put(tree: Any, path: Path, text: str) -> None:
    for step in path[:-1]:
        tree = tree[step]
    old = tree[path[-1]]
    if path[-1] == "file_data" and isinstance(old, str):
        media = old[: old.index(",")].removesuffix(";base64")
        text = f"{media};base64,{base64.b64encode(text.encode()).decode()}"
    tree[path[-1]] = text


def _replace(tree: Any, found: list[tuple[SurfaceRole, Path, str]], texts: Mapping[str, str]) -> Any:
    changed, left = _copy(tree), dict(texts)
    for _, path, _ in found:
        text = left.pop(_location(path), None)
        if text is None:
            continue
        if path[-1] == "#names":
            raise ValueError("names in a schema cannot be replaced")
        _put(changed, path, text)
    if left:
        raise ValueError(f"no text at {', '.join(sorted(left))}")
    return changed


def replace_surfaces(request: ChatRequest, texts: Mapping[str, str]) -> ChatRequest:
    """A copy of the request with other texts at these locations. The bytes of another format's door are forgotten.

    Raises ValueError for a location that `input_surfaces` did not give, and for `#names`, which cannot be replaced.
    """
    return chat_request(_replace(request.tree, _walk_request(request.tree), texts))


def _walk_answer(tree: Mapping[str, Any]) -> list[tuple[SurfaceRole, Path, str]]:
    found: list[tuple[SurfaceRole, Path, str]] = []
    for index, choice in enumerate(tree["choices"]):
        for key, value in choice.items():
            if key != "logprobs":
                _walk(value, ("choices", index, key), "assistant", found)
    _walk(tree.get("extra") or {}, ("extra",), "assistant", found)
    return found


def output_surfaces(completion: Completion) -> list[Surface]:
    """All texts of an answer: content, reasoning, refusal, tool arguments, transcripts, citations, and fields not
    known here.
    """
    simple: list[Surface] = []
    for index, choice in enumerate(completion.choices):
        message = choice.message
        if (
            message.tool_calls
            or message.thinking_blocks
            or message.images
            or message.audio
            or message.annotations
            or message.native_blocks
            or message.extra
            or not _says_nothing(choice.stop_detail)
        ):
            break
        where = f"choices[{index}].message"
        texts = (("content", message.content), ("refusal", message.refusal), ("reasoning", message.reasoning))
        simple += [Surface("assistant", f"{where}.{name}", text) for name, text in texts if text]
    else:
        if _says_nothing(completion.extra):
            return simple
    return [Surface(role, _location(path), text) for role, path, text in _walk_answer(_answer_tree(completion))]


def _says_nothing(fields: Mapping[str, Any] | None) -> bool:
    return not fields or all(key in _IDENTIFIERS and type(value) is str for key, value in fields.items())


def _answer_tree(completion: Completion) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.to_builtins(completion)
    tree.pop("raw", None)
    return tree


def replace_output_surfaces(completion: Completion, texts: Mapping[str, str]) -> Completion:
    """A copy of the answer with other texts at these locations and without the provider's bytes.

    Signed reasoning blocks whose text changes are dropped, since the signature no longer holds. Token logprobs are
    dropped too: they spell out the answer. Raises ValueError for a location that `output_surfaces` did not give.
    """
    tree = _answer_tree(completion)
    changed = _replace(tree, _walk_answer(tree), texts)
    for index, choice in enumerate(changed["choices"]):
        choice.pop("logprobs", None)
        blocks = choice["message"].get("thinking_blocks")
        if blocks:
            before = tree["choices"][index]["message"]["thinking_blocks"]
            choice["message"]["thinking_blocks"] = [new for new, old in zip(blocks, before, strict=True) if new == old]
    return msgspec.convert(changed, Completion)
