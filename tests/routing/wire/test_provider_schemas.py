"""JSON Schemas of callers, in what each provider knows of JSON Schema: nothing is lost in silence."""

import json

import msgspec
import pytest

from routing.wire.chat.schemas import meets_strict
from routing.wire.chat.write_schemas import kept_openai_parameters
from routing.wire.google.write_schemas import gemini_schema, takes_arguments
from routing.wire.messages.read_requests import decode_messages
from routing.wire.messages.write_schemas import closed_schema, input_schema

TREE = {
    "$ref": "#/$defs/Node",
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "next": {"$ref": "#/$defs/Node", "description": "the next"},
                "size": {"type": "integer", "minimum": 1},
            },
        }
    },
}
CITY = {"type": "object", "title": "City", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def nodes(value, *, named=False):
    """Every schema inside a schema; not the maps of properties and definitions."""
    if isinstance(value, dict):
        if not named:
            yield value
        for key, inner in value.items():
            yield from nodes(inner, named=not named and key in ("properties", "$defs"))
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def prop(schema, **root):
    return {"type": "object", "properties": {"a": schema}, **root}


def test_what_anthropic_refuses_is_told_in_the_description():
    written = closed_schema(
        prop({"type": "integer", "minimum": 1, "maximum": 10, "description": "A number"}, propertyOrdering=["a"])
    )
    assert written["properties"]["a"] == {"type": "integer", "description": "A number\n\n{minimum: 1, maximum: 10}"}
    assert written["additionalProperties"] is False
    assert "propertyOrdering" not in written


@pytest.mark.parametrize("least", [0, 1, 2])
def test_anthropic_knows_lists_of_none_or_one_at_least(least):
    written = closed_schema(prop({"type": "array", "items": {"type": "string"}, "minItems": least}))["properties"]["a"]
    assert written.get("minItems") == (least if least < 2 else None)
    assert ("minItems: 2" in written.get("description", "")) == (least == 2)


def test_properties_may_be_named_as_keywords_are():
    names = (
        "allOf",
        "anyOf",
        "$ref",
        "const",
        "enum",
        "type",
        "properties",
        "definitions",
        "default",
        "required",
        "items",
    )
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(names)}
    for written in (gemini_schema(schema), closed_schema(schema), input_schema(schema)):
        assert written["properties"] == schema["properties"]
        assert written["required"] == list(names)


def test_nothing_stands_beside_a_reference_to_gemini():
    schema = {
        "type": "object",
        "properties": {
            "home": {"$ref": "#/$defs/City", "description": "where they live", "title": "Home"},
            "work": {"allOf": [{"$ref": "#/$defs/City"}], "description": "where they work"},
            "plain": {"$ref": "#/$defs/City"},
            "tree": {"$ref": "#/$defs/Node", "description": "a tree"},
        },
        "$defs": {"City": CITY, **TREE["$defs"]},
    }
    written = gemini_schema(schema)
    for node in nodes(written):
        assert "$ref" not in node or len(node) == 1
    assert written["properties"]["home"] == {**CITY, "description": "where they live", "title": "Home"}
    assert written["properties"]["work"]["description"] == "where they work"
    assert written["properties"]["plain"] == {"$ref": "#/$defs/City"}
    assert "a tree" in json.dumps(written["properties"]["tree"])


def test_a_reference_at_the_top_is_what_it_means():
    written = gemini_schema(TREE)
    assert written["type"] == "object"
    assert set(written["properties"]) == {"next", "size"}
    assert "$ref" in json.dumps(written)


def test_an_intersection_is_what_fits_all():
    schema = {
        "allOf": [
            {
                "type": "object",
                "properties": {"a": {"type": "number", "minimum": 1}, "b": {"enum": ["x", "y"]}},
                "required": ["a"],
            },
            {"$ref": "#/$defs/More"},
        ],
        "$defs": {
            "More": {
                "properties": {"a": {"type": "integer", "minimum": 5}, "b": {"enum": ["y", "z"]}},
                "required": ["b"],
            }
        },
    }
    assert gemini_schema(schema) == {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 5}, "b": {"enum": ["y"]}},
        "required": ["a", "b"],
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "nullable": True},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}], "nullable": True},
        {"enum": ["a", None]},
        {"type": "string", "enum": ["a"], "nullable": True},
    ],
)
def test_null_stays_allowed(schema):
    for fitted in (gemini_schema, closed_schema):
        assert "null" in json.dumps(fitted(prop(schema))["properties"]["a"])


