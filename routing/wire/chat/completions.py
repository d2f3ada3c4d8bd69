"""OpenAI's older completions: a prompt in, a text out. Inside it is a chat of one message."""

from typing import Any

import msgspec

from routing.calls import ChatRequest, Chunk, Completion, Delta, InvalidRequest, Usage, chat_request, sse_event
from routing.calls.requests import decode_object
from routing.wire.chat import DONE
from routing.wire.chat.endings import Endings
from routing.wire.interface import PING, AnswerIdentity, StreamEncoder

MAX_PROMPTS = 32
_DEFAULT_MAX_TOKENS = 16
"""OpenAI's, where a caller says nothing."""
_SERVED = ("service_tier", "system_fingerprint")


class CompletionsStream(StreamEncoder):
    """Writes the pieces of a text."""

    def __init__(self, identity: AnswerIdentity, *, include_usage: bool) -> None:
        self._head = _head(identity)
        self._include_usage = include_usage
        self._lengths: dict[int, int] = {}
        self._served: dict[str, Any] = {}
        self._endings = Endings()

    def chunk(self, chunk: Chunk) -> bytes:
        """An event for each choice to which the piece adds text."""
        self._served |= {name: value for name, value in chunk.extra.items() if name in _SERVED}
        deltas = [self._endings.without(delta) for delta in chunk.deltas]
        return b"".join([self._event(delta) for delta in deltas if _text(delta) or delta.logprobs])

    def end(self, usage: Usage | None) -> bytes:
        """The end of each choice, the usage if the caller asked for it, then `[DONE]`."""
        ends = b"".join([self._event(delta) for delta in self._endings.told()])
        if not self._include_usage or usage is None:
            return ends + DONE
        last = {**self._served, **self._head, "choices": [], "usage": usage.as_openai()}
        return ends + sse_event(msgspec.json.encode(last)) + DONE

    def error(self, error: dict[str, Any], status: int) -> bytes:
        """An error object; no `[DONE]` follows."""
        return sse_event(msgspec.json.encode({"error": error}))

    def _event(self, delta: Delta) -> bytes:
        text = _text(delta)
        start = self._lengths.get(delta.index, 0)
        self._lengths[delta.index] = start + len(text)
        choice = {
            "text": text,
            "index": delta.index,
            "logprobs": _logprobs(delta.logprobs, start),
            "finish_reason": delta.finish_reason,
        }
        return sse_event(msgspec.json.encode({**self._served, **self._head, "choices": [choice]}))


class CompletionsFormat:
    """`/v1/completions`."""

    kind = "openai"
    ping = PING

    def decode(self, body: bytes, path: str) -> ChatRequest:
        """The request of a body with one prompt. Raises InvalidRequest."""
        first, *others = self.requests(body)
        if others:
            raise InvalidRequest("Several prompts cannot be streamed; send one, or leave out `stream`.", "prompt")
        return first

    def requests(self, body: bytes) -> list[ChatRequest]:
        """One request for each prompt. Raises InvalidRequest for what no chat model can do."""
        tree = decode_object(body)
        if "native_fields" in tree or "messages" in tree:
            name = "messages" if "messages" in tree else "native_fields"
            raise InvalidRequest(
                f"`{name}` is not known here; send the text as `prompt`, or use /v1/chat/completions.", name
            )
        prompts = _prompts(tree.pop("prompt", None))
        _refuse_impossible(tree)
        logprobs = tree.pop("logprobs", None)
        if logprobs is not None:
            tree |= {"logprobs": True, **({"top_logprobs": logprobs} if logprobs else {})}
        if tree.get("max_tokens") is None:
            tree["max_tokens"] = _DEFAULT_MAX_TOKENS
        given = {name: value for name, value in tree.items() if value is not None}
        return [chat_request({**given, "messages": [{"role": "user", "content": prompt}]}) for prompt in prompts]

    def encode(self, completion: Completion, identity: AnswerIdentity) -> bytes:
        """A text completion object."""
        return self.encode_all([completion], identity)

    def encode_all(self, completions: list[Completion], identity: AnswerIdentity) -> bytes:
        """One object for the answers to several prompts, in the order of the prompts."""
        each = max(len(completion.choices) for completion in completions)
        choices = [
            {
                "text": (choice.message.content or "") + (choice.message.refusal or ""),
                "index": number * each + choice.index,
                "logprobs": _logprobs(choice.logprobs, 0),
                "finish_reason": choice.finish_reason,
            }
            for number, completion in enumerate(completions)
            for choice in completion.choices
        ]
        served = {name: value for name, value in completions[0].extra.items() if name in _SERVED}
        usage = completions[0].usage.as_openai() if len(completions) == 1 else _totals([c.usage for c in completions])
        return msgspec.json.encode({**served, **_head(identity), "choices": choices, "usage": usage})

    def stream(self, request: ChatRequest, identity: AnswerIdentity) -> CompletionsStream:
        """The pieces of one text."""
        return CompletionsStream(identity, include_usage=request.wants_usage)

    def error(self, error: dict[str, Any], status: int, request_id: str) -> bytes:
        """OpenAI's error envelope."""
        return msgspec.json.encode({"error": error})


