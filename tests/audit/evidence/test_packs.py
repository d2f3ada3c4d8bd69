"""A pack says what the trail has: over an empty trail nothing, over a planted one the planted truth; in both languages, and never more."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.evidence.catalogue import frameworks
from audit.evidence.html import pack_file
from audit.evidence.packs import LANGUAGES, Pack, build_pack
from audit.evidence.pdf import pack_pdf
from audit.evidence.queries import QUERIES
from audit.evidence.records import Span
from audit.models import State
from audit.services.violations import transition_violation
from audit.trail.events import record_event
from govern.changes.events import (
    change_applied,
    change_glass_broken,
    change_ratified,
    change_reviewed,
    change_submitted,
)
from govern.identity.events import key_issued, key_revoked, person_access_reviewed, person_confirmed, person_signed_in
from tests.audit.evidence.asking import BASE, asked, figures, rows, today
from tests.factories.calls import INJECTION, PERSONAL, record_call
from tests.factories.violations import open_case

MOST_QUERIES = 40
"""Of one pack, whatever the framework and however many events there are."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", frameworks())
def test_over_an_empty_trail_every_statement_says_that_it_has_no_data(stem: str, language: str, db: None) -> None:
    pack = build_pack(stem, today(), language, None)
    assert pack.without_data == pack.statements
    written = pack_file(pack, BASE)
    assert written.count('class="no-data"') == pack.statements
    assert 'class="figures"' not in written
    assert pack_pdf(pack, BASE).startswith(b"%PDF")


def test_over_a_day_every_framework_is_written_in_its_language_and_claims_nothing(day: None) -> None:
    for stem in frameworks():
        pack = build_pack(stem, today(), "en", None)
        assert pack.without_data < pack.statements
        written = pack_file(pack, BASE)
        assert "compliant" not in written.lower()
        assert "supports evidence for" in written
        assert pack_pdf(pack, BASE) == pack_pdf(pack, BASE)
        chinese = build_pack(stem, today(), "zh-hant", None)
        assert pack_pdf(chinese, BASE).startswith(b"%PDF")
        said = re.sub(
            r"<code>.*?</code>|<td>.*?</td>|<style>.*?</style>|<[^>]+>", " ", pack_file(chinese, BASE), flags=re.DOTALL
        )
        assert re.findall(r"[A-Za-z]{3,}(?: [a-z]{2,}){2,}", said) == []


def test_a_pack_asks_few_queries_however_many_events_there_are(day: None) -> None:
    def asked_of() -> dict[str, int]:
        counts = {}
        for stem in frameworks():
            with CaptureQueriesContext(connection) as queries:
                build_pack(stem, today(), "en", None)
            counts[stem] = len(queries)
        return counts

    few = asked_of()
    for number in range(30):
        record_call(input=INJECTION, code="prompt_injection", message="No.")
        open_case(rule=f"rule {number}")
        key_issued(actor="amy", application="helpdesk", key=f"key {number}", ends_with="last")
    assert asked_of() == few
    assert max(few.values()) <= MOST_QUERIES


def test_calls_are_counted_by_how_they_ended(db: None) -> None:
    for _ in range(3):
        record_call()
    record_call(output=PERSONAL)
    for _ in range(2):
        record_call(input=INJECTION, code="prompt_injection", message="No.")
    record_call(code="insufficient_quota", message="No.", before=True)
    assert figures("calls_recorded") == ["7", "4 of 7", "3 of 7", "0 of 7"]
    assert figures("records_complete") == ["7 of 7", "7 of 7", "0 of 7"]
    assert figures("refusals") == ["3 of 7", "2", "1", "0", "0"]
    assert [row[1] for row in rows("refusals")] == ["2", "1"]
    assert figures("verdicts") == ["7", "0 of 7", "1 of 7", "2 of 7"]
    assert figures("calls_traceable")[1:4] == ["7 of 7", "7 of 7", "7 of 7"]
    assert rows("applications_in_use") == [["risk-engine", "7", "100%"]]
    assert figures("models_in_use") == ["1", "4"]
    chart = asked("calls_recorded").chart  # type: ignore[union-attr]
    assert chart is not None
    assert {str(series.tone): sum(series.values) for series in chart.series} == {"ok": 4, "bad": 3}


def test_an_outcome_without_an_intent_is_shown_not_hidden(db: None) -> None:
    record_call()
    call = record_call()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_event WHERE call_id = %s AND type = 'call.intent'", [call])
    assert figures("records_complete")[:2] == ["2 of 2", "1 of 2"]
    assert [row[0] for row in rows("records_complete")] == [str(call)]


def applied(change: str, *, by: str, approvers: list[str]) -> None:
    """A change that Ben put in force."""
    change_submitted(actor=by, change=change, title=f"Title of {change}", risk="high", digest="d")
    for name in approvers:
        change_reviewed(actor=name, change=change, title="t", verdict="approve", digest="d", second_factor="totp")
    change_applied(
        actor="ben",
        change=change,
        title=f"Title of {change}",
        revision=2,
        sha256="s",
        second_factor="totp",
        approved_by=approvers,
    )


