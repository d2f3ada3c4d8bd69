from collections.abc import Iterator
from typing import Any

import pytest

from routing.providers import PROVIDERS
from tests.faults.platform import Platform
from tests.govern.gateway.installation import PRICES, document
from tests.sdk.scripted_provider import ScriptedProvider

SIMULATED = {"gated": "gated", "tool": "tool", "late": "slow:28", "pausing": "pause:17"}
"""Further models of the simulated provider: catalogue name → what it is asked for."""
SCRIPTED = ("words", "calling", "parallel", "form")


@pytest.fixture(scope="package")
def scripted() -> Iterator[ScriptedProvider]:
    """The providers of all kinds."""
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory, scripted: ScriptedProvider) -> Iterator[Platform]:
    """One running platform for all SDKs; its model `words-anthropic` is `words` of the scripted provider of that kind."""
    usual = document("http://unused")
    served = {"provider": "simulated", "allow_private_address": True}
    deployments = [{"model": name, "upstream_model": upstream, **served} for name, upstream in SIMULATED.items()]
    for kind in PROVIDERS:
        served = {"provider": kind, "allow_private_address": True}
        deployments += [{"model": f"{name}-{kind}", "upstream_model": name, **served} for name in SCRIPTED]
    models = [{"name": one["model"], "max_output_tokens": 4_000, "usd_per_1k": PRICES} for one in deployments]
    providers = [{"name": kind, "kind": kind, "base_url": scripted.url(kind)} for kind in PROVIDERS]
    sections: dict[str, Any] = {
        "models": usual["models"] + models,
        "deployments": usual["deployments"] + deployments,
    }
    with Platform(tmp_path_factory.mktemp("sdk"), more_providers=providers, **sections) as running:
        yield running


@pytest.fixture(params=sorted(PROVIDERS))
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of the provider that answers."""
    return str(request.param)
