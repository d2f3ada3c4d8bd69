"""A second opinion in the grey zone."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest

from govern.enforcement import Enforcement, GuardPolicyBody, Surface
from govern.enforcement.bodies import Classifier
from govern.enforcement.bound import BoundGuard, Policy
from govern.enforcement.compilation import _with_depth
from govern.enforcement.guards import classifier as tier_two
from govern.enforcement.guards.classifier import ClassifierGuard
from govern.enforcement.guards.http_classifier import HttpClassifier
from govern.enforcement.guards.onnx_classifier import OnnxClassifier, label_index, softmax
from govern.enforcement.injection.detector import InjectionResult


def http(answer: Any, status: int = 200) -> HttpClassifier:
    def respond(request: httpx.Request) -> httpx.Response:
        assert json.loads(request.content) == {"inputs": "text"}
        return httpx.Response(status, json=answer)

    return HttpClassifier("http://classifier.internal/", "malicious", transport=httpx.MockTransport(respond))


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ({"score": 0.97}, 0.97),
        ([{"label": "benign", "score": 0.1}, {"label": "MALICIOUS", "score": 0.9}], 0.9),
        ([[{"label": "malicious", "score": 0.4}]], 0.4),
        ({"label": "malicious", "score": 0.3}, 0.3),
    ],
)
def test_answers_of_a_service(answer: Any, score: float) -> None:
    assert http(answer).score("text", time_limit_s=1) == score


@pytest.mark.parametrize(("answer", "status"), [([{"label": "benign", "score": 1}], 200), ({"score": 1}, 500)])
def test_an_answer_that_says_nothing_is_an_error(answer: Any, status: int) -> None:
    with pytest.raises(ValueError, match=r"label|status"):
        http(answer, status).score("text", time_limit_s=1)


def test_a_slow_service_is_a_timeout() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late")

    with pytest.raises(TimeoutError):
        HttpClassifier("http://x/", "m", transport=httpx.MockTransport(respond)).score("text", time_limit_s=0.1)


class Fixed:
    """A classifier that always says the same and counts how often it is asked."""

    version = "fixed 1"

    def __init__(self, score: float) -> None:
        self.answer = score
        self.asked = 0

    def score(self, text: str, *, time_limit_s: float) -> float:
        self.asked += 1
        return self.answer


def inspecting(classifier: Fixed, body: Classifier) -> Enforcement:
    bound = BoundGuard(ClassifierGuard(body, classifier), Policy("p", False, "block", 200), "classifier")
    return Enforcement(on_input=[bound], on_output=[], input_rules=[], output_rules=[], buffered=False, blocking=True)


@pytest.mark.parametrize(("first", "asked"), [(0.1, 0), (0.5, 1), (0.99, 0)])
def test_asked_only_where_the_first_opinion_is_unsure(
    monkeypatch: pytest.MonkeyPatch, first: float, asked: int
) -> None:
    detector = SimpleNamespace(inspect=lambda text: InjectionResult(first, (), None, "1"))
    monkeypatch.setattr(tier_two, "injection_detector", lambda: detector)
    classifier = Fixed(0.95)
    verdict = inspecting(classifier, Classifier(url="http://x/")).inspect_input([Surface("user", "m", "text")], {})
    assert classifier.asked == asked
    assert verdict.action == ("block" if asked else "allow")


@pytest.mark.parametrize(("score", "action"), [(0.2, "allow"), (0.6, "flag"), (0.95, "block")])
def test_its_own_verdict_on_the_record(score: float, action: str) -> None:
    classifier = Fixed(score)
    built = inspecting(classifier, Classifier(url="http://x/", when="always"))
    verdict = built.inspect_input([Surface("user", "m", "text"), Surface("system", "s", "text")], {})
    assert (verdict.action, classifier.asked) == (action, 1)
    assert (verdict.runs[0].guard, verdict.runs[0].version, verdict.runs[0].result) == ("classifier", "fixed 1", action)
    if action != "allow":
        assert (verdict.code, verdict.findings[0].score) == ("prompt_injection", score)


def test_asked_once_for_one_text() -> None:
    classifier = Fixed(0.6)
    built = inspecting(classifier, Classifier(url="http://x/", when="always"))
    for _ in range(3):
        built.inspect_input([Surface("user", "m", "the same text")], {})
    assert classifier.asked == 1


@pytest.mark.parametrize(("deep", "when"), [("auto", ["grey"]), ("always", ["always"]), ("never", [])])
def test_the_injection_guard_says_how_deep_to_look(deep: str, when: list[str]) -> None:
    guards = [{"guard": "prompt_injection", "deep": deep}, {"guard": "classifier", "url": "http://x/"}]
    body = msgspec.convert({"name": "x", "guards": guards}, GuardPolicyBody)
    assert [guard.when for _, guard in _with_depth(body.guards) if isinstance(guard, Classifier)] == when


class Session:
    """A model of one rule: a window with token 7 in it is malicious."""

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="input_ids"), SimpleNamespace(name="attention_mask")]

    def run(self, _outputs: None, feed: dict[str, Any]) -> list[list[list[float]]]:
        assert set(feed) == {"input_ids", "attention_mask"}
        return [[[0.0, 3.0 if 7 in feed["input_ids"][0] else -3.0]]]


class Tokenizer:
    """A token for each word, three to a window."""

    def encode(self, text: str) -> SimpleNamespace:
        ids = [len(word) for word in text.split()]
        windows = [
            SimpleNamespace(ids=ids[at : at + 3], attention_mask=[1] * len(ids[at : at + 3]), type_ids=[])
            for at in range(0, len(ids), 3)
        ]
        windows[0].overflowing = windows[1:]
        return windows[0]


@pytest.mark.parametrize(("text", "bad"), [("a bb ccc", False), ("a bb ccc dddd sevenxx e", True)])
def test_every_window_of_a_model_counts(text: str, bad: bool) -> None:
    classifier = OnnxClassifier(Session(), Tokenizer(), 1, "onnx test")
    assert (classifier.score(text, time_limit_s=1) > 0.9) is bad


def test_a_model_out_of_time() -> None:
    with pytest.raises(TimeoutError):
        OnnxClassifier(Session(), Tokenizer(), 1, "onnx test").score("a b", time_limit_s=-1)


def test_labels_of_a_model() -> None:
    assert label_index({"id2label": {"0": "BENIGN", "1": "MALICIOUS"}}, "malicious") == 1
    with pytest.raises(ValueError, match="benign"):
        label_index({"id2label": {"0": "benign"}}, "malicious")
    assert softmax([0.0, 0.0]) == [0.5, 0.5]
