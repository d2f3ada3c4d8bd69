"""Parameters are left out by what the model takes: as the catalogue says, else as its provider publishes."""

from typing import Any

import pytest

from routing.bodies import ParameterFacts
from routing.parameters import published_facts
from tests.routing.providers.parties import request, unsupported, written

SAMPLING = {"temperature": 0.2, "top_p": 0.9, "logprobs": True, "top_logprobs": 2}
ALL = sorted(SAMPLING)


def left_out(model: str, kind: str = "openai", **fields: Any) -> list[str]:
    """What is left out of a call with everything that says how to sample."""
    call = request(**SAMPLING, **fields)
    dropped = unsupported(kind, call, upstream_model=model)
    if kind == "openai":
        assert not set(dropped) & written(kind, call, upstream_model=model).keys()
    return dropped


@pytest.mark.parametrize(
    "model", ["gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.2-2025-12-11", "openai/gpt-5.4"]
)
def test_a_model_that_reasons_when_asked(model: str) -> None:
    assert left_out(model) == []
    assert left_out(model, reasoning_effort="none") == []
    for effort in ("minimal", "low", "high"):
        assert left_out(model, reasoning_effort=effort) == ALL


@pytest.mark.parametrize(
    "model", ["gpt-5.5", "gpt-5.5-2026-04-23", "gpt-5.2-chat-latest", "gpt-5.3-codex", "gpt-5.4-pro"]
)
def test_a_model_that_reasons_unless_told_not_to(model: str) -> None:
    assert left_out(model) == ALL
    assert left_out(model, reasoning_effort="none") == []


@pytest.mark.parametrize("model", ["gpt-5", "gpt-5-mini-2025-08-07", "gpt-5-pro", "o1", "o3-pro", "o4-mini", "gpt-6"])
def test_a_model_that_always_reasons(model: str) -> None:
    for effort in (None, "none", "low"):
        assert left_out(model, reasoning_effort=effort, stop="x") == sorted([*ALL, "stop"])


@pytest.mark.parametrize(
    "model", ["gpt-5-chat-latest", "gpt-4.1", "gpt-oss-120b", "my-gpt-5", "gpt-50", "o3000", "octopus"]
)
def test_other_models_take_all(model: str) -> None:
    assert left_out(model) == left_out(model, reasoning_effort="high") == []


def test_who_imitates_openai_may_serve_anything_under_any_name() -> None:
    assert left_out("gpt-5", "openai_compatible") == []


def test_the_responses_api() -> None:
    call = request(**SAMPLING, reasoning_effort="low")
    body = written("openai_responses", call, upstream_model="gpt-5.4")
    assert not {"temperature", "top_p", "top_logprobs"} & body.keys()
    assert "message.output_text.logprobs" not in body.get("include", ())
    assert unsupported("openai_responses", call, upstream_model="gpt-5.4") == ALL
    body = written("openai_responses", request(**SAMPLING), upstream_model="gpt-5.4")
    assert (body["temperature"], body["top_p"], body["top_logprobs"]) == (0.2, 0.9, 2)


@pytest.mark.parametrize("model", ["claude-opus-4-7", "claude-opus-4-7-20260416", "us.anthropic.claude-opus-4-7-v1:0"])
def test_a_model_of_anthropic_without_sampling(model: str) -> None:
    call = request(temperature=0.2, top_k=5)
    assert unsupported("anthropic", call, upstream_model=model) == ["temperature", "top_k"]
    assert not {"temperature", "top_k"} & written("anthropic", call, upstream_model=model).keys()
    assert unsupported("anthropic", call, upstream_model="claude-opus-4-6") == []


def test_a_value_that_says_no_more_than_the_default_is_not_left_out() -> None:
    call = request(temperature=1, top_p=1.0, presence_penalty=0, logprobs=False)
    assert unsupported("openai", call, upstream_model="o3") == []
    assert written("openai", call, upstream_model="o3")["temperature"] == 1


def test_the_catalogue_knows_better() -> None:
    call = request(temperature=0.2, mirostat=2)
    assert unsupported("openai", call, upstream_model="o3", parameters=ParameterFacts()) == []
    facts = ParameterFacts(not_taken=("mirostat",))
    assert unsupported("openai_compatible", call, parameters=facts) == ["mirostat"]
    assert "mirostat" not in written("openai_compatible", call, parameters=facts)


def test_a_deployment_of_another_name_is_known_by_its_model() -> None:
    assert published_facts("openai", "chat-production", "o3") == published_facts("openai", "o3")
