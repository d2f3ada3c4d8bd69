"""What tests of routing share."""

from collections.abc import AsyncIterator

import pytest

from routing.client import HttpClient


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    """A client as a gateway has it."""
    client = HttpClient()
    yield client
    await client.close()
