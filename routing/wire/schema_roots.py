"""The parameters of a function as one object, for providers that take no choice, intersection or reference at the very top."""

from typing import Any

import msgspec

from routing.wire.schema_intersections import Schema, tell
from routing.wire.schema_references import References
from routing.wire.values import fields, objects


def rooted(schema: Schema) -> Schema:
    """A function's parameters as one object, for providers that take no choice, intersection or reference at the very top.

    What stands below stays as it is. A choice becomes one object with the properties of all, and is told in the description.
    """
    if schema.keys().isdisjoint(("allOf", "anyOf", "oneOf", "$ref")):
        return schema
    references, notes = References(schema), Schema()
    source = references.top(notes)
    kept: Schema = {key: schema[key] for key in ("$defs", "definitions", "$schema") if key in schema}
    plain: Schema = {key: value for key, value in source.items() if key not in ("anyOf", "oneOf")}
    written: Schema = {**plain, **kept, "type": "object"}
    for key in ("anyOf", "oneOf"):
        if variants := objects(source.get(key)):
            notes[key] = variants
            shapes = [references.shape(variant, notes) for variant in variants]
            written["properties"] = _either([fields(each.get("properties")) for each in (written, *shapes)])
            always = _required_names(shapes[0])
            for shape in shapes[1:]:
                names = set(_required_names(shape))
                always = [name for name in always if name in names]
            if always:
                written["required"] = list(dict.fromkeys([*_required_names(written), *always]))
    tell(written, notes)
    return written


def _required_names(schema: Schema) -> list[str]:
    """The names that `required` holds."""
    names = schema.get("required")
    return [name for name in names if type(name) is str] if type(names) is list else []


def _either(alternatives: list[Schema]) -> Schema:
    """The properties of all; one that several have may be as any of them says."""
    said: dict[str, dict[bytes, Any]] = {}
    for properties in alternatives:
        for name, value in properties.items():
            said.setdefault(name, {}).setdefault(msgspec.json.encode(value), value)
    each = {name: list(values.values()) for name, values in said.items()}
    return {name: values[0] if len(values) == 1 else {"anyOf": values} for name, values in each.items()}
