"""The parameters of a function as one object, for providers that take no choice, intersection or reference at the very top."""

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
            for shape in shapes:
                written["properties"] = _either(fields(written.get("properties")), fields(shape.get("properties")))
            always = [
                name for name in _required_names(shapes[0]) if all(name in _required_names(shape) for shape in shapes)
            ]
            if always:
                written["required"] = list(dict.fromkeys([*_required_names(written), *always]))
    tell(written, notes)
    return written


def _required_names(schema: Schema) -> list[str]:
    """The names that `required` holds."""
    names = schema.get("required")
    return [name for name in names if type(name) is str] if type(names) is list else []


def _either(properties: Schema, others: Schema) -> Schema:
    """The properties of two alternatives; one that both have may be as either says."""
    merged = dict(properties)
    for name, value in others.items():
        merged[name] = value if name not in merged or merged[name] == value else {"anyOf": [merged[name], value]}
    return merged
