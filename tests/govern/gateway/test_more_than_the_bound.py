"""A provider that reports more than a call could cost: settled as reported, a case, and no more calls until a person has looked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from govern.budgets.freezes import FreezeRefused, lift_freeze
from govern.models import BudgetFreeze
from tests.cast import person
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, document, install, rows, trail, with_orm
from tests.sdk.scripted_answers import ANSWERS, Said

AUTH = {"authorization": f"Bearer {HELPDESK}"}
OTHER = {"authorization": f"Bearer {RISK_ENGINE}"}
BODY = {"model": "openai", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    budget = [{"name": "all", "period": "day", "limit_usd": "100"}]
    install(tmp_path, document("http://unused", **provider.sections(), budgets=budget))


def answer(tokens: int) -> bytes:
    said = ANSWERS["openai"][0](Said("Warm."))
    said["usage"] = {"prompt_tokens": 10, "completion_tokens": tokens, "total_tokens": 10 + tokens}
    return json.dumps(said).encode()


async def spend(client: httpx.AsyncClient, headers: dict[str, str] = AUTH) -> tuple[int, Any]:
    response = await client.post("/v1/chat/completions", json=BODY, headers=headers)
    return response.status_code, response.json().get("error")


async def test_it_is_settled_as_reported_and_the_application_stops_until_it_is_let_go(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    provider.says(answer(1_000_000))
    assert (await spend(client))[0] == 200
    cost = (await trail())[-1]["cost_nano_usd"]
    assert cost == 10 * 1_000 + 1_000_000 * 2_000
    (account,) = await rows("SELECT * FROM govern_budgetaccount")
    assert (account["settled_nano_usd"], account["reserved_nano_usd"]) == (cost, 0)
    (case,) = await rows("SELECT * FROM audit_violation")
    assert (case["application"], case["guard"], case["rule"], case["severity"]) == (
        "helpdesk",
        "budget",
        "cost_beyond_bound",
        "critical",
    )
    asked = len(provider.bodies)
    status, error = await spend(client)
    assert (status, error["code"]) == (429, "insufficient_quota")
    assert "lift the freeze" in error["message"]
    assert len(provider.bodies) == asked
    provider.says(answer(3))
    assert (await spend(client, OTHER))[0] == 200, "others go on"

    def let_go() -> None:
        freeze = BudgetFreeze.objects.get()
        with pytest.raises(FreezeRefused):
            lift_freeze(freeze_id=freeze.pk, reason="I want to.", by=person("amy"))
        with pytest.raises(FreezeRefused):
            lift_freeze(freeze_id=freeze.pk, reason=" ", by=person("olive"))
        lift_freeze(freeze_id=freeze.pk, reason="The provider counted wrongly.", by=person("olive"))

    await with_orm(let_go)
    assert (await spend(client))[0] == 200
    (told,) = await rows("SELECT * FROM audit_event WHERE type = 'budget.freeze_lifted'")
    assert told["actor"] == "olive"


async def test_it_is_seen_and_lifted_on_the_page_and_over_rest_by_who_works_cases(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    provider.says(answer(1_000_000))
    await spend(client)

    def look() -> None:
        freeze = BudgetFreeze.objects.get()
        page, lift = (
            f"/admin/govern/budget/{freeze.budget_id}/change/",
            f"/admin/govern/budget/frozen/{freeze.pk}/lift/",
        )
        as_ = {}
        for name in ("amy", "olive", "dan"):
            as_[name] = Client()
            as_[name].force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        assert b"helpdesk" in as_["olive"].get(page).content
        assert as_["amy"].get(lift).status_code == 403
        assert as_["dan"].post(lift, {"reason": "x"}).status_code == 403
        assert as_["olive"].get(lift).status_code == 200
        assert b"required" in as_["olive"].post(lift, {"reason": ""}).content
        (listed,) = as_["dan"].get("/api/budget-freezes").json()
        assert (listed["application"], listed["lifted_at"]) == ("helpdesk", None)
        address = f"/api/budget-freezes/{freeze.pk}/lift"
        assert as_["amy"].post(address, {"reason": "x"}, content_type="application/json").status_code == 403
        for bad in ({}, {"reason": ""}, {"reason": "x" * 501}, {"reason": []}):
            assert as_["olive"].post(address, bad, content_type="application/json").status_code == 400
        missing = "/api/budget-freezes/00000000-0000-0000-0000-000000000000/lift"
        assert as_["olive"].post(missing, {"reason": "x"}, content_type="application/json").status_code == 404
        assert as_["olive"].post(lift, {"reason": "Looked at it."}).status_code == 302
        assert as_["olive"].post(address, {"reason": "Again."}, content_type="application/json").status_code == 200
        assert BudgetFreeze.objects.get().lifted_reason == "Looked at it."
        assert as_["olive"].get(lift).status_code == 404

    await with_orm(look)
