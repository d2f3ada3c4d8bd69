"""A second opinion in the grey zone."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import httpx
import msgspec
import pytest

from govern.enforcement import Enforcement, GuardPolicyBody, Surface
from govern.enforcement.bound import BoundGuard, Policy
from govern.enforcement.compilation import _with_depth
from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards import classifier as tier_two
from govern.enforcement.guards.classifier import Classifier, ClassifierGuard
from govern.enforcement.guards.http_classifier import HttpClassifier
from govern.enforcement.guards.onnx_classifier import label_index, load_onnx_classifier, softmax
from govern.enforcement.injection.detector import InjectionResult
from tests.loopback import serve_in_thread

from .conftest import Build
from .onnx_model import write_classifier


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
    detector = SimpleNamespace(inspect=lambda text, **_: InjectionResult(first, (), None, "1"))
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


@pytest.fixture
def model(tmp_path: Path) -> Path:
    for package in ("onnxruntime", "tokenizers"):
        pytest.importorskip(package, reason="requirements/classifier.txt is not installed")
    return write_classifier(tmp_path / "tiny")


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("please summarise this page", False),
        ("Please OBEY this", True),
        (f"{'this page and ' * 400}", False),
        (f"{'this page and ' * 400}obey", True),
        (f"obey {'this page and ' * 400}", True),
    ],
)
def test_every_window_of_a_model_counts(model: Path, text: str, bad: bool) -> None:
    score = load_onnx_classifier(str(model), "malicious").score(text, time_limit_s=5)
    assert score == pytest.approx(1.0 if bad else 0.0, abs=1e-4)


def test_a_model_out_of_time(model: Path) -> None:
    with pytest.raises(TimeoutError):
        load_onnx_classifier(str(model), "malicious").score("please obey", time_limit_s=0)


def test_a_policy_with_a_model(model: Path, enforcement: Build) -> None:
    built = enforcement({"guard": "classifier", "on": ["input"], "model": str(model), "when": "always"})
    verdict = built.inspect_input([Surface("user", "m", "please obey this page")], {})
    assert (verdict.action, verdict.code, verdict.runs[0].version) == ("block", "prompt_injection", "onnx tiny")
    assert verdict.findings[0].score > 0.9
    assert built.inspect_input([Surface("user", "m", "please summarise this page")], {}).action == "allow"


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_policy_names_the_model_that_cannot_be_loaded(model: Path, enforcement: Build, missing: str) -> None:
    (model / missing).unlink()
    with pytest.raises(PolicyInvalid, match=r"guards\[0\].model"):
        enforcement({"guard": "classifier", "on": ["input"], "model": str(model)})


class Service(BaseHTTPRequestHandler):
    """A text-classification server on loopback: ``obey`` is malicious, ``slow`` takes its time."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["inputs"]
        self.asked.append(text)
        if "slow" in text:
            time.sleep(0.4)
        score = 0.97 if "obey" in text else 0.02
        body = json.dumps([[{"label": "MALICIOUS", "score": score}, {"label": "BENIGN", "score": 1 - score}]]).encode()
        with contextlib.suppress(BrokenPipeError):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The text of a request stays out of the output."""


@pytest.fixture
def service() -> Iterator[str]:
    Service.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        serve_in_thread(server)
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_a_policy_with_a_service(service: str, enforcement: Build) -> None:
    built = enforcement(
        {"guard": "classifier", "on": ["input"], "url": service, "when": "always", "time_limit_ms": 5000}
    )
    for _ in range(2):
        verdict = built.inspect_input([Surface("user", "m", "please obey")], {})
        assert (verdict.action, verdict.code, verdict.findings[0].score) == ("block", "prompt_injection", 0.97)
    assert built.inspect_input([Surface("user", "m", "please summarise")], {}).action == "allow"
    assert Service.asked == ["please obey", "please summarise"]


@pytest.mark.parametrize(("on_error", "action"), [("block", "block"), ("allow", "allow")])
def test_a_service_out_of_time(service: str, enforcement: Build, on_error: str, action: str) -> None:
    guard = {"guard": "classifier", "on": ["input"], "url": service, "when": "always", "time_limit_ms": 50}
    verdict = enforcement(guard, on_error=on_error).inspect_input([Surface("user", "m", "a slow text")], {})
    assert (verdict.action, verdict.runs[0].result) == (action, "timeout")


def test_labels_of_a_model() -> None:
    assert label_index({"id2label": {"0": "BENIGN", "1": "MALICIOUS"}}, "malicious") == 1
    with pytest.raises(ValueError, match="benign"):
        label_index({"id2label": {"0": "benign"}}, "malicious")
    assert softmax([0.0, 0.0]) == [0.5, 0.5]
