"""A kernel that is built from the sources as they stand, whatever the run itself uses."""

from __future__ import annotations

import pytest

from govern.enforcement.kernel.build import build, compiler
from govern.enforcement.kernel.loading import Library, load


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    command = compiler()
    if command is None:
        pytest.skip("there is no C compiler on this machine")
    folder = tmp_path_factory.mktemp("kernel")
    build(folder, command)
    return load(folder)
