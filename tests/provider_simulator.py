"""A provider on a loopback port that speaks OpenAI's wire format. What it does depends on the model it is asked for.

`echo` repeats the last message and `prompt` the first; `say:TEXT` says TEXT; `fail:STATUS` answers with that status; `slow:SECONDS` waits first;
`fail-after:SECONDS` waits and then fails; `hang` never answers; `cut` breaks a stream off in the middle; `silent` leaves usage out; `tool` calls the first tool it is offered;
`gated` streams all but the end and waits for `release`; `flood:MEGABYTES` streams that much; `pause:SECONDS` stops for so long after its first words; `comment:SECONDS` streams a comment and only then
waits.
"""

import asyncio
import json
import threading
from types import TracebackType
from typing import Any


class ProviderSimulator:
    """Use it as a context manager; `url` is its base URL and `requests` what it was sent."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.refused_secret = ""
        self.disconnected = threading.Event()
        self.release = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> "ProviderSimulator":
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                path = line.split()[1].decode()
                headers = {}
                while (header := await reader.readline()) not in (b"\r\n", b""):
                    name, _, value = header.decode().partition(":")
                    headers[name.strip().lower()] = value.strip()
                body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or b"{}")
                self.requests.append(body)
                self.headers.append(headers)
                if self.refused_secret and headers.get("authorization") == f"Bearer {self.refused_secret}":
                    error = {"message": "simulated", "type": "invalid_request_error", "code": "invalid_api_key"}
                    _send(writer, 401, {"error": error})
                else:
                    await self._answer(path, body, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.disconnected.set()
        finally:
            writer.close()

    async def _answer(self, path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        model = body["model"]
        if model.startswith("slow:"):
            await asyncio.sleep(float(model[5:]))
        if model.startswith("fail-after:"):
            await asyncio.sleep(float(model[11:]))
            model = "fail:500"
        if model == "hang":
            await asyncio.sleep(3_600)
        if model.startswith("fail:"):
            _send(writer, int(model[5:]), {"error": {"message": "simulated", "type": "server_error", "code": None}})
        elif path.endswith("/embeddings"):
            count = len(body["input"]) if isinstance(body["input"], list) else 1
            data = [{"object": "embedding", "index": i, "embedding": [0.5]} for i in range(count)]
            _send(writer, 200, {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": 10}})
        elif body.get("stream"):
            await self._stream(model, body, writer)
        else:
            answer: dict[str, Any] = {
                "id": "chatcmpl-simulated",
                "object": "chat.completion",
                "created": 1,
                "model": model,
                "choices": [
                    {
                        "index": i,
                        "message": _message(model, body),
                        "finish_reason": "tool_calls" if model == "tool" else "stop",
                    }
                    for i in range(body.get("n") or 1)
                ],
                "usage": USAGE,
            }
            if model == "silent":
                del answer["usage"]
            _send(writer, 200, answer)

    async def _stream(self, model: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        text = _text(model, body)
        pieces = [text[i : i + 3] for i in range(0, len(text), 3)]
        if model.startswith("flood:"):
            pieces = ["word " * 200] * (int(model[6:]) * 1_000)
        if model.startswith("comment:"):
            _chunk(writer, b": THE PROVIDER IS AT WORK\n\n")
            await writer.drain()
            await asyncio.sleep(float(model[8:]))
        deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant", "content": ""}, None)]
        if model == "tool":
            deltas += [(delta, None) for delta in _tool_deltas(body)]
        else:
            deltas += [({"content": piece}, None) for piece in pieces]
        deltas += [({}, "tool_calls" if model == "tool" else "stop")]
        for number, (delta, finish) in enumerate(deltas):
            if model.startswith("pause:") and number == 2:
                await asyncio.sleep(float(model[6:]))
            if model == "gated" and finish:
                await asyncio.to_thread(self.release.wait)
            if model == "cut" and number == len(deltas) // 2:
                raise ConnectionResetError
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            _event(
                writer,
                {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]},
            )
            await writer.drain()
            await asyncio.sleep(0.2 if model == "drip" else 0)
        if model != "silent":
            _event(
                writer,
                {
                    "id": "x",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": model,
                    "choices": [],
                    "usage": USAGE,
                },
            )
        _chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")


TOOL_ARGUMENTS = '{"city": "Taipei", "days": 3}'
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def _text(model: str, body: dict[str, Any]) -> str:
    if model.startswith("say:"):
        return str(model[4:])
    content = body["messages"][0 if model == "prompt" else -1]["content"]
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def _message(model: str, body: dict[str, Any]) -> dict[str, Any]:
    if model == "tool":
        return {"role": "assistant", "content": None, "tool_calls": [_tool_call(body)]}
    return {"role": "assistant", "content": _text(model, body)}


def _tool_call(body: dict[str, Any]) -> dict[str, Any]:
    name = body["tools"][0]["function"]["name"]
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": TOOL_ARGUMENTS}}


def _tool_deltas(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The call of a tool as providers stream it: its name first, then its arguments in pieces."""
    whole = _tool_call(body)
    begun = whole | {"index": 0, "function": whole["function"] | {"arguments": ""}}
    pieces = [TOOL_ARGUMENTS[i : i + 5] for i in range(0, len(TOOL_ARGUMENTS), 5)]
    return [{"tool_calls": [begun]}] + [
        {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces
    ]


def _send(writer: asyncio.StreamWriter, status: int, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n"
    writer.write(head.encode() + data)


def _event(writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    _chunk(writer, b"data: " + json.dumps(body).encode() + b"\n\n")


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