def _totals(usages: list[Usage]) -> dict[str, int]:
    return {
        "prompt_tokens": sum(usage.input_tokens for usage in usages),
        "completion_tokens": sum(usage.output_tokens for usage in usages),
        "total_tokens": sum(usage.total_tokens for usage in usages),
    }


def _head(identity: AnswerIdentity) -> dict[str, Any]:
    return {
        "id": f"cmpl-{identity.call_id}",
        "object": "text_completion",
        "created": identity.created_s,
        "model": identity.model,
    }


def _prompts(prompt: Any) -> list[str]:
    prompts = prompt if type(prompt) is list else [prompt]
    if prompts and all(type(each) is int or type(each) is list for each in prompts):
        raise InvalidRequest("`prompt` holds tokens, which no guard can read; send it as text.", "prompt")
    if not prompts or not all(type(each) is str and each for each in prompts):
        raise InvalidRequest("`prompt` must be a text or a list of texts, none of them empty.", "prompt")
    if len(prompts) > MAX_PROMPTS:
        raise InvalidRequest(f"`prompt` holds more than {MAX_PROMPTS} texts; send them in several calls.", "prompt")
    return prompts


def _refuse_impossible(tree: dict[str, Any]) -> None:
    """Takes the fields of this format alone; those that say nothing are let go."""
    if tree.pop("suffix", None):
        raise InvalidRequest("No model here fills in what stands before a text; leave out `suffix`.", "suffix")
    if tree.pop("echo", None):
        raise InvalidRequest(
            "`echo` is not served; leave it out and put the prompt before the answer yourself.", "echo"
        )
    best_of = tree.pop("best_of", None)
    if best_of not in (None, 1, tree.get("n")):
        raise InvalidRequest("`best_of` is not served; leave it out, or ask for `n` answers and choose.", "best_of")
    logprobs = tree.get("logprobs")
    if logprobs is not None and (type(logprobs) is not int or not 0 <= logprobs <= 20):
        raise InvalidRequest("`logprobs` must be a whole number from 0 to 20.", "logprobs")


def _text(delta: Delta) -> str:
    return (delta.content or "") + (delta.refusal or "")


def _logprobs(logprobs: dict[str, Any] | None, start: int) -> dict[str, Any] | None:
    """A chat's log probabilities in the older form: four lists, a place in each for a token. `start`: where the text began."""
    tokens = [token for token in (logprobs or {}).get("content") or () if type(token) is dict]
    if not tokens:
        return None
    offsets: list[int] = []
    for token in tokens:
        offsets.append(start)
        start += len(str(token.get("token", "")))
    return {
        "tokens": [token.get("token") for token in tokens],
        "token_logprobs": [token.get("logprob") for token in tokens],
        "top_logprobs": [
            {
                str(rival.get("token")): rival.get("logprob")
                for rival in token.get("top_logprobs") or ()
                if type(rival) is dict
            }
            for token in tokens
        ],
        "text_offset": offsets,
    }
