"""Parameters of functions as OpenAI and who imitates it take them, for callers of formats that are less strict about them."""

from typing import Any

from routing.wire.kept_schemas import KeptSchemas
from routing.wire.schema_intersections import types_of
from routing.wire.schema_roots import rooted
from routing.wire.values import fields

_SCHEMAS_BY_NAME = frozenset(("properties", "patternProperties", "$defs", "definitions"))
_SCHEMAS = frozenset(("items", "additionalProperties", "not", "contains", "propertyNames"))
_LISTS_OF_SCHEMAS = frozenset(("anyOf", "oneOf", "allOf", "prefixItems"))


def openai_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    """An object at the top that says its properties, and lists that say their items: OpenAI refuses a function otherwise."""
    written = {"type": "object", "properties": {}, **_with_items(rooted(parameters))}
    return written if written["type"] == "object" else {**written, "type": "object"}


kept_openai_parameters = KeptSchemas(openai_parameters)


def _with_items(schema: Any) -> Any:
    if type(schema) is not dict:
        return schema
    written: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _SCHEMAS_BY_NAME:
            written[key] = {name: _with_items(inner) for name, inner in fields(value).items()}
        elif key in _SCHEMAS:
            written[key] = _with_items(value)
        elif key in _LISTS_OF_SCHEMAS and type(value) is list:
            written[key] = [_with_items(inner) for inner in value]
        else:
            written[key] = value
    if "array" in types_of(written) and "items" not in written and "prefixItems" not in written:
        written["items"] = {}
    return written
