"""The guard ``classifier``: a second opinion on text that untrusted roles wrote.

The model is an ONNX file on disk (``requirements/classifier.txt``) or an HTTP service. It is asked where the injection guard is not
sure, or always, as the policy says; its answer is its own finding with its own score.
"""

from __future__ import annotations

from typing import Protocol

from govern.enforcement import bodies
from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import NOTICE, Building, Observation, Sighting, action_on
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.prompt_injection import UNTRUSTED, injection_detector
from govern.enforcement.prepared import PreparedText


class Classifier(Protocol):
    """Gives the probability in [0, 1] that a text has the label. Raises ``TimeoutError`` past ``time_limit_s``."""

    version: str

    def score(self, text: str, *, time_limit_s: float) -> float: ...


class ClassifierGuard:
    guard = "classifier"
    code = "prompt_injection"
    windowed = False

    def __init__(self, body: bodies.Classifier, classifier: Classifier, *, replaces: bool = False) -> None:
        self.action: str = body.action
        self._replaces = replaces
        self._body = body
        self._classifier = classifier
        self.version = classifier.version

    def applies_to(self, role: str) -> bool:
        return role in UNTRUSTED

    def inspect(self, text: PreparedText) -> Sighting:
        body = self._body
        nothing = Sighting([], len(text.text))
        if not text.text.strip():
            return nothing
        if body.when == "grey" and not body.grey_from <= text.injection(injection_detector()).score <= body.grey_to:
            return nothing
        score = self._classifier.score(text.text, time_limit_s=body.time_limit_ms / 1000)
        if score < body.flag_at:
            return nothing._replace(score=score)
        blocks = score >= body.block_at
        action = action_on(text, body.action, replaces=self._replaces) if blocks else "flag"
        seen = Observation(body.label, 0, len(text.text), score, "high" if blocks else "medium", action)
        if action == "redact":
            seen = seen._replace(instead_of_block=True, notice=NOTICE)
        return Sighting([seen], len(text.text), score)


def classifier_guard(body: bodies.Classifier, building: Building) -> ClassifierGuard:
    if (body.model is None) == (body.url is None):
        raise PolicyInvalid(building.place, "a classifier is a model or a url.", "Write one of the two.")
    classifier: Classifier
    if body.url is not None:
        from govern.enforcement.guards.http_classifier import HttpClassifier

        try:
            classifier = HttpClassifier(body.url, body.label)
        except ValueError:
            raise PolicyInvalid(
                f"{building.place}.url", "is not a URL.", "Write one that begins with https://."
            ) from None
    else:
        from govern.enforcement.guards.onnx_classifier import load_onnx_classifier

        try:
            classifier = load_onnx_classifier(body.model or "", body.label)
        except (ImportError, OSError, ValueError) as fault:
            raise PolicyInvalid(
                f"{building.place}.model",
                f"cannot be loaded: {fault}.",
                "Install requirements/classifier.txt and name the directory of the model.",
            ) from None
    return ClassifierGuard(body, classifier, replaces=building.replaces)


GUARD = Guard(
    body=bodies.Classifier,
    build=classifier_guard,
    code="prompt_injection",
    label=gettext_noop("Classifier"),
    about=gettext_noop("A second opinion of a model or service about what untrusted text wants."),
    icon="psychology",
    judges_whole=True,
    asks_outside=True,
)
