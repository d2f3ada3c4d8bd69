from typing import Any

import pytest

from routing.calls import chat_request, input_surfaces
from routing.describe import Description, describe
from routing.sizes import size_of_prompt


def described(text: str, *, modalities: tuple[str, ...] = ("text",), **fields: Any) -> Description:
    request = chat_request({"model": "auto", "messages": [{"role": "user", "content": text}], **fields})
    surfaces = input_surfaces(request)
    return describe(request, surfaces, modalities, size_of_prompt(request, surfaces))


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Name three colours.", "simple"),
        ("Why does this fail?\n```\nprint(x)\n```", "coding"),
        ("def f(x):\n    return x", "coding"),
        ("Summarise our AML obligations for the audit.", "financial_compliance"),
        ("Prove the theorem step by step.", "reasoning"),
        ("Tell me about the sea. " * 40, "general"),
    ],
)
def test_the_task_is_told_by_features(text: str, task: str) -> None:
    assert (described(text).task, described(text).task_by) == (task, "features")


def test_the_caller_may_say_the_task() -> None:
    found = described("Name three colours.", metadata={"task": "reasoning"})
    assert (found.task, found.task_by) == ("reasoning", "caller")
    assert described("Name three colours.", metadata={"task": "conquest"}).task == "simple"


def test_other_modalities_make_it_multimodal() -> None:
    assert described("What is this?", modalities=("text", "image")).task == "multimodal"


@pytest.mark.parametrize(
    ("text", "language"), [("Hello", "en"), ("你好", "zh"), ("こんにちは", "ja"), ("Привет", "ru"), ("é", "other")]
)
def test_the_language_is_told_by_its_script(text: str, language: str) -> None:
    assert described(text).language == language
