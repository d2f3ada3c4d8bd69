"""Which JSON Schemas OpenAI takes as `strict`, for callers whose own format has no such rules."""

from typing import Any

from routing.wire.values import fields

_MOST_PROPERTIES = 5_000
_KEYWORDS = frozenset(
    (
        *(
            "type",
            "title",
            "description",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "anyOf",
            "enum",
            "const",
        ),
        *("$ref", "$defs", "definitions", "$schema", "pattern", "format", "multipleOf", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"),
    )
)
_FORMATS = frozenset(("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"))


def meets_strict(schema: Any) -> bool:
    """Whether the schema is one that OpenAI takes with `strict: true`: an object at the top, every object closed with all of its
    properties required, and no keyword beyond those of its documentation ("Structured Outputs: supported schemas").
    """
    if fields(schema).get("type") != "object" or "anyOf" in schema:
        return False
    pending, count = [schema], 0
    while pending:
        node = pending.pop()
        if type(node) is not dict or node.keys() - _KEYWORDS or node.get("format") not in (None, *_FORMATS):
            return False
        if "$ref" in node and node.keys() - {"$ref", "$defs", "definitions"}:
            return False
        if not node.keys() & {"type", "$ref", "anyOf", "enum", "const"}:
            return False
        kinds = node.get("type")
        if kinds == "object" or (type(kinds) is list and "object" in kinds) or "properties" in node:
            properties, required = fields(node.get("properties")), node.get("required", [])
            if node.get("additionalProperties") is not False or type(required) is not list:
                return False
            if len(required) != len(properties) or not all(
                type(name) is str and name in properties for name in required
            ):
                return False
            count += len(properties)
            if count > _MOST_PROPERTIES:
                return False
        if (kinds == "array" or (type(kinds) is list and "array" in kinds)) and type(node.get("items")) is not dict:
            return False
        for key in ("properties", "$defs", "definitions"):
            pending += fields(node.get(key)).values()
        pending += node.get("anyOf") or ()
        if "items" in node:
            pending.append(node["items"])
    return True
