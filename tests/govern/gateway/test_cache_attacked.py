"""Who tries to get another's answer, or an answer that should be gone, from the cache."""

from typing import Any

import httpx
import pytest

from govern.gateway.process.runtime import Gateway
from govern.identity.api_keys import issue_key, revoke_key
from govern.models import Application
from tests.govern.gateway.caching import AUTH, ask, cached, said
from tests.govern.gateway.installation import RISK_ENGINE, rows, trail, with_orm
from tests.govern.gateway.test_keys_and_budgets import eventually
from tests.govern.gateway.test_stops_and_exemptions import stop
from tests.provider_simulator import ProviderSimulator

on = pytest.mark.parametrize("installed", [cached()], indirect=True)
pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
ANOTHER = {"authorization": f"Bearer {RISK_ENGINE}"}


@on
async def test_another_application_gets_nothing(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    assert said(await ask(client, gateway, headers=ANOTHER))[0] == "miss"


SAME_TEAM: dict[str, Any] = {
    "applications": [
        {"name": name, "team": "support", "keys": [{"name": "main", "secret": secret}]}
        for name, secret in (("helpdesk", AUTH["authorization"][7:]), ("risk-engine", RISK_ENGINE))
    ]
}


@pytest.mark.parametrize("installed", [cached(share="team") | SAME_TEAM], indirect=True)
async def test_a_team_shares_only_where_the_rule_says_so(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    assert said(await ask(client, gateway, headers=ANOTHER))[0] == "hit"


@pytest.mark.parametrize("installed", [cached(share="key")], indirect=True)
async def test_another_key_gets_nothing_and_a_revoked_one_neither(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    key, secret = await with_orm(
        lambda: issue_key(application=Application.objects.get(name="helpdesk"), name="second", by=None)
    )
    own = {"authorization": f"Bearer {secret}"}
    await eventually(client, 200, own)
    assert [said(await ask(client, gateway, headers=own))[0] for _ in range(2)] == ["miss", "hit"]
    await with_orm(lambda: revoke_key(key=key, by=None, reason="a test"))
    refused = await eventually(client, 401, own)
    assert "x-govern-cache" not in refused.headers


@on
async def test_nothing_of_before_a_change_of_policy_is_given(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    await stop("application", "risk-engine")  # any change of what is in force
    await eventually(client, 403, ANOTHER)
    assert said(await ask(client, gateway))[0] == "miss"


@on
@pytest.mark.parametrize(
    "erased",
    [
        "UPDATE audit_payload SET wrapped_key = NULL, erased_at = now() WHERE purpose = 'cache' RETURNING 1",
        "DELETE FROM audit_payload WHERE purpose = 'cache' RETURNING 1",
    ],
    ids=["its key is destroyed", "it was removed"],
)
async def test_what_was_erased_is_not_given_though_the_process_remembers_it(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator, erased: str
) -> None:
    await ask(client, gateway)
    assert said(await ask(client, gateway))[0] == "hit"
    assert len(await rows(erased)) == 1
    assert said(await ask(client, gateway))[0] == "miss"
    assert len(simulator.requests) == 2
    assert said(await ask(client, gateway))[0] == "hit"


@on
async def test_an_entry_that_points_at_another_answer_finds_nothing(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await ask(client, gateway, "What is a bond?")
    other = await ask(client, gateway, "What is a share?")
    await rows("UPDATE govern_cachedanswer SET call_id = %s RETURNING 1", other.headers["x-request-id"])
    response = await ask(client, gateway, "What is a bond?")
    assert (said(response)[0], "share" in response.text) == ("miss", False)


@on
async def test_an_answer_of_another_application_does_not_open(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    await rows("UPDATE audit_payload SET application = 'risk-engine' WHERE purpose = 'cache' RETURNING 1")
    gateway.cached_answers._front.clear()
    assert said(await ask(client, gateway))[0] == "miss"


@on
@pytest.mark.parametrize("stream", [False, True])
async def test_the_guards_in_force_look_at_what_is_kept(
    client: httpx.AsyncClient, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    """As a classifier does that has learned since, or an exemption that has ended."""
    monkeypatch.setattr("govern.gateway.cache.keeping._may_be_kept", lambda call, completion: True)
    monkeypatch.setattr("govern.gateway.cache.keeping._holds_personal_data", lambda surfaces: False)
    await ask(client, gateway, model="leaky")
    response = await ask(client, gateway, model="leaky", stream=stream)
    assert said(response)[0] == "hit"
    assert ("jane.doe" in response.text, "EMAIL" in response.text) == (False, True)
    assert (await trail())[-1]["verdict"] == "redact"
