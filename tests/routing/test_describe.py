from typing import Any

import pytest

from routing.calls import chat_request, input_surfaces
from routing.describe import Description, asked_last, describe
from routing.sizes import size_of_prompt


def described(text: Any, *, modalities: tuple[str, ...] = ("text",), **fields: Any) -> Description:
    request = chat_request({"model": "auto", "messages": [{"role": "user", "content": text}], **fields})
    surfaces = input_surfaces(request)
    return describe(request, surfaces, modalities, size_of_prompt(request, surfaces))


LONG = "The harbour of Lisbon was rebuilt after the storm, and its old cranes were sold to a museum. " * 30


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Why does this fail?\n```\nprint(x)\n```", "coding"),
        ("def f(x):\n    return x", "coding"),
        ("Write a SQL query that lists the ten largest orders.", "coding"),
        ("Does MiFID II require us to keep records of these calls?", "financial_compliance"),
        ("Prove that the sum of two odd numbers is even.", "math"),
        ("Lena has 14 marbles and loses 5 of them. How many are left?", "math"),
        (f"Translate the following into German:\n{LONG}", "translation"),
        (f"{LONG}\n\nTL;DR", "summarisation"),
        (f"Extract all dates and names as JSON.\n\n{LONG}", "extraction"),
        ("Write a sonnet about the last tram home.", "creative"),
        ("Hi there, how are you today?", "chat"),
        ("Who painted the Mona Lisa?", "factual"),
        ("Book me a flight from Oslo to Rome on Friday.", "tool_use"),
        ("請把下面這段翻譯成英文：會議改到下週三。", "translation"),
        ("请用一句话概括以下内容：公司今年在上海建立了新工厂。", "summarisation"),
        ("用Python写一个快速排序的函数。", "coding"),
        ("我的信用卡为什么被拒绝了？", "financial_compliance"),
    ],
)
def test_the_task_is_told_by_what_is_asked(text: str, task: str) -> None:
    found = described(text)
    assert (found.task, found.task_by) == (task, "features")
    assert 0 < found.confidence <= 1


def test_the_caller_may_say_the_task() -> None:
    found = described("Name three colours.", metadata={"task": "reasoning"})
    assert (found.task, found.task_by, found.confidence) == ("reasoning", "caller", 1.0)
    assert described("Name three colours.", metadata={"task": "conquest"}).task_by == "features"


def test_nothing_asked_is_no_task() -> None:
    assert (described(" ").task, described(" ").confidence) == ("general", 0.0)


def test_other_modalities_make_it_multimodal() -> None:
    assert described("What is this?", modalities=("text", "image")).task == "multimodal"


def test_all_texts_of_the_last_message_of_the_user_are_read() -> None:
    parts = [{"type": "text", "text": "Translate into French:"}, {"type": "text", "text": LONG}]
    assert described(parts).task == "translation"
    request = chat_request(
        {
            "model": "auto",
            "messages": [
                {"role": "user", "content": "first"},
                {"role": "assistant", "content": "yes"},
                {"role": "user", "name": "amy", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            ],
        }
    )  # fmt: skip
    assert asked_last(input_surfaces(request)) == "a\nb"
    assert asked_last([]) == ""


@pytest.mark.parametrize(
    ("text", "language"), [("Hello", "en"), ("你好", "zh"), ("こんにちは", "ja"), ("Привет", "ru"), ("é", "other")]
)
def test_the_language_is_told_by_its_script(text: str, language: str) -> None:
    assert described(text).language == language