@pytest.mark.parametrize(
    ("parameters", "takes"),
    [
        (None, False),
        ({}, False),
        ({"type": "object"}, False),
        ({"type": "object", "properties": {}, "required": [], "additionalProperties": False}, False),
        (TREE, True),
        ({"type": "object", "additionalProperties": {"type": "string"}}, True),
        ({"anyOf": [prop({"type": "string"}), prop({"type": "integer"})]}, True),
        ({"allOf": [prop({"type": "string"})]}, True),
    ],
)
def test_whether_a_function_takes_arguments(parameters, takes):
    assert takes_arguments(parameters) is takes


def test_anthropic_takes_no_choice_at_the_top_of_a_tool():
    written = input_schema(
        {"anyOf": [prop({"type": "string"}, required=["a"]), prop({"type": "integer"}, required=["a"])]}
    )
    assert written["type"] == "object"
    assert not written.keys() & {"anyOf", "oneOf", "allOf"}
    assert written["properties"]["a"] == {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    assert written["required"] == ["a"]
    assert "anyOf" in written["description"]


@pytest.mark.parametrize(
    "schema",
    [
        {"definitions": []},
        {"properties": []},
        {"type": 3},
        {"anyOf": {}},
        {"allOf": [1, {"$ref": "#"}]},
        {"$ref": "#"},
        {"$ref": "#/$defs/gone"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {"required": "a", "enum": 3, "items": 3, "minimum": "x", "description": 3},
    ],
)
def test_a_schema_that_is_none_breaks_nothing(schema):
    for fitted in (gemini_schema, closed_schema, input_schema):
        assert isinstance(fitted(schema), dict)
    assert meets_strict(schema) is False


def test_a_schema_cannot_be_made_to_grow_without_end():
    def pair(name):
        sides = {side: {"$ref": f"#/$defs/{name}", "description": side} for side in "lr"}
        return {"type": "object", "properties": sides}

    schema = {
        "$ref": "#/$defs/d0",
        "$defs": {**{f"d{n}": pair(f"d{n + 1}") for n in range(60)}, "d60": {"type": "string"}},
    }
    assert len(json.dumps(gemini_schema(schema))) < 300_000


def test_a_property_of_many_alternatives_is_as_any_of_them_says():
    variants = [prop({"const": number}, required=["a", f"own {number}"]) for number in range(3_000)]
    written = input_schema({"anyOf": [*variants, *variants]})
    assert written["properties"]["a"] == {"anyOf": [{"const": number} for number in range(3_000)]}
    assert written["required"] == ["a"]
    assert json.loads(msgspec.json.encode(kept_openai_parameters({"anyOf": variants})))["required"] == ["a"]


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (["a", "b", 1, None], [None, 1, "b"], ["b", 1, None]),
        ([{"x": 1, "y": [2]}, {"x": 2}], [{"y": [2], "x": 1}], [{"x": 1, "y": [2]}]),
        ([1, "1"], [1.0], [1]),
    ],
)
def test_two_lists_of_values_allow_what_both_hold(first, second, both):
    assert input_schema({"type": "object", "allOf": [{"enum": first}, {"enum": second}]})["enum"] == both


def test_definitions_that_are_named_alike_stay_apart():
    definitions = {f"d{n}": {"x": {"type": "string", "title": f"of d{n}"}} for n in range(50)}
    schema = {"type": "object", "properties": {f"p{n}": {"$ref": f"#/$defs/d{n}/x"} for n in range(50)}}
    written = gemini_schema({**schema, "$defs": definitions})
    meant = [written["$defs"][each["$ref"].removeprefix("#/$defs/")] for each in written["properties"].values()]
    assert [each["title"] for each in meant] == [f"of d{n}" for n in range(50)]


def test_what_is_required_without_being_known_is_told():
    written = gemini_schema({**prop({"type": "string"}), "required": ["a", "gone", ["a"]]})
    assert written["required"] == ["a"]
    assert written["description"] == '{required: ["gone",["a"]]}'


STRICT = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (STRICT, True),
        ({**STRICT, "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}, False),
        ({**STRICT, "additionalProperties": True}, False),
        ({**STRICT, "properties": {"a": {"type": "object", "properties": {}}}}, False),
        ({**STRICT, "properties": {"a": {"allOf": [STRICT]}}}, False),
        ({**STRICT, "properties": {"a": {"type": "array"}}}, False),
        ({**STRICT, "properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": STRICT}}, True),
        ({"anyOf": [STRICT]}, False),
    ],
)
def test_strict_only_where_openai_takes_it(schema, strict):
    assert meets_strict(schema) is strict
    request = decode_messages(
        json.dumps(
            {
                "model": "m",
                "max_tokens": 5,
                "messages": [{"role": "user", "content": "Hello"}],
                "tools": [{"name": "t", "input_schema": schema, "strict": True}],
                "output_config": {"format": {"type": "json_schema", "schema": schema}},
            }
        ).encode()
    )
    assert request.tools[0].function.strict is (True if strict else None)
    assert request.response_format.json_schema.strict is strict
