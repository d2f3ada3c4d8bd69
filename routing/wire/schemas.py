"""JSON Schemas for providers that know only a part of JSON Schema.

What a provider would refuse is rewritten (`allOf`, `$ref` with siblings, `const`, `nullable`, exclusive bounds) or told to the model in the
description, as Anthropic's own SDK does it. Nothing is lost in silence.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from routing.wire.schema_intersections import Schema, tell, types_of
from routing.wire.schema_references import SILENT, References
from routing.wire.values import fields

_UNTOLD = frozenset(("title", "description", "properties", "anyOf", "oneOf", "allOf", "propertyOrdering"))
"""What is not told in words where it cannot be said: of the wrong type, or said by the order of properties."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")


class SchemaRules(NamedTuple):
    """What one provider knows of JSON Schema."""

    keywords: frozenset[str]
    formats: frozenset[str] | None = None
    """Formats of texts that are known; None: any may be said."""
    lists: Callable[[Any], bool] = lambda value: True
    """Whether an `enum` may list such a value."""
    least_items: frozenset[int] | None = None
    """The values that `minItems` may have; None: any."""
    closed: bool = False
    """Whether every object must say `additionalProperties: false`."""
    known_required: bool = False
    """Whether `required` may only name what stands in `properties`, and a list must say what its items are."""


def fitted_schema(schema: Schema, rules: SchemaRules) -> Schema:
    """The schema in the words that these rules allow, with the definitions that it uses under `$defs`."""
    return _Fitting(schema, rules).fit()


class _Fitting(References):
    """One schema on its way to one provider."""

    def __init__(self, root: Schema, rules: SchemaRules) -> None:
        super().__init__(root)
        self._rules = rules
        self._names: dict[str, str] = {}
        """Reference → the name of its definition."""
        self._taken: set[str] = set()
        self._pending: list[str] = []

    def fit(self) -> Schema:
        notes: Schema = {}
        written = self._written(self.top(notes), notes)
        self._open.clear()
        definitions: Schema = {}
        while self._pending:
            reference = self._pending.pop()
            definitions[self._names[reference]] = self._node(self._target(reference))
        if definitions:
            written["$defs"] = dict(sorted(definitions.items()))
        return written

    def _node(self, schema: Any) -> Schema:
        if type(schema) is not dict:
            return {} if schema is not False else {"description": "Must be left out."}
        depth = len(self._open)
        source, notes = self._resolved(schema)
        if self._open:
            self._room -= 1
        try:
            return self._written(source, notes)
        finally:
            del self._open[depth:]

    def _reference(self, reference: str) -> Schema:
        if reference not in self._names:
            name = reference.rsplit("/", 1)[-1]
            if not _PLAIN_NAME.match(name) or name in self._taken:
                name = f"definition_{len(self._names) + 1}"
            while name in self._taken:
                name = f"{name}_"
            self._taken.add(name)
            self._names[reference] = name
            self._pending.append(reference)
        return {"$ref": f"#/$defs/{self._names[reference]}"}

    def _written(self, source: Schema, notes: Schema) -> Schema:
        if isinstance(reference := source.get("$ref"), str):
            return self._reference(reference)
        rules, written = self._rules, Schema()
        source = _with_null(source)
        properties = source.get("properties")
        for key, value in source.items():
            if key in SILENT:
                continue
            if key == "const":
                self._literals(written, [value], notes)
            elif key == "enum" and type(value) is list:
                self._literals(written, value, notes)
            elif key == "properties" and type(value) is dict:
                ordered = _ordered(value, source.get("propertyOrdering"))
                written[key] = {name: self._node(inner) for name, inner in ordered.items() if inner is not False}
            elif key in ("anyOf", "oneOf") and type(value) is list:
                if "anyOf" in written:
                    notes[key] = value
                elif value:
                    written["anyOf"] = [self._node(inner) for inner in value]
            elif key in ("items", "prefixItems") and type(value) is list:
                if "prefixItems" in rules.keywords:
                    written["prefixItems"] = [self._node(inner) for inner in value]
                else:
                    notes["prefixItems"] = value
            elif key == "items":
                written[key] = self._node(value)
            elif key == "additionalProperties":
                self._additional(written, value, notes)
            elif key == "required" and type(value) is list:
                self._required(written, value, fields(properties), notes)
            elif key in ("exclusiveMinimum", "exclusiveMaximum"):
                self._exclusive(written, source, key, notes)
            elif self._is_unknown(key, value):
                notes[key] = value
            elif key in rules.keywords and _is_well_formed(key, value):
                written[key] = value
            elif key not in _UNTOLD:
                notes[key] = value
        _type_variants(written)
        kinds = types_of(written)
        if rules.closed and ("object" in kinds or "properties" in written):
            written.setdefault("properties", {})
            written["additionalProperties"] = False
        if rules.known_required and "array" in kinds and "items" not in written and "prefixItems" not in written:
            written["items"] = {}
        tell(written, notes)
        return written

    def _is_unknown(self, key: str, value: Any) -> bool:
        """Whether a keyword is known and this value of it is not."""
        if key == "format":
            return self._rules.formats is not None and value not in self._rules.formats
        return key == "minItems" and self._rules.least_items is not None and value not in self._rules.least_items

    def _additional(self, written: Schema, value: Any, notes: Schema) -> None:
        if self._rules.closed:
            if value not in (False, True):
                notes["additionalProperties"] = value
        else:
            written["additionalProperties"] = value if type(value) is bool else self._node(value)

    def _required(self, written: Schema, value: list[Any], properties: Schema, notes: Schema) -> None:
        if not self._rules.known_required:
            written["required"] = value
            return
        known = [name for name in value if type(name) is str and properties.get(name, False) is not False]
        if known:
            written["required"] = known
        told = set(known)
        if unknown := [name for name in value if type(name) is not str or name not in told]:
            notes["required"] = unknown

    def _exclusive(self, written: Schema, source: Schema, key: str, notes: Schema) -> None:
        plain, step = ("minimum", 1) if key == "exclusiveMinimum" else ("maximum", -1)
        value = source[key]
        if (
            plain in self._rules.keywords
            and type(value) is int
            and types_of(source) <= {"integer", "null"}
            and "type" in source
        ):
            bound: float = value + step
            other = source.get(plain)
            if isinstance(other, int | float):
                bound = max(bound, other) if step > 0 else min(bound, other)
            written[plain] = bound
        else:
            notes[key] = value

    def _literals(self, written: Schema, values: list[Any], notes: Schema) -> None:
        taken = [value for value in values if self._rules.lists(value)]
        left = [value for value in values if not self._rules.lists(value)]
        if taken and left == [None] and "anyOf" not in written:
            written["anyOf"] = [{"enum": taken}, {"type": "null"}]
        elif taken and all(value is None or value == "" for value in left):
            written["enum"] = taken
            if left:
                notes["enum"] = values
        else:
            notes["enum" if len(values) != 1 else "const"] = values if len(values) != 1 else values[0]


