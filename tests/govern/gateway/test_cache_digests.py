"""No two requests that could have different answers, and no two callers that must not share one, have the same digest."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from govern.gateway.cache.digests import digest_of_request
from routing.bodies import CacheRule
from routing.calls import decode_chat

KEY = b"of a test, 32 bytes or longer ..."
names = st.sampled_from(["a", "b", "ab", "a/b"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.sampled_from([0, 0.5, 1]),
        "max_tokens": st.integers(1, 3),
        "seed": st.integers(0, 2),
        "stop": st.sampled_from(["x", "y"]),
        "top_p": st.sampled_from([0.5, 1]),
        "unknown": texts,
    },
)


class Asked(NamedTuple):
    """All that an answer depends on, and whom it belongs to."""

    team: str
    application: str
    key: str
    share: str
    revision: str
    route: str
    model: str
    deployment: str
    door: str
    headers: tuple[tuple[str, str], ...]
    system: str
    user: str
    parameters: dict[str, Any]


asked = st.builds(
    Asked,
    team=names,
    application=names,
    key=names,
    share=st.sampled_from(["key", "application", "team"]),
    revision=names,
    route=names,
    model=names,
    deployment=names,
    door=st.sampled_from(["openai", "anthropic"]),
    headers=st.sampled_from([(), (("anthropic-beta", "x"),)]),
    system=texts,
    user=texts,
    parameters=parameters,
)


def digest(one: Asked, **beside: Any) -> bytes:
    """The digest of the request that somebody sends."""
    turns = [{"role": "system", "content": one.system}, {"role": "user", "content": one.user}]
    body = {"model": one.model, "messages": turns, **one.parameters, **beside}
    call: Any = SimpleNamespace(
        application=SimpleNamespace(name=one.application, team=one.team),
        key=SimpleNamespace(id=one.key),
        snapshot=SimpleNamespace(revision=SimpleNamespace(sha256=one.revision)),
        route=SimpleNamespace(name=one.route, deployments=[SimpleNamespace(name=one.deployment, model=one.model)]),
        asked=SimpleNamespace(model=one.model),
        door=SimpleNamespace(kind=one.door),
        own_headers=one.headers,
    )
    rule = msgspec.convert({"share": one.share}, CacheRule)
    return digest_of_request(KEY, call, decode_chat(msgspec.json.encode(body)), rule)


def shared_as(one: Asked) -> tuple[str, ...]:
    """Among whom it may be shared."""
    whom = {"team": (one.team,), "application": (one.application,), "key": (one.application, one.key)}
    return (one.share, *whom[one.share])


@given(asked, asked)
def test_only_the_same_request_of_who_may_share_it_is_the_same(one: Asked, other: Asked) -> None:
    nobody = {"team": "", "application": "", "key": "", "share": ""}
    same = shared_as(one) == shared_as(other) and one._replace(**nobody) == other._replace(**nobody)
    assert (digest(one) == digest(other)) == same


@given(asked, asked, st.sampled_from(Asked._fields))
def test_one_difference_is_enough(one: Asked, other: Asked, field: str) -> None:
    near = one._replace(**{field: getattr(other, field)})
    nobody = {"team": "", "application": "", "key": "", "share": ""}
    same = shared_as(one) == shared_as(near) and one._replace(**nobody) == near._replace(**nobody)
    assert (digest(one) == digest(near)) == same


@given(asked, st.booleans(), texts)
def test_who_asks_and_how_it_is_told_makes_no_difference(one: Asked, stream: bool, word: str) -> None:
    beside = {"stream": stream, "user": word, "metadata": {"ticket": word}, "prompt_cache_key": word, "store": stream}
    assert digest(one, **beside) == digest(one)
