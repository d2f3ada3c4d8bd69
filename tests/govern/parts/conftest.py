"""An installation of its own for tests that start and kill parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.govern.parts.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation in an empty home, checked to have left no process when the test ends."""
    own = Installation(tmp_path / "home")
    yield own
    own.stop()
    assert own.await_end() == []


@pytest.fixture
def second_installation(tmp_path: Path) -> Iterator[Installation]:
    """Another one beside it."""
    own = Installation(tmp_path / "second")
    yield own
    own.stop()
    assert own.await_end() == []
