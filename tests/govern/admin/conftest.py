from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import person
from tests.factories.day import fill_day
from tests.factories.installation import install_sample


@pytest.fixture
def installed(db: None) -> None:
    """The sample installation, without any call."""
    install_sample()


@pytest.fixture
def day(db: None) -> None:
    """The sample installation in the middle of a working day."""
    fill_day(calls_per_unit=0.2)


@pytest.fixture
def signed_in(db: None) -> Callable[[str], Client]:
    """A browser in which one of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
