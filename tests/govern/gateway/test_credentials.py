"""Several credentials of a provider: shared by weight, replaced while running, and put aside when the provider refuses one."""

import asyncio
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command

from govern.changes.applying import apply_change
from govern.models import ChangeRequest
from tests.cast import GROUPS, person
from tests.govern.changes.changing import approve, fresh
from tests.govern.gateway.installation import HELPDESK, document, install, trail, with_orm
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}
BODY = {"model": "echo", "messages": [{"role": "user", "content": "Hello there"}]}
GOOD, SECOND, REFUSED = "sk-good-0123456789", "sk-second-0123456789", "sk-refused-0123456789"


@pytest.fixture
def installed(
    transactional_db: None, simulator: ProviderSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIM_KEY", REFUSED)
    monkeypatch.setenv("SIM_SECOND_KEY", SECOND)
    values: dict[str, Any] = document(simulator.url)
    values["providers"][0] |= {
        "credential_env": "SIM_KEY",
        "credentials": [{"name": "second", "env": "SIM_SECOND_KEY"}],
    }
    simulator.refused_secret = REFUSED
    install(tmp_path, values)
    monkeypatch.delenv("SIM_KEY")
    monkeypatch.delenv("SIM_SECOND_KEY")


def used(simulator: ProviderSimulator) -> list[str]:
    return [headers["authorization"].removeprefix("Bearer ") for headers in simulator.headers]


async def test_a_refused_credential_is_put_aside_and_the_other_one_answers(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    for _ in range(12):
        response = await client.post("/v1/chat/completions", json=BODY, headers=AUTH)
        assert response.status_code == 200, response.text
    assert used(simulator).count(REFUSED) <= 1
    assert used(simulator).count(SECOND) == 12
    assert REFUSED not in str([event["body"] for event in await trail()])


async def test_a_rotated_credential_is_used_without_a_restart(
    client: httpx.AsyncClient, simulator: ProviderSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{GOOD}\n"))

    def rotate() -> None:
        for name in GROUPS:
            person(name)
        said = StringIO()
        call_command("rotate_credential", "simulated-main", "--as", "amy", stdout=said)
        assert GOOD not in said.getvalue()
        change = approve(ChangeRequest.objects.get(), "ben", "cara")
        apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))

    await with_orm(rotate)
    for _ in range(150):
        await client.post("/v1/chat/completions", json=BODY, headers=AUTH)
        if GOOD in used(simulator):
            break
        await asyncio.sleep(0.2)
    assert GOOD in used(simulator)
