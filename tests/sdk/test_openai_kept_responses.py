"""OpenAI's Python SDK on responses that are kept or run in the background, with the worker that a platform has."""

import os
import signal
import time
from collections.abc import Iterator

import openai
import pytest
from openai.types.responses import Response

from tests.faults.platform import INJECTION, Platform
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE

pytestmark = pytest.mark.long


@pytest.fixture
def client(platform: Platform) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{platform.url}/v1", api_key=HELPDESK, timeout=30, max_retries=0) as opened:
        yield opened


@pytest.fixture
def other(platform: Platform) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{platform.url}/v1", api_key=RISK_ENGINE, timeout=30, max_retries=0) as opened:
        yield opened


def ended(client: openai.OpenAI, response: Response, *, within_s: float = 30) -> Response:
    until = time.monotonic() + within_s
    while response.status in ("queued", "in_progress") and time.monotonic() < until:
        time.sleep(0.2)
        response = client.responses.retrieve(response.id)
    return response


def test_a_response_is_retrieved_listed_and_deleted(client: openai.OpenAI, other: openai.OpenAI) -> None:
    given = client.responses.create(model="echo", input="Hello there", metadata={"case": "7"})
    assert client.responses.retrieve(given.id) == given
    [item] = client.responses.input_items.list(given.id)
    assert item.to_dict()["content"] == [{"type": "input_text", "text": "Hello there"}]
    with pytest.raises(openai.NotFoundError):
        other.responses.retrieve(given.id)
    with pytest.raises(openai.NotFoundError):
        other.responses.delete(given.id)
    client.responses.delete(given.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(given.id)


def test_items_are_read_over_pages(client: openai.OpenAI) -> None:
    turns = [{"role": "user", "content": str(number)} for number in range(7)]
    given = client.responses.create(model="echo", input=turns)  # type: ignore[arg-type]
    items = list(client.responses.input_items.list(given.id, limit=3, order="asc"))
    assert [item.to_dict()["content"][0]["text"] for item in items] == [str(number) for number in range(7)]  # type: ignore[index]


def test_tokens_are_counted(client: openai.OpenAI) -> None:
    assert client.responses.input_tokens.count(model="echo", input="Hello there").input_tokens > 0


def test_a_response_runs_in_the_background(client: openai.OpenAI) -> None:
    given = client.responses.create(model="echo", input="Hello there", background=True)
    assert given.status == "queued"
    done = ended(client, given)
    assert (done.status, done.output_text, done.background) == ("completed", "Hello there", True)
    again = client.responses.create(model="echo", input="And now?", previous_response_id=given.id)
    assert again.output_text == "And now?"


def test_a_background_response_is_streamed_and_taken_up_again(client: openai.OpenAI) -> None:
    stream = client.responses.create(model="echo", input="Hello there", background=True, stream=True)
    events = list(stream)
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "Hello there"
    rest = list(client.responses.retrieve(events[-1].response.id, stream=True, starting_after=4))
    assert [event.sequence_number for event in rest] == [event.sequence_number for event in events[5:]]


def test_what_runs_is_cancelled(client: openai.OpenAI) -> None:
    given = client.responses.create(model="slow", input="Hello", background=True)
    assert ended(client, client.responses.cancel(given.id), within_s=10).status == "cancelled"
    with pytest.raises(openai.BadRequestError):
        client.responses.cancel(client.responses.create(model="echo", input="Hello").id)


def test_a_blocked_prompt_fails_with_its_reason(client: openai.OpenAI) -> None:
    done = ended(client, client.responses.create(model="echo", input=INJECTION, background=True))
    assert done.status == "failed"
    assert done.error is not None
    assert done.error.code == "prompt_injection"


def test_a_worker_that_is_killed_pays_once_and_leaves_nothing_unfinished(
    client: openai.OpenAI, platform: Platform
) -> None:
    given = client.responses.create(model="slow", input="Hello", background=True)
    while client.responses.retrieve(given.id).status == "queued":
        time.sleep(0.2)
    [worker] = [pid for pid, words in platform.children() if "celery" in words and " worker " in words]
    os.kill(worker, signal.SIGKILL)
    done = ended(client, given, within_s=90)
    assert done.status == "failed"
    events = platform.psql(
        f"SELECT type, code FROM audit_event WHERE call_id = '{given.id.removeprefix('resp_')}' ORDER BY seq"
    )
    assert events == [("call.intent", None), ("call.outcome", "outcome_unknown")]


def test_a_conversation_holds_its_turns(client: openai.OpenAI, other: openai.OpenAI) -> None:
    conversation = client.conversations.create(
        items=[{"type": "message", "role": "user", "content": "Zero"}], metadata={"topic": "tea"}
    )
    client.responses.create(model="echo", input="One", conversation=conversation.id)
    items = list(client.conversations.items.list(conversation.id, order="asc", limit=2))
    assert [item.to_dict()["content"][0]["text"] for item in items] == ["Zero", "One", "One"]  # type: ignore[index]
    with pytest.raises(openai.NotFoundError):
        other.conversations.retrieve(conversation.id)
    assert client.conversations.retrieve(conversation.id).metadata == {"topic": "tea"}
    assert client.conversations.delete(conversation.id).deleted


def test_a_conversation_is_compacted(client: openai.OpenAI) -> None:
    compacted = client.responses.compact(model="echo", input="I like tea.")
    assert [item.type for item in compacted.output] == ["message", "compaction"]
    items = [item.to_dict() for item in compacted.output]
    again = client.responses.create(model="echo", input=[*items, {"role": "user", "content": "And?"}])  # type: ignore[list-item]
    assert again.output_text == "And?"
