"""Which version of Govern decided is said to machines, to people and on the record."""

import tomllib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.test import Client

from audit.models import AuditEvent
from govern import VERSION


def test_the_project_says_the_same() -> None:
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
    released = VERSION.partition(".dev")[0]
    assert f"## {released} (" in (changes := (Path(settings.BASE_DIR) / "CHANGELOG.md").read_text()) or "dev" in VERSION
    assert "## Unreleased" in changes


def test_it_is_on_every_record_of_a_call_and_at_the_foot_of_a_page(
    signed_in: Callable[[str], Client], day: None
) -> None:
    records = AuditEvent.objects.filter(type__in=["call.intent", "call.outcome"])
    assert {record.body["govern_version"] for record in records} == {VERSION}
    assert f"Govern {VERSION}</footer>" in signed_in("olive").get("/admin/").content.decode()
