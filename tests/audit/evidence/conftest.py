"""A day on which everything was done once, for packs to speak of."""

from tests.govern.admin.conftest import day, installed  # noqa: F401 (fixtures)
