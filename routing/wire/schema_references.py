"""What the references and intersections of a JSON Schema mean: the same schema without them, as far as it can be written out."""

from typing import Any

from routing.wire.schema_intersections import Schema, both
from routing.wire.values import fields, objects

SILENT = frozenset(
    ("$schema", "$comment", "$id", "$anchor", "$defs", "definitions", "$vocabulary", "strict", "nullable")
)
"""What says nothing about a value, or is read elsewhere."""
ANNOTATIONS = frozenset(("description", "title", "default", "examples", "deprecated", "readOnly", "writeOnly"))
_MOST_INLINED = 2_000
"""Nodes that may be written out in place of references, in one schema."""
_DEEPEST_REFERENCES = 20


class References:
    """One schema whose references are followed."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._open: list[str] = []
        """References that are being written out in place."""
        self._room = _MOST_INLINED

    def top(self, notes: Schema) -> Schema:
        """The very top without references and intersections: what is meant, not where it stands."""
        return self._shape(self._root, notes)

    def shape(self, schema: Schema, notes: Schema) -> Schema:
        """The same of one of several schemas."""
        self._open.clear()
        return self._shape(schema, notes)

    def _shape(self, schema: Schema, notes: Schema) -> Schema:
        source, more = self._resolved(schema)
        notes.update(more)
        while isinstance(reference := source.get("$ref"), str) and self._may_open(reference):
            self._open.append(reference)
            source, more = self._resolved(fields(self._target(reference)))
            notes.update(more)
        return source

    def _resolved(self, schema: Schema) -> tuple[Schema, Schema]:
        """The schema with `allOf` merged, and a reference only where it stands alone; and what can only be told."""
        notes: Schema = {}
        source = self._merged(schema, notes)
        while isinstance(reference := source.get("$ref"), str):
            beside = {key: value for key, value in source.items() if key not in SILENT and key != "$ref"}
            target = self._target(reference)
            if target is None:
                notes["$ref"] = reference
                return beside, notes
            if not beside:
                return {"$ref": reference}, notes
            if not self._may_open(reference):
                told = {key: value for key, value in beside.items() if key not in ANNOTATIONS}
                notes.update(told)
                kept = {key: value for key, value in beside.items() if key in ANNOTATIONS}
                return {"anyOf": [{"$ref": reference}], **kept}, notes
            self._open.append(reference)
            source = both(self._merged(fields(target), notes), beside, notes)
        return source, notes

    def _merged(self, schema: Schema, notes: Schema) -> Schema:
        parts = schema.get("allOf")
        if type(parts) is not list:
            return schema
        merged: Schema = {}
        for part in objects(parts):
            inner = self._merged(part, notes)
            reference = inner.get("$ref")
            if isinstance(reference, str) and (
                len(parts) > 1 or merged or len(inner) > 1 or schema.keys() - {"allOf"} - ANNOTATIONS
            ):
                target = self._target(reference)
                if target is not None and self._may_open(reference):
                    self._open.append(reference)
                    rest = {key: value for key, value in inner.items() if key != "$ref"}
                    inner = both(self._merged(fields(target), notes), rest, notes)
            merged = both(merged, inner, notes)
        return both(merged, {key: value for key, value in schema.items() if key != "allOf"}, notes)

    def _may_open(self, reference: str) -> bool:
        return reference not in self._open and len(self._open) < _DEEPEST_REFERENCES and self._room > 0

    def _target(self, reference: str) -> Any:
        """What a reference inside the schema names; None for any other."""
        if not reference.startswith("#"):
            return None
        place: Any = self._root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if type(place) is list and name.isascii() and name.isdigit() and int(name) < len(place):
                place = place[int(name)]
            elif type(place) is dict and name in place:
                place = place[name]
            else:
                return None
        if reference != "#" and not reference.startswith("#/"):
            return None  # an anchor
        return place if type(place) is dict or type(place) is bool else None