def test_four_eyes_are_counted_from_the_events_and_a_breach_is_seen(db: None) -> None:
    applied("CR-1", by="amy", approvers=["ben", "cara"])
    applied("CR-2", by="amy", approvers=["ben"])
    applied("CR-3", by="ben", approvers=["ben"])
    assert figures("changes_approved")[:3] == ["3", "2 of 3", "3 of 3"]
    assert [row[:4] for row in rows("changes_approved")] == [
        ["CR-3", "Title of CR-3", "ben", "ben"],
        ["CR-2", "Title of CR-2", "amy", "ben"],
        ["CR-1", "Title of CR-1", "amy", "ben, cara"],
    ]
    assert figures("changes_replayed") == ["3", "0 of 3"]


def test_emergencies_are_shown_with_what_became_of_them(db: None) -> None:
    for change in ("CR-1", "CR-2"):
        change_glass_broken(
            actor="olive",
            change=change,
            title="Block it",
            incident="INC-9",
            lapses_at="x",
            revision=2,
            second_factor="totp",
        )
    change_ratified(actor="ben", change="CR-1", title="Block it")
    assert figures("emergencies")[:4] == ["2", "1 of 2", "0 of 2", "2 of 2"]
    assert [(row[0], row[-1].split()[0]) for row in rows("emergencies")] == [("CR-2", "open"), ("CR-1", "ratified")]


def test_violations_are_counted_with_the_time_that_people_took(db: None) -> None:
    at = datetime.now(UTC) - timedelta(hours=2)
    worked = open_case(severity="high", at=at)
    open_case(severity="critical", rule="other", at=at)
    open_case(severity="low", guard="pii", rule="email", at=at)
    transition_violation(violation=worked.pk, to=State.TRIAGED, actor="olive")
    transition_violation(violation=worked.pk, to=State.FALSE_POSITIVE, actor="olive", reason="Public.")
    assert figures("violations_worked") == ["3", "2 of 3", "1 of 3", "1 of 3", "2 hours", "2 hours"]
    assert [row[:4] for row in rows("violations_worked")] == [
        ["Critical", "1", "0", "0"],
        ["High", "1", "1", "1"],
        ["Low", "1", "0", "0"],
    ]
    assert figures("violations_by_guard") == ["3", "3", "1 of 3"]
    assert figures("injections_detected") == ["2", "2"]
    assert figures("grave_violations") == ["2", "2"]


def test_people_and_keys_are_counted(db: None) -> None:
    person_signed_in(actor="amy")
    person_confirmed(actor="amy", username="amy", method="totp")
    key_issued(actor="amy", application="helpdesk", key="main", ends_with="cdef")
    key_revoked(actor="amy", application="helpdesk", key="main", reason="Over.")
    person_access_reviewed(actor="dan", number="6")
    record_event(
        type="payload.revealed",
        actor="dan",
        context={"call": "x", "application": "helpdesk", "reason": "A complaint.", "level": "full"},
    )
    assert figures("sign_ins") == ["1", "1", "0", "0", "0", "0"]
    assert figures("keys_and_credentials") == ["1", "0", "1", "0"]
    assert figures("access_reviews") == ["1", "1"]
    assert figures("reveals") == ["1", "1 of 1", "1"]
    assert rows("reveals")[0][1:] == ["dan", "helpdesk", "full", "A complaint."]


def test_what_lies_outside_of_the_span_does_not_count(db: None) -> None:
    record_call()
    key_issued(actor="amy", application="helpdesk", key="main", ends_with="cdef")
    before = Span(today().start - timedelta(days=30), today().start)
    assert [name for name in QUERIES if asked(name, before) is not None] == []


def test_guards_and_exemptions_are_those_of_the_signed_revision(day: None) -> None:
    assert "baseline" in {row[0] for row in rows("guards_in_force")}
    assert all(row[-1].endswith("UTC") for row in rows("exemptions_in_force"))
    early = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC))
    assert asked("guards_in_force", early) is None


HOSTILE = "<script>alert(1)</script>\u202e&\"'<a href='javascript:x'>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_stay_words_in_every_form(language: str, db: None) -> None:
    record_call(application=HOSTILE, model=HOSTILE)
    open_case(application=HOSTILE, rule=HOSTILE)
    key_issued(actor=HOSTILE, application=HOSTILE, key=HOSTILE * 100, ends_with="cdef")
    key_revoked(actor="amy", application="中文😀", key="main", reason="\x01</para><font size=90>")
    applied(HOSTILE, by=HOSTILE, approvers=["ben"])
    for stem in frameworks():
        pack: Pack = build_pack(stem, today(), language, None)
        written = pack_file(pack, BASE)
        assert "<script" not in written
        assert "href='javascript" not in written
        assert all(address.startswith(BASE) for address in re.findall(r'href="([^"]*)"', written))
        assert b"javascript:x" not in b"".join(re.findall(rb"/URI \((.*?)\)", pack_pdf(pack, BASE)))
