"""A stream put together is the answer that it told."""

from routing.calls import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    CustomCall,
    Delta,
    FunctionCall,
    GatheredAnswer,
    ToolCall,
    ToolCallDelta,
    Usage,
    as_chunks,
)


def gathered(*chunks: Chunk) -> Completion:
    answer = GatheredAnswer()
    for chunk in chunks:
        answer.add(chunk)
    return answer.completion()


def test_pieces_of_text_are_joined_by_choice() -> None:
    found = gathered(
        Chunk(deltas=[Delta(role="assistant", content="Hel"), Delta(index=1, content="Good")]),
        Chunk(deltas=[Delta(content="lo"), Delta(index=1, reasoning="Hm.", content="bye")]),
        Chunk(deltas=[Delta(finish_reason="length")], usage=Usage(input_tokens=3, output_tokens=2)),
    )
    assert [choice.message.content for choice in found.choices] == ["Hello", "Goodbye"]
    assert found.choices[1].message.reasoning == "Hm."
    assert [choice.finish_reason for choice in found.choices] == ["length", "stop"]
    assert found.usage.output_tokens == 2


def test_tool_calls_are_put_together_by_number() -> None:
    found = gathered(
        Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=0, id="a", type="function", name="pay")])]),
        Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=1, id="b", type="custom", name="run", arguments="ls")])]),
        Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=0, arguments='{"a":')])]),
        Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=0, arguments="1}")])]),
    )
    assert found.choices[0].message.tool_calls == [
        ToolCall(id="a", function=FunctionCall("pay", '{"a":1}')),
        ToolCall(id="b", type="custom", custom=CustomCall("run", "ls")),
    ]


def test_the_transcript_of_audio_is_joined() -> None:
    found = gathered(
        Chunk(deltas=[Delta(audio={"id": "x", "transcript": "Good "})]),
        Chunk(deltas=[Delta(audio={"transcript": "day"})]),
    )
    assert found.choices[0].message.audio == {"id": "x", "transcript": "Good day"}


def test_an_answer_told_as_a_stream_comes_back_the_same() -> None:
    message = AnswerMessage(
        content="Here.",
        refusal="No.",
        reasoning="Thinking.",
        annotations=[{"type": "url_citation"}],
        extra={"note": "x"},
        tool_calls=[ToolCall(id="a", function=FunctionCall("pay", "{}"))],
    )
    whole = Completion(
        choices=[Choice(message=message, finish_reason="tool_calls", stop_detail={"stop_sequence": "END"})],
        usage=Usage(),
        model="m",
        extra={"system_fingerprint": "f"},
    )
    assert gathered(*as_chunks(whole)) == whole
