"""The older completions' form of log probabilities."""

import json

from routing.calls import AnswerMessage, Choice, Chunk, Completion, Delta, Usage
from routing.wire.chat.completions import CompletionsFormat
from tests.routing.wire.doors import IDENTITY

TOKENS = [
    {
        "token": "Hel",
        "logprob": -0.1,
        "top_logprobs": [{"token": "Hel", "logprob": -0.1}, {"token": "Hi", "logprob": -2}],
    },
    {"token": "lo", "logprob": -0.2, "top_logprobs": []},
]
OLDER = {
    "tokens": ["Hel", "lo"],
    "token_logprobs": [-0.1, -0.2],
    "top_logprobs": [{"Hel": -0.1, "Hi": -2}, {}],
    "text_offset": [0, 3],
}
FORMAT = CompletionsFormat()


def test_logprobs_are_asked_for_and_told_in_the_older_form() -> None:
    request = FORMAT.decode(b'{"model": "m", "prompt": "Hi", "logprobs": 2}', "")
    assert (request.logprobs, request.top_logprobs) == (True, 2)
    choice = Choice(message=AnswerMessage(content="Hello"), logprobs={"content": TOKENS})
    whole = json.loads(FORMAT.encode(Completion(choices=[choice], usage=Usage()), IDENTITY))
    assert whole["choices"][0]["logprobs"] == OLDER


def test_a_place_in_a_streamed_text_is_counted_from_its_beginning() -> None:
    encoder = FORMAT.stream(FORMAT.decode(b'{"model": "m", "prompt": "Hi"}', ""), IDENTITY)
    deltas = [Delta(content=token["token"], logprobs={"content": [token]}) for token in TOKENS]
    told = [json.loads(encoder.chunk(Chunk(deltas=[delta]))[6:]) for delta in deltas]
    assert [event["choices"][0]["logprobs"]["text_offset"] for event in told] == [[0], [3]]


def test_the_answers_to_several_prompts_are_numbered_on() -> None:
    answer = Completion(
        choices=[Choice(message=AnswerMessage(content="a")), Choice(index=1, message=AnswerMessage(content="b"))],
        usage=Usage(input_tokens=2, output_tokens=1),
    )
    told = json.loads(FORMAT.encode_all([answer, answer], IDENTITY))
    assert [choice["index"] for choice in told["choices"]] == [0, 1, 2, 3]
    assert told["usage"] == {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}
