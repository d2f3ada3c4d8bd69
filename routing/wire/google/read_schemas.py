"""Google's schemas, a dialect of OpenAPI's, as JSON Schema."""

from typing import Any

_TYPES = frozenset(("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"))
_COUNTS = {
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
}  # int64, which protobuf's JSON writes as strings


def json_schema(schema: Any) -> Any:
    """The schema with types in lower case, `nullable` as a type of its own, and counts as numbers. What is JSON Schema already stays."""
    if type(schema) is list:
        return [json_schema(inner) for inner in schema]
    if type(schema) is not dict:
        return schema
    written: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "type" and type(value) is str and value.upper() in _TYPES:
            written[key] = value.lower()
        elif key in ("properties", "$defs") and type(value) is dict:
            written[key] = {name: json_schema(inner) for name, inner in value.items()}
        elif key in ("items", "anyOf", "any_of", "prefixItems", "additionalProperties"):
            written["anyOf" if key == "any_of" else key] = json_schema(value)
        elif key in _COUNTS and type(value) is str and value.isdigit():
            written[key] = int(value)
        else:
            written[key] = value
    if written.pop("nullable", False) is True and type(written.get("type")) is str:
        written["type"] = [written["type"], "null"]
        if type(written.get("enum")) is list:
            written["enum"] = [*written["enum"], None]
    return written
