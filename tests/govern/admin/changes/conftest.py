from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import person
from tests.second_factor import sign_in_fresh


@pytest.fixture
def cast(installed: None) -> None:
    """The sample installation with everybody who works in it."""
    for name in ("amy", "ben", "cara", "dan", "olive"):
        person(name)


@pytest.fixture
def confirmed() -> Callable[[str], Client]:
    """A browser in which one of the cast has just given a second factor."""
    return lambda name: sign_in_fresh(Client(), person(name))