def _with_null(source: Schema) -> Schema:
    """OpenAPI's `nullable` as a type of its own."""
    kind = source.get("type")
    if source.get("nullable") is not True:
        return source
    if isinstance(kind, str) and kind != "null":
        changed = {**source, "type": [kind, "null"]}
        if type(source.get("enum")) is list and None not in source["enum"]:
            changed["enum"] = [*source["enum"], None]
        return changed
    variants = source.get("anyOf")
    if type(variants) is list and {"type": "null"} not in variants:
        return {**source, "anyOf": [*variants, {"type": "null"}]}
    return source


def _ordered(properties: Schema, order: Any) -> Schema:
    """Google's `propertyOrdering`, as the order in which properties stand."""
    if type(order) is not list:
        return properties
    first: Schema = {name: properties[name] for name in order if type(name) is str and name in properties}
    return {**first, **properties}


def _type_variants(written: Schema) -> None:
    """The type beside values and null, on the values, where it stands alone."""
    variants = written.get("anyOf")
    if "type" in written and type(variants) is list and len(variants) == 2 and variants[0].keys() == {"enum"}:
        kinds = sorted(types_of(written) - {"null"})
        if variants[1] == {"type": "null"} and len(kinds) == 1:
            written["anyOf"] = [{"type": kinds[0], **variants[0]}, variants[1]]
            del written["type"]


def _is_well_formed(key: str, value: Any) -> bool:
    if key in ("title", "description", "format", "pattern"):
        return type(value) is str
    if key in ("properties", "anyOf", "required"):
        return False  # of their own types they were read before
    if key == "type":
        return type(value) is str or (type(value) is list and all(type(kind) is str for kind in value))
    return type(value) in (int, float) if key.startswith(("min", "max", "multiple")) else True
