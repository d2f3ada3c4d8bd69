"""The sample installation with its cast, and working as the application's database role."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.cast import GROUPS, person
from tests.factories.installation import install_sample


@pytest.fixture
def installation() -> None:
    """Revision 1 of the sample, and everybody of the cast."""
    install_sample()
    for name in GROUPS:
        person(name)


@pytest.fixture
def as_application(transactional_db: None, installation: None) -> Iterator[None]:
    """Everything in the test goes through the role with which Govern runs, not the owner of the tables."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER="govern_app", PASSWORD=os.environ["GOVERN_DATABASE_APP_PASSWORD"])
    yield
    connection.close()
    connection.settings_dict.update(before)
