"""Names that callers choose fit into headers and records, whatever they are: the call is answered, and every page stands."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.gateway.callers.callers_words import LONGEST, bounded, bounded_names, header_list, header_value
from tests.govern.gateway.installation import HELPDESK, trail

AUTH = {"authorization": f"Bearer {HELPDESK}"}
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_a_header_never_breaks_its_line(text: str) -> None:
    value = header_value(text)
    assert value.isascii()
    assert not any(byte < 0x20 or byte == 0x7F for byte in value)


@given(st.lists(ANY_TEXT, max_size=200))
def test_a_record_holds_a_bounded_list_that_can_be_encoded(names: list[str]) -> None:
    found = bounded_names(names)
    assert len(found) <= 51
    assert all(len(name) <= LONGEST for name in found)
    json.dumps(found, ensure_ascii=False).encode()
    assert len(header_list(names)) < 51 * LONGEST * 13


def test_plain_names_stay_as_they_are() -> None:
    assert bounded("seed") == "seed"
    assert header_value("default/coding") == b"default/coding"
    assert header_list(["seed", "top_k"]) == b"seed, top_k"
    assert header_value("參數") == b"%E5%8F%83%E6%95%B8"


@pytest.mark.parametrize("model", ["m\x00", "m" * 5_000, "m\r\nx: y", "模型\u202e", "m\x1b"])
async def test_a_model_of_any_name_is_not_found_and_recorded(client: httpx.AsyncClient, model: str) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "model": model}
    response = await client.post("/v1/chat/completions", json=body, headers=AUTH)
    assert response.status_code == 404
    for event in await trail():
        assert len(event["model"] or "") <= LONGEST
        assert len(event["body"]["requested_model"]) <= LONGEST


@pytest.mark.parametrize("given", ["9" * 5_000, "0", "-1", "1e3", " 5", "٣"])
async def test_a_time_limit_of_any_form_is_refused_in_words(client: httpx.AsyncClient, given: str) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "model": "echo"}
    response = await client.post(
        "/v1/chat/completions", json=body, headers={**AUTH, "x-govern-timeout-ms": given.encode()}
    )
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "x-govern-timeout-ms"
