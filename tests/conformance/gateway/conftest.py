from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.conftest import client, gateway
from tests.govern.gateway.installation import document, install

__all__ = ["client", "gateway", "installed", "provider"]

WATCHING = [
    {"name": "watching", "guards": [{"guard": "pii", "on": ["output"], "types": ["email"], "action": "flag"}]},
]
"""Looks at all that goes out, and changes none of it."""


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    """Providers of all kinds."""
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Models of every kind of provider; `indirect` says whether guards watch."""
    guard_policies = WATCHING if request.param else []
    install(tmp_path, document("http://unused", **provider.sections(), guard_policies=guard_policies))
