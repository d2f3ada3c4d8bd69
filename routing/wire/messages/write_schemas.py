"""JSON Schemas for Anthropic's structured output and strict tools.

What is known is of its documentation ("Structured outputs: JSON Schema limitations"); the rest goes where its own SDK puts it, into the
description.
"""

from typing import Any

from routing.wire.kept_schemas import KeptSchemas
from routing.wire.schema_roots import rooted
from routing.wire.schemas import SchemaRules, fitted_schema

_RULES = SchemaRules(
    keywords=frozenset(
        ("type", "format", "title", "description", "items", "minItems", "anyOf", "properties", "required")
    ),
    formats=frozenset(
        ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"),
    ),
    lists=lambda value: value is None or type(value) in (str, int, float, bool),
    least_items=frozenset((0, 1)),
    closed=True,
)


def closed_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as structured output and strict tools want it: every object closed."""
    return fitted_schema(schema, _RULES)


kept_closed_schema = KeptSchemas(closed_schema)


def input_schema(parameters: dict[str, Any] | None) -> dict[str, Any]:
    """A tool's parameters, where nothing is strict: an object at the top, and JSON Schema below."""
    written = {"type": "object", "properties": {}, **rooted(parameters or {})}
    return written if written["type"] == "object" else {**written, "type": "object"}
