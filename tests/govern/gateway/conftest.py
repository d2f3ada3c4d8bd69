from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway, start_gateway, stop_gateway
from tests.govern.gateway.installation import document, install
from tests.provider_simulator import ProviderSimulator


@pytest.fixture
def simulator() -> Iterator[ProviderSimulator]:
    """A provider on a loopback port."""
    with ProviderSimulator() as running:
        yield running


@pytest.fixture
def installed(
    transactional_db: None, simulator: ProviderSimulator, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The installation; a test changes its sections with `@pytest.mark.parametrize("installed", [{…}], indirect=True)`."""
    install(tmp_path, document(simulator.url, **(getattr(request, "param", None) or {})))


@pytest.fixture
async def gateway(installed: None) -> AsyncIterator[Gateway]:
    """The gateway of this process, started in the test's loop."""
    yield await start_gateway()
    await stop_gateway()


@pytest.fixture(params=["router", "django"])
async def client(gateway: Gateway, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the data plane, once through each door: what holds behind one holds behind the other."""
    application = Router(ENDPOINTS, FAMILIES, django) if request.param == "router" else django
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as opened:
        yield opened


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that workers were told of. No test here needs a broker for it."""
    calls: list[str] = []
    monkeypatch.setattr("govern.gateway.background.asking.tell_worker", calls.append)
    return calls
