"""The guard ``classifier``: a second opinion on text that untrusted roles wrote.

The model is an ONNX file on disk (``requirements/classifier.txt``) or an HTTP service. It is asked where the injection guard is not
sure, or always, as the policy says; its answer is its own finding with its own score.
"""

from __future__ import annotations

from typing import Literal, Protocol

from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import NOTICE, Building, Inspected, Observation, action_on
from govern.enforcement.guards.body import GuardBody, Positive, Score
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.prompt_injection import UNTRUSTED, injection_detector
from govern.enforcement.prepared import PreparedText
from routing.saying import Saying


class Classifier(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="classifier"):
    """A second opinion on text that untrusted roles wrote: an ONNX model in a directory, or an HTTP service.

    Called when the injection guard's score lies in the grey zone (``when: grey``) or for every call (``when: always``).
    """

    on: tuple[Literal["input"], ...] = ("input",)
    action: Literal["flag", "block"] = "block"
    model: str | None = None
    url: str | None = None
    allow_private_address: bool = False
    """Whether ``url`` may be within one's own network, as a classifier of one's own usually is."""
    label: str = "malicious"
    when: Literal["grey", "always"] = "grey"
    grey_from: Score = 0.2
    grey_to: Score = 0.9
    block_at: Score = 0.9
    flag_at: Score = 0.5
    time_limit_ms: Positive = 250


class TextClassifier(Protocol):
    """Gives the probability in [0, 1] that a text has the label. Raises ``TimeoutError`` past ``time_limit_s``."""

    version: str

    def score(self, text: str, *, time_limit_s: float) -> float: ...


class ClassifierGuard:
    guard = "classifier"
    code = "prompt_injection"
    windowed = False

    def __init__(self, body: Classifier, classifier: TextClassifier, *, replaces: bool = False) -> None:
        self.action: str = body.action
        self._replaces = replaces
        self._body = body
        self._classifier = classifier
        self.version = classifier.version

    def applies_to(self, role: str) -> bool:
        return role in UNTRUSTED

    def inspect(self, text: PreparedText) -> Inspected:
        body = self._body
        nothing = Inspected([], len(text.text))
        if not text.text.strip():
            return nothing
        if body.when == "grey" and not body.grey_from <= text.injection(injection_detector()).score <= body.grey_to:
            return nothing
        score = self._classifier.score(text.text, time_limit_s=body.time_limit_ms / 1000)
        if score < body.flag_at:
            return Inspected([], len(text.text), score)
        blocks = score >= body.block_at
        action = action_on(text, body.action, replaces=self._replaces) if blocks else "flag"
        seen = Observation(body.label, 0, len(text.text), score, "high" if blocks else "medium", action)
        if action == "redact":
            seen = seen._replace(instead_of_block=True, notice=NOTICE)
        return Inspected([seen], len(text.text), score)


def classifier_guard(body: Classifier, building: Building) -> ClassifierGuard:
    if (body.model is None) == (body.url is None):
        raise PolicyInvalid(building.place, Saying("a classifier is a model or a url. Write one of the two."))
    classifier: TextClassifier
    if body.url is not None:
        from govern.enforcement.guards.http_classifier import HttpClassifier

        try:
            classifier = HttpClassifier(body.url, body.label)
        except ValueError:
            raise PolicyInvalid(
                f"{building.place}.url", Saying("is not a URL. Write one that begins with https://.")
            ) from None
    else:
        from govern.enforcement.guards.onnx_classifier import load_onnx_classifier

        try:
            classifier = load_onnx_classifier(body.model or "", body.label)
        except (ImportError, OSError, ValueError) as fault:
            raise PolicyInvalid(
                f"{building.place}.model",
                Saying(
                    "cannot be loaded: %(fault)s. Install requirements/classifier.txt and name the directory of the model.",
                    fault=str(fault),
                ),
            ) from None
    return ClassifierGuard(body, classifier, replaces=building.replaces)


GUARD = Guard(
    body=Classifier,
    build=classifier_guard,
    code="prompt_injection",
    label=gettext_noop("Classifier"),
    about=gettext_noop("A second opinion of a model or service about what untrusted text wants."),
    icon="psychology",
    judges_whole=True,
    asks_outside=True,
    place=10,
)
