"""The pages of packs: for auditors and compliance officers, every link opens for them, and each pack leaves an event."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.evidence.catalogue import frameworks
from audit.models import AuditEvent
from govern.identity.groups import GROUPS
from govern.models import Person
from tests.factories.calls import INJECTION, record_call
from tests.govern.admin.conftest import day, signed_in  # noqa: F401 (fixtures)

PAGE = "admin:audit_auditevent_evidence"
FILE = "admin:audit_auditevent_evidence_file"
SignedIn = Callable[[str], Client]


def made() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type="evidence.made").order_by("seq"))


@pytest.mark.parametrize("role", [*GROUPS, "nobody"])
def test_auditors_and_compliance_officers_make_packs_and_nobody_else(role: str, db: None) -> None:
    visitor = Person.objects.create_user(username="visitor", password="x", is_staff=True)
    visitor.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(visitor, backend="django.contrib.auth.backends.ModelBackend")
    expected = 200 if role in ("auditor", "compliance_officer") else 403
    assert client.get(reverse(PAGE), {"framework": "soc-2"}).status_code == expected
    assert client.get(reverse(FILE), {"framework": "soc-2", "form": "pdf"}).status_code == expected
    assert len(made()) == (2 if expected == 200 else 0)


def test_every_link_of_every_pack_opens_for_an_auditor(signed_in: SignedIn, day: None) -> None:  # noqa: F811
    dan = signed_in("dan")
    links = set()
    for stem in frameworks():
        page = dan.get(reverse(PAGE), {"framework": stem}).content.decode()
        article = page[page.index("<article") : page.index("</article>")]
        links |= {unescape(address) for address in re.findall(r'<a href="([^"]+)"', article)}
    assert len(links) > 30
    wrong = [address for address in sorted(links) if dan.get(address, follow=True).status_code != 200]
    assert wrong == []


def test_a_pack_leaves_an_event_that_says_what_it_rests_on(signed_in: SignedIn, db: None) -> None:  # noqa: F811
    dan = signed_in("dan")
    dan.get(reverse(PAGE))
    assert made() == []
    dan.get(reverse(PAGE), {"framework": "eu-ai-act", "from": "2026-10-01", "to": "2026-10-31"})
    dan.get(reverse(FILE), {"framework": "eu-ai-act", "form": "html", "language": "zh-hant"})
    read, taken = made()
    assert (read.actor, read.fields["form"], read.fields["framework"]) == ("dan", "page", "eu-ai-act")
    assert read.fields["until"] == "2026-11-01T00:00:00+00:00"
    assert (taken.fields["form"], taken.fields["language"], taken.fields["size"]) == ("html", "zh-hant", 0)
    assert "made the evidence pack" in str(read)


def test_files_are_whole_and_load_nothing(signed_in: SignedIn, db: None) -> None:  # noqa: F811
    record_call(input=INJECTION, code="prompt_injection", message="No.")
    dan = signed_in("dan")
    html = dan.get(reverse(FILE), {"framework": "eu-ai-act", "form": "html"})
    text = html.content.decode()
    assert html["Content-Disposition"].startswith('attachment; filename="evidence-eu-ai-act-')
    assert "<svg" in text
    assert re.findall(r"<(?:script|img|link|iframe)|@import|url\(", text) == []
    assert "http://testserver/admin/audit/" in text
    pdf = dan.get(reverse(FILE), {"framework": "aiuc-1", "form": "pdf", "language": "zh-hant"})
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert b"/MSung-Light" in pdf.content
    assert b"/UniCNS-UCS2-H" in pdf.content
    assert b"UniGB" not in pdf.content


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"framework": "gdpr"}, "There is no framework “gdpr”"),
        ({"framework": "soc-2", "from": "yesterday"}, "is no day"),
        ({"framework": "soc-2", "from": "2026-03-02", "to": "2026-02-01"}, "ends before it begins"),
        ({"framework": "soc-2", "from": "1970-01-01", "to": "8999-01-01"}, "at most five years"),
        ({"framework": "soc-2", "language": "xx"}, "English (en) and Traditional Chinese"),
        ({"framework": "soc-2", "checkpoint": "77"}, "There is no checkpoint 77"),
        ({"framework": "soc-2", "checkpoint": "-1"}, "whole number"),
    ],
)
def test_what_cannot_be_meant_is_said_and_no_pack_is_made(
    query: dict[str, str],
    said: str,
    signed_in: SignedIn,  # noqa: F811
    db: None,
) -> None:
    dan = signed_in("dan")
    page = dan.get(reverse(PAGE), query)
    assert page.status_code == 200
    assert said in unescape(page.content.decode())
    assert dan.get(reverse(FILE), {**query, "form": "pdf"}).status_code == 302
    assert made() == []


def test_the_command_writes_both_kinds_of_file(db: None, tmp_path: Path) -> None:
    record_call()
    for form, begins in (("html", b"<!doctype html>"), ("pdf", b"%PDF")):
        out = tmp_path / f"pack.{form}"
        call_command("audit_evidence", "soc-2", "--from", "2026-01-01", "--to", "2026-12-31", "--out", str(out))
        assert out.read_bytes().startswith(begins)
    assert [event.fields["form"] for event in made()] == ["html", "pdf"]
    with pytest.raises(CommandError, match=r"\.html or \.pdf"):
        call_command("audit_evidence", "soc-2", "--from", "2026-01-01", "--to", "2026-12-31", "--out", "pack.docx")
    with pytest.raises(CommandError, match="is no day"):
        call_command(
            "audit_evidence", "soc-2", "--from", "soon", "--to", "2026-12-31", "--out", str(tmp_path / "a.pdf")
        )
    with pytest.raises(CommandError, match="cannot be written"):
        call_command(
            "audit_evidence",
            "soc-2",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
            "--out",
            str(tmp_path / "no" / "a.pdf"),
        )
