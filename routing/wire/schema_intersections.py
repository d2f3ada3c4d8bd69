"""What two JSON Schemas ask for together, as one schema without `allOf`."""

from typing import Any

import msgspec

Schema = dict[str, Any]

_LARGER = frozenset(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"))
_SMALLER = frozenset(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"))
_MOST_VARIANTS = 16


def types_of(schema: Schema) -> set[str]:
    """The types that a schema names."""
    kind = schema.get("type")
    if type(kind) is str:
        return {kind}
    return {name for name in kind if type(name) is str} if type(kind) is list else set()


def both(first: Schema, second: Schema, notes: Schema) -> Schema:
    """A schema for what fits both; what cannot be said in one is put into `notes` by its keyword."""
    if not first or not second:
        return dict(first or second)
    merged = dict(first)
    for key, value in second.items():
        merged[key] = _one(key, merged[key], value, notes) if key in merged and merged[key] != value else value
    if "const" in merged and type(merged.get("enum")) is list and merged["const"] in merged["enum"]:
        del merged["enum"]
    return merged


def tell(written: Schema, notes: Schema) -> None:
    """Adds to the description what the provider cannot be told otherwise."""
    if not notes:
        return
    said = ", ".join(f"{key}: {msgspec.json.encode(value).decode()}" for key, value in notes.items())
    description = written.get("description")
    written["description"] = f"{description}\n\n{{{said}}}" if description else f"{{{said}}}"


def _one(key: str, first: Any, second: Any, notes: Schema) -> Any:
    kinds = (type(first), type(second))
    if kinds == (dict, dict) and key in ("properties", "patternProperties", "$defs", "definitions"):
        shared = {name: _inner(first[name], second[name]) for name in first if name in second}
        return {**first, **second, **shared}
    if key == "required" and kinds == (list, list):
        return list(dict.fromkeys(name for name in (*first, *second) if type(name) is str))
    if key == "type" and (common := _common_types(first, second)):
        return common
    if key == "enum" and kinds == (list, list) and (values := _shared(first, second)):
        return values
    if kinds[0] in (int, float) and kinds[1] in (int, float):
        if key in _LARGER:
            return max(first, second)
        if key in _SMALLER:
            return min(first, second)
    if key in ("additionalProperties", "items", "contains", "propertyNames"):
        return _inner(first, second)
    if key in ("anyOf", "oneOf") and kinds == (list, list) and len(first) * len(second) <= _MOST_VARIANTS:
        return [_inner(one, other) for one in first for other in second]
    if key == "description" and kinds == (str, str):
        return f"{second}\n\n{first}" if first not in second else second
    if key == "uniqueItems":
        return True
    if key in ("title", "default", "nullable"):
        return second if key != "nullable" else first is True and second is True
    notes[key] = first
    return second


def _shared(first: list[Any], second: list[Any]) -> list[Any]:
    known = set(map(_as_key, second))
    return [value for value in first if _as_key(value) in known]


def _as_key(value: Any) -> Any:
    """Equal for values that are."""
    return msgspec.json.encode(value, order="sorted") if type(value) in (list, dict) else value


def _inner(first: Any, second: Any) -> Any:
    if first is False or second is False:
        return False
    if first is True or second is True:
        return second if first is True else first
    return first if first == second else {"allOf": [first, second]}


def _common_types(first: Any, second: Any) -> str | list[str] | None:
    ones, others = types_of({"type": first}), types_of({"type": second})
    common = [kind for kind in sorted(ones | others) if _is_among(kind, ones) and _is_among(kind, others)]
    return common[0] if len(common) == 1 else common or None


def _is_among(kind: str, kinds: set[str]) -> bool:
    return kind in kinds or (kind == "integer" and "number" in kinds)
