"""JSON Schemas for Gemini, which refuses a whole request for one unknown keyword.

`parametersJsonSchema` and `responseJsonSchema` take JSON Schema, but not all of it: the list is of Google's documentation of
`responseJsonSchema`, which also says that nothing may stand beside a `$ref`.
"""

from typing import Any

from routing.wire.kept_schemas import KeptSchemas
from routing.wire.schemas import SchemaRules, fitted_schema

_RULES = SchemaRules(
    keywords=frozenset(
        (
            *("type", "format", "title", "description", "items", "prefixItems", "minItems", "maxItems"),
            *("minimum", "maximum", "anyOf", "properties", "additionalProperties", "required", "propertyOrdering"),
        )
    ),
    lists=lambda value: type(value) in (str, int, float) and value != "",
    known_required=True,
)
_SAYS_NOTHING = frozenset(("$schema", "$id", "$comment", "type", "title", "description", "additionalProperties"))


def gemini_schema(schema: Any) -> Any:
    """The schema in the words that Gemini knows."""
    return fitted_schema(schema, _RULES) if type(schema) is dict else {}


kept_gemini_schema = KeptSchemas(gemini_schema)


def takes_arguments(parameters: dict[str, Any] | None) -> bool:
    """Whether a function's parameters say more than that there are none. Gemini refuses an object without properties."""
    if not parameters:
        return False
    if isinstance(parameters.get("additionalProperties"), dict):
        return True
    return any(value for key, value in parameters.items() if key not in _SAYS_NOTHING)
