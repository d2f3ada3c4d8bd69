"""JSON keeps its bytes wherever it does not change."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.calls.once import differs_in_blanks_alone, keys_stand_once, keys_written
from routing.calls.requests import decode_chat, decode_object
from routing.calls.written import Patch, Written
from routing.providers import PROVIDERS, Target

ODD = b'{ "a" : 1.0, "b": [1e5, -0.0, 123456789012345678901234567890, "caf\\u00e9 \\/"], "c": {"x": "\\"y\\": 1"} }'


def test_an_unchanged_body_is_the_one_that_came():
    tree = decode_object(ODD)
    assert Written(ODD, tree).changed(tree) is ODD


def test_only_what_changes_is_written_anew():
    tree = decode_object(ODD)
    changed = {**tree, "a": 2, "b": [*tree["b"][:3], "tea"], "new": None}
    assert Written(ODD, tree).changed(changed) == (
        b'{"a":2,"b":[1e5,-0.0,123456789012345678901234567890,"tea"],"c":{"x": "\\"y\\": 1"},"new":null}'
    )


def test_items_that_are_left_out_take_nothing_from_the_others():
    written = b'[{"a":1.0}, {"b":1e1}, {"c":"\\u00e9"}]'
    tree = json.loads(written)
    assert Written(written, tree).changed([tree[0], tree[2]]) == b'[{"a":1.0},{"c":"\\u00e9"}]'


@pytest.mark.parametrize(
    ("sent", "leaves"),
    [
        (b'{"a": 1, "a": 2}', b'{"a":2}'),
        (b'{"a": {"b": 1, "\\u0062": 2}}', b'{"a":{"b":2}}'),
        (b'{"a": "x\\": 1", "a": "\\\\"}', b'{"a":"\\\\"}'),
        (b'{"a": 1.00000000000000000000004111111111111111}', b'{"a":1.0}'),
        (b'{"a": 1e-0000000000004111111111111111}', b'{"a":0.0}'),
        (b'{"a": "\\ud83d\\ude00"}', '{"a":"😀"}'.encode()),
    ],
)
def test_what_could_be_read_in_two_ways_leaves_as_it_was_read_here(sent, leaves):
    assert Written(sent, decode_object(sent)).body == leaves


@pytest.mark.parametrize("text", [":", ": a", '":', "\\", '\\":', 'a": 1', ""])
def test_a_text_that_looks_like_a_key_is_none(text):
    tree = {"a": text, text: [text, {"b": text}]}
    for sent in (json.dumps(tree), json.dumps(tree, separators=(",", ":"), indent=1)):
        assert keys_written(sent.encode()) == 3
        spaced = sent.replace("{", "{ ", 1).encode()
        assert Written(spaced, decode_object(spaced)).body is spaced


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), values, max_size=4), st.data())
def test_a_change_anywhere_reads_as_the_changed_tree(tree, data):
    sent = json.dumps(tree, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "replace")
    old = decode_object(sent)
    patch = Patch(old)
    path: tuple[str | int, ...] = ()
    here = old
    while isinstance(here, dict | list) and here:
        step = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        path, here = (*path, step), here[step]
    if path:
        patch.put(path, "changed")
    written = Written(sent, old).changed(patch.tree)
    assert decode_object(written) == patch.tree
    assert old == decode_object(sent), "the old tree stays"


def test_a_parameter_or_a_tool_that_is_left_out_takes_nothing_from_the_rest():
    odd = '{ "x" : 1e5, "y":"caf\\u00e9" }'
    tools = '[{"type":"function","function":{"name":"f","parameters":' + odd + '}},{"type":"web_search"}]'
    body = f'{{"model":"m", "temperature":0.5,"messages":[{{"role":"user","content":"Hi","unknown":{odd}}}],"tools":{tools}}}'
    target = Target("p", "openai", "https://example.org/v1", "o3", max_output_tokens=9)
    sent = PROVIDERS["openai"].encode(decode_chat(body.encode()), target, stream=False)
    assert b"temperature" not in sent
    assert sent.count(odd.encode()) == 2


@given(tree=st.dictionaries(st.text(), values), spaces=st.sampled_from([None, 0, 2]))
def test_json_that_differs_in_blanks_alone_is_told_from_any_other(tree, spaces):
    whole = {"object": tree, "sent": 1}
    sent = json.dumps(whole, ensure_ascii=False, indent=spaces).encode()
    if differs_in_blanks_alone(sent, decode_object(sent)):
        assert keys_stand_once(sent, whole)
    twice = sent.replace(b'"sent"', b'"sent": 2, "sent"')
    assert not differs_in_blanks_alone(twice, decode_object(twice))
