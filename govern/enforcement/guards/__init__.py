"""Every guard by the body that asks for it. A new guard is one file, its body in ``enforcement.bodies`` and one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from govern.enforcement import bodies
from govern.enforcement.guards.base import Building, CallGuard, TextGuard
from govern.enforcement.guards.classifier import classifier_guard
from govern.enforcement.guards.json_schema import json_schema_guard
from govern.enforcement.guards.leak import leak_guard
from govern.enforcement.guards.length import length_guard
from govern.enforcement.guards.prompt_injection import prompt_injection_guard
from govern.enforcement.guards.regex import regex_guard
from govern.enforcement.guards.rule import rule_guard
from govern.enforcement.guards.topics import topics_guard
from govern.enforcement.guards.values import pii_guard, secrets_guard

TEXT_GUARDS: dict[type[bodies.GuardBody], Callable[[Any, Building], TextGuard]] = {
    bodies.PromptInjection: prompt_injection_guard,
    bodies.Pii: pii_guard,
    bodies.Secrets: secrets_guard,
    bodies.Topics: topics_guard,
    bodies.Leak: leak_guard,
    bodies.JsonSchema: json_schema_guard,
    bodies.Regex: regex_guard,
    bodies.Length: length_guard,
    bodies.Classifier: classifier_guard,
}

CALL_GUARDS: dict[type[bodies.GuardBody], Callable[[Any, Building], CallGuard]] = {
    bodies.Rule: rule_guard,
}
