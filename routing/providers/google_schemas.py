"""JSON Schemas for Gemini, which refuses a whole request for one unknown keyword.

`parametersJsonSchema` and `responseJsonSchema` take JSON Schema, but not all of it: the list is of Google's
documentation of structured output. References stay, since `$ref` and `$defs` are in it; what is not is rewritten or
left out.
"""

from typing import Any

_KEYWORDS = frozenset(
    (
        *("$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems"),
        *("minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties", "additionalProperties"),
        *("required", "propertyOrdering"),
    )
)
_MAPS = frozenset(("properties", "$defs"))


def gemini_schema(schema: Any) -> Any:
    """The schema with only what Gemini knows. `const` becomes an `enum` of one, `definitions` `$defs`, `allOf` is
    merged.
    """
    if isinstance(schema, bool):
        return {} if schema else {"enum": []}
    if not isinstance(schema, dict):
        return schema
    source = _merged(schema)
    written: dict[str, Any] = {}
    for key, value in source.items():
        if key == "const":
            written["enum"] = [value]
        elif key == "definitions":
            written.setdefault("$defs", {name: gemini_schema(inner) for name, inner in value.items()})
        elif key not in _KEYWORDS:
            continue
        elif key == "$ref" and isinstance(value, str):
            written[key] = value.replace("#/definitions/", "#/$defs/")
        elif key in _MAPS and isinstance(value, dict):
            written[key] = {name: gemini_schema(inner) for name, inner in value.items()}
        elif key in ("anyOf", "oneOf", "prefixItems") and isinstance(value, list):
            written["anyOf" if key == "oneOf" else key] = [gemini_schema(inner) for inner in value]
        elif key in ("items", "additionalProperties"):
            written[key] = value if isinstance(value, bool) else gemini_schema(value)
        else:
            written[key] = value
    return written


def _merged(schema: dict[str, Any]) -> dict[str, Any]:
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return schema
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for part in parts:
        if not isinstance(part, dict):
            continue
        for key, value in _merged(part).items():
            if key == "properties" and isinstance(value, dict):
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required" and isinstance(value, list):
                merged[key] = list(dict.fromkeys([*merged.get(key, []), *value]))
            else:
                merged.setdefault(key, value)
    return merged
