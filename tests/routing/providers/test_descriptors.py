"""What a provider forgets to say is named when its file is imported; a kind that has no file is not taken."""

from typing import Any

import msgspec
import pytest

from routing.provider_body import ProviderBody
from routing.providers import DESCRIBED, PROVIDERS, Described


def given(**other: Any) -> dict[str, Any]:
    return {"kind": "google", "provider": PROVIDERS["google"], "label": "Google", "speaks": "Gemini", **other}


def test_the_kinds_that_a_body_may_name_are_those_that_are_found() -> None:
    for kind in DESCRIBED:
        body = msgspec.convert({"name": "p", "kind": kind, "base_url": "https://provider.example"}, ProviderBody)
        assert body.kind == kind
    with pytest.raises(msgspec.ValidationError, match="kind"):
        msgspec.convert({"name": "p", "kind": "telepathy", "base_url": "https://provider.example"}, ProviderBody)


def test_every_provider_knows_its_own_kind() -> None:
    assert {kind: getattr(provider, "kind", kind) for kind, provider in PROVIDERS.items()} == {k: k for k in PROVIDERS}


@pytest.mark.parametrize("field", ["kind", "provider", "label", "speaks"])
def test_what_is_left_out_is_named(field: str) -> None:
    with pytest.raises(TypeError, match=f"'{field}'"):
        Described(**{name: value for name, value in given().items() if name != field})


@pytest.mark.parametrize("field", ["kind", "label", "speaks"])
def test_what_is_left_empty_is_named(field: str) -> None:
    with pytest.raises(TypeError, match=f"lacks: {field}"):
        Described(**given(**{field: ""}))
