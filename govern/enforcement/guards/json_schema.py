"""The guard ``json_schema``: the answer is JSON of the agreed form."""

from __future__ import annotations

from typing import Any, Literal

import jsonschema_rs
import msgspec

from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import Building, Inspected, Observation
from govern.enforcement.guards.body import GuardBody
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.output_check import OutputCheck
from govern.enforcement.prepared import PreparedText
from routing.saying import Saying


class JsonSchema(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="json_schema"):
    """The answer is JSON that satisfies ``schema``. ``retry`` asks the model once more with the fault named, then blocks."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "retry", "block"] = "retry"
    schema: dict[str, Any]
    allow_fence: bool = False


_OPENERS = {
    "object": "{",
    "array": "[",
    "string": '"',
    "number": "-0123456789",
    "integer": "-0123456789",
    "boolean": "tf",
    "null": "n",
}
_FENCE = "```"


class JsonSchemaGuard(OutputCheck):
    guard = "json_schema"

    def __init__(self, body: JsonSchema, building: Building) -> None:
        super().__init__(body.action)
        try:
            # Patterns in an engine that is linear; nothing is fetched, neither when a policy is proposed nor later.
            self._validator = jsonschema_rs.validator_for(
                body.schema, pattern_options=jsonschema_rs.RegexOptions(), offline=True
            )
        except (ValueError, jsonschema_rs.ValidationError) as fault:
            raise PolicyInvalid(
                f"{building.place}.schema",
                Saying(
                    "is not a JSON Schema that can be used: %(fault)s. Write what it refers to under $defs; "
                    "look-around and back-references cannot be used in patterns.",
                    fault=_short(str(fault).partition(chr(10))[0]),
                ),
            ) from None
        self._allow_fence = body.allow_fence
        self._openers = _openers(body.schema.get("type")) + ("`" if body.allow_fence else "")

    def inspect(self, text: PreparedText) -> Inspected:
        fault = self._fault(text.text)
        return Inspected([] if fault is None else [self._invalid(len(text.text), fault)], len(text.text))

    def doomed(self, beginning: str, size: int) -> Observation | None:
        first = beginning.lstrip(" \t\r\n")[:1]
        return self._invalid(size, "the answer is not JSON") if first and first not in self._openers else None

    def _invalid(self, size: int, fault: str) -> Observation:
        return self.invalid("json_schema", size, f"Answer with JSON only, valid against the schema: {fault}")

    def _fault(self, text: str) -> str | None:
        try:
            value = msgspec.json.decode(_unfenced(text) if self._allow_fence else text)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return "the answer is not JSON"
        for error in self._validator.iter_errors(value):
            place = "/".join(str(step) for step in error.instance_path) or "the top level"
            return f"at {_short(place)} the keyword {error.schema_path[-1] if error.schema_path else 'schema'!s} is not satisfied"
        return None


def _unfenced(text: str) -> str:
    """What stands between a fence (with the name of a language behind it or none) and another; the text itself where they are missing."""
    body = text.strip()
    if not body.startswith(_FENCE) or not body.endswith(_FENCE) or len(body) < 2 * len(_FENCE):
        return text
    language, line_end, rest = body[len(_FENCE) : -len(_FENCE)].partition("\n")
    return rest if line_end and (not language.strip() or language.strip().isalpha()) else text


def _openers(kinds: Any) -> str:
    """The characters that a value of these kinds of JSON can begin with."""
    named = [kinds] if isinstance(kinds, str) else kinds or list(_OPENERS)
    return "".join(_OPENERS.get(kind, "") for kind in named)


def json_schema_guard(body: JsonSchema, building: Building) -> JsonSchemaGuard:
    return JsonSchemaGuard(body, building)


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."


GUARD = Guard(
    body=JsonSchema,
    build=json_schema_guard,
    code="output_invalid",
    label=gettext_noop("JSON schema"),
    about=gettext_noop("Answers must be JSON that fits a schema."),
    icon="data_object",
    judges_whole=True,
    place=6,
)
