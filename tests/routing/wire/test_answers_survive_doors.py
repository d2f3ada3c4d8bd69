"""An answer that went out of a door, read as an answer of a provider of that format, is the same answer."""

import pytest
from hypothesis import given, settings

from routing.calls import Completion
from routing.providers import PROVIDERS
from routing.wire.events import EventReader
from tests.conformance.answers import of_chunks, of_completion
from tests.routing.wire.answers import completions, streamed
from tests.routing.wire.doors import DOORS, IDENTITY, stream


def told(completion: Completion) -> tuple:
    """What must not be lost: text, reasoning, calls with their ids, the reason for the end, usage."""
    message = completion.choices[0].message
    calls = [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls if call.function]
    return message.content or "", message.reasoning or "", calls, completion.choices[0].finish_reason, completion.usage


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(completion=completions())
@settings(max_examples=150, deadline=None)
def test_a_whole_answer(door, completion):
    read = PROVIDERS[door.whole.kind].read_completion(door.whole.encode(completion, IDENTITY))
    expected, found = told(completion), told(read)
    calls = bool(completion.choices[0].message.tool_calls)
    assert found[:3] == expected[:3]
    assert found[3] == ("tool_calls" if calls else expected[3])
    assert found[4].input_tokens == expected[4].input_tokens
    assert found[4].output_tokens == expected[4].output_tokens
    assert found[4].cached_input_tokens == expected[4].cached_input_tokens
    assert found[4].reasoning_tokens == expected[4].reasoning_tokens


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(answer=streamed())
@settings(max_examples=100, deadline=None)
def test_a_streamed_answer(door, answer):
    completion, chunks = answer
    reader = PROVIDERS[door.whole.kind].reader()
    read = [reader.read(event) for event in EventReader().feed(stream(door, chunks))]
    assert reader.complete
    assert of_chunks(chunk for chunk in read if chunk is not None) == of_completion(completion)


def test_anthropics_classes_of_tokens_are_kept():
    from routing.calls import Usage
    from routing.calls.answers import AnswerMessage, Choice
    from tests.routing.wire.doors import MESSAGES

    usage = Usage(
        input_tokens=100, output_tokens=9, cached_input_tokens=40, cache_write_tokens=30, cache_write_1h_tokens=10
    )
    completion = Completion(choices=[Choice(message=AnswerMessage(content="Hi"))], usage=usage)
    assert PROVIDERS["anthropic"].read_completion(MESSAGES.whole.encode(completion, IDENTITY)).usage == usage
