"""Going on from an earlier answer by its id, or by references to its items."""

import json

import pytest

from routing.calls import InvalidRequest, Usage
from routing.calls.answers import AnswerMessage, Choice, Completion
from routing.wire.responses import input_items, is_stored, refers_to, resolve, response_object
from tests.routing.wire.doors import CALL_ID, IDENTITY, RESPONSES

ANSWER = Completion(choices=[Choice(message=AnswerMessage(content="Ben."))], usage=Usage())
STORED = {
    CALL_ID: [*input_items({"model": "m", "input": "Who approves?"}), *response_object(ANSWER, IDENTITY)["output"]],
}


def asked(**fields) -> dict:
    return {"model": "m", **fields}


def test_the_next_question_follows_the_stored_conversation():
    body = asked(previous_response_id=f"resp_{CALL_ID}", input="And who else?")
    assert refers_to(body) == [CALL_ID]
    request = RESPONSES.whole.decode(json.dumps(resolve(body, STORED)).encode(), "")
    assert [(message.role, message.text()) for message in request.messages] == [
        ("user", "Who approves?"),
        ("assistant", "Ben."),
        ("user", "And who else?"),
    ]


def test_a_conversation_grows():
    body = resolve(asked(previous_response_id=f"resp_{CALL_ID}", input="And who else?"), STORED)
    assert input_items(body) == [*STORED[CALL_ID], {"type": "message", "role": "user", "content": "And who else?"}]


def test_references_to_items_are_replaced_by_them():
    said = f"msg_{CALL_ID}_0"
    body = asked(
        input=[
            {"role": "user", "content": "Who approves?"},
            {"type": "item_reference", "id": said},
            {"role": "user", "content": "And who else?"},
        ]
    )
    assert refers_to(body) == [CALL_ID]
    items = resolve(body, STORED)["input"]
    assert items[1]["id"] == said
    assert items[1]["content"][0]["text"] == "Ben."


def test_a_request_without_references_needs_nothing():
    assert refers_to(asked(input="Hello")) == []
    assert refers_to(asked(input="What is a previous_response_id?")) == []


def test_an_id_of_someone_else_is_refused():
    with pytest.raises(InvalidRequest) as caught:
        refers_to(asked(previous_response_id="resp_68c2e6f380d88190", input="Hello"))
    assert caught.value.param == "previous_response_id"


def test_what_is_not_stored_is_refused():
    with pytest.raises(InvalidRequest) as caught:
        resolve(asked(previous_response_id=f"resp_{CALL_ID}", input="Hello"), {})
    assert caught.value.param == "previous_response_id"
    with pytest.raises(InvalidRequest) as caught:
        resolve(asked(input=[{"type": "item_reference", "id": f"msg_{CALL_ID}_7"}]), STORED)
    assert caught.value.param == "input[0]"


def test_a_providers_own_reasoning_that_was_not_stored_is_left_out():
    body = asked(input=[{"type": "item_reference", "id": "rs_theirs"}, {"role": "user", "content": "Hello"}])
    assert resolve(body, {})["input"] == [{"role": "user", "content": "Hello"}]


def test_answers_are_stored_unless_the_caller_says_otherwise():
    assert is_stored(asked(input="Hello"))
    assert is_stored(asked(input="Hello", store=True))
    assert not is_stored(asked(input="Hello", store=False))
