"""Exports over REST and on their page: asked for, watched, and fetched once by who asked."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse

from audit.models.export import Export
from tests.audit.exports.packs import happen, sealed
from tests.cast import GROUPS, person
from tests.factories.installation import install_sample
from tests.govern.api.test_governance import as_, post

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "admin:audit_auditevent_exports"


@pytest.fixture(autouse=True)
def _sealed(transactional_db: None, tmp_path: Path, settings: Any) -> None:
    settings.GOVERN_EXPORTS = tmp_path / "exports"
    install_sample()
    for name in GROUPS:
        person(name)
    happen(times=3)
    sealed()


def rows(content: bytes) -> int:
    return ZipFile(BytesIO(content)).read("data/events-00001.jsonl").count(b"\n")


def test_an_export_over_rest_is_fetched_once_and_only_by_a_post() -> None:
    dan = as_("dan")
    asked = post(dan, "exports", {"formats": ["jsonl"], "filters": {"kind": "calls"}})
    assert asked.status_code == 201, asked.content
    export = dan.get(f"/api/exports/{asked.json()['id']}").json()
    assert (export["state"], export["rows"]) == ("finished", 3)
    url = post(dan, f"exports/{export['id']}/download").json()["url"]
    assert dan.get(url).status_code == 405
    for other in ("olive", "eve"):
        assert as_(other).post(url).status_code in {403, 404}
        assert as_(other).get(f"/api/exports/{export['id']}").status_code in {403, 404}
        assert post(as_(other), f"exports/{export['id']}/download").status_code in {403, 404}
    assert rows(b"".join(dan.post(url).streaming_content)) == 3
    assert dan.post(url).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"formats": ["pdf"]},
        {"formats": ["csv"], "filters": {"prompt": "x"}},
        {"formats": ["csv"], "filters": {"since": "yesterday"}},
        {"formats": ["csv"], "filters": {"since": "2026-11-02", "until": "2026-11-01"}},
        {"formats": ["csv"], "filters": {"call_id": "x"}},
        {"formats": ["csv"], "filters": {"verdict": "perhaps"}},
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(body: dict[str, Any]) -> None:
    answer = post(as_("dan"), "exports", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert not Export.objects.exists()


def test_who_sees_no_calls_takes_none_out() -> None:
    eve = as_("eve")
    assert post(eve, "exports", {"formats": ["csv"]}).status_code == 403
    assert eve.get(reverse(LIST)).status_code in {302, 403}


def test_the_page_counts_asks_and_hands_over_once() -> None:
    dan = as_("dan")
    counted = dan.get(reverse(LIST) + "?kind=calls&application=risk-engine").content.decode()
    assert re.search(r"sealed:\s(?:about )?3\b", counted)
    assert "Word(" not in counted
    dan.post(reverse("admin:audit_auditevent_export_ask"), {"kind": "calls", "format": ["jsonl"]})
    export = Export.objects.get()
    page = dan.get(reverse(LIST)).content.decode()
    assert reverse("admin:audit_auditevent_export_link", args=[export.pk]) in page
    link = dan.post(reverse("admin:audit_auditevent_export_link", args=[export.pk]))["Location"]
    for _ in range(2):
        assert "<form" in dan.get(link).content.decode()
    assert as_("olive").post(link).status_code == 302
    assert rows(b"".join(dan.post(link).streaming_content)) == 3
    assert dan.post(link).status_code == 302
    olive = as_("olive").get(reverse(LIST)).content.decode()
    assert "dan" in olive
    assert reverse("admin:audit_auditevent_export_link", args=[export.pk]) not in olive
