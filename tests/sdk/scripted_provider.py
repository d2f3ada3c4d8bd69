"""All kinds of providers on one loopback port, each below its own path, as particular about requests as the real ones are.

The model says what it does: `words` says a text, `form` says JSON, `calling` calls the first tool that it is offered and says the text
once it has the result; `parallel` calls it twice in one answer.
"""

import itertools
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.loopback import serve_in_thread
from tests.sdk.scripted_answers import ANSWERS, FORM, TEXT, Said

PATHS = {
    "openai": "/chat/completions",
    "openai_compatible": "/chat/completions",
    "openai_responses": "/responses",
    "anthropic": "/v1/messages",
    "google": "/v1beta/models/",
}
_TOOL_ID = re.compile(r"[A-Za-z0-9_-]+")


class ScriptedProvider:
    """A context manager. `requests` holds what came, as (kind, body)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                provider.answer(self)

            def log_message(self, format: str, *values: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def url(self, kind: str) -> str:
        """The base URL of the provider of this kind."""
        return f"http://127.0.0.1:{self._server.server_port}/{kind}"

    def __enter__(self) -> "ScriptedProvider":
        serve_in_thread(self._server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answers one request."""
        body = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        kind, _, path = handler.path.removeprefix("/").partition("/")
        self.requests.append((kind, body))
        fault = _fault(kind, f"/{path}", body)
        if fault:
            _send(handler, 400, {"error": {"message": fault, "type": "invalid_request_error", "status": fault}})
            return
        said = _said(kind, path, body)
        whole, streamed = ANSWERS[kind]
        if not (body.get("stream") or ":stream" in path):
            _send(handler, 200, whole(said))
            return
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        named = kind in ("anthropic", "openai_responses")
        for event in streamed(said):
            name = f"event: {event['type']}\n" if named else ""
            _chunk(handler, f"{name}data: {json.dumps(event)}\n\n")
        if kind.startswith("openai") and not named:
            _chunk(handler, "data: [DONE]\n\n")
        _chunk(handler, "")


def _send(handler: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _chunk(handler: BaseHTTPRequestHandler, text: str) -> None:
    data = text.encode()
    handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))


def _said(kind: str, path: str, body: dict[str, Any]) -> Said:
    model = path.partition("models/")[2].partition(":")[0] if kind == "google" else body["model"]
    if model == "form":
        return Said(FORM)
    if model in ("calling", "parallel") and not _has_result(kind, body):
        return Said(tool=_first_tool(kind, body), calls=2 if model == "parallel" else 1)
    return Said(TEXT)


def _first_tool(kind: str, body: dict[str, Any]) -> str:
    tool = body["tools"][0]
    if kind == "google":
        tool = tool["functionDeclarations"][0]
    return str((tool.get("function") or tool)["name"])


def _has_result(kind: str, body: dict[str, Any]) -> bool:
    if kind == "google":
        return any("functionResponse" in part for part in body["contents"][-1]["parts"])
    if kind == "anthropic":
        content = body["messages"][-1]["content"]
        return type(content) is list and any(block["type"] == "tool_result" for block in content)
    if kind == "openai_responses":
        return type(body["input"]) is list and body["input"][-1].get("type") == "function_call_output"
    return bool(body["messages"][-1]["role"] == "tool")


def _fault(kind: str, path: str, body: dict[str, Any]) -> str:
    """What the real provider would refuse; empty if nothing."""
    if not path.startswith(PATHS[kind]):
        return f"There is no {path} here."
    if kind == "anthropic":
        return _messages_fault(body)
    if kind == "google":
        return _contents_fault(body)
    if kind == "openai_responses":
        items = [body["input"]] if type(body["input"]) is str else body["input"]
        called = {item.get("call_id") for item in items if type(item) is dict and item.get("type") == "function_call"}
        answered = {
            item["call_id"] for item in items if type(item) is dict and item.get("type") == "function_call_output"
        }
    else:
        messages = body["messages"]
        called = {call["id"] for message in messages for call in message.get("tool_calls") or ()}
        answered = {message["tool_call_id"] for message in messages if message["role"] == "tool"}
    return "" if answered == called else "Calls and results do not match."


def _messages_fault(body: dict[str, Any]) -> str:
    roles = [turn["role"] for turn in body["messages"]]
    if type(body.get("max_tokens")) is not int:
        return "max_tokens: Field required"
    if roles[::2] != ["user"] * len(roles[::2]) or roles[1::2] != ["assistant"] * len(roles[1::2]):
        return "messages: roles must alternate between user and assistant"
    blocks = [block for turn in body["messages"] if type(turn["content"]) is list for block in turn["content"]]
    used = [block["id"] for block in blocks if block["type"] == "tool_use"]
    answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    if used != answered or not all(map(_TOOL_ID.fullmatch, used)):
        return "messages: tool_use ids were found without tool_result blocks"
    if any(block["type"] == "text" and not block["text"].strip() for block in blocks):
        return "messages: text content blocks must be non-empty"
    return ""


def _contents_fault(body: dict[str, Any]) -> str:
    roles = [content["role"] for content in body["contents"]]
    if set(roles) - {"user", "model"} or any(one == other for one, other in itertools.pairwise(roles)):
        return "Please ensure that multiturn requests alternate between user and model."
    parts = [part for content in body["contents"] for part in content["parts"]]
    called = [part["functionCall"]["name"] for part in parts if "functionCall" in part]
    answered = [part["functionResponse"]["name"] for part in parts if "functionResponse" in part]
    return "" if called == answered else "The number of function responses must equal that of function calls."
