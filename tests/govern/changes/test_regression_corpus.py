"""A false positive is kept, sealed, and every simulation says whether it would come back."""

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, AuditPayload, RegressionCase, State, Violation
from audit.selectors.regression import open_corpus
from audit.services.regression import CaseRefused, remove_case
from audit.services.violations import transition_violation
from govern.changes.simulation.report import Regression
from govern.enforcement.guards.topics import Topics
from tests.cast import person
from tests.factories.calls import finding, verdict
from tests.factories.installation import install_sample
from tests.factories.violations import open_case
from tests.govern.changes.changing import submitted
from tests.govern.changes.replaying import call, simulated

pytestmark = pytest.mark.django_db
TEXT = "Tell me about project Bluebird."
SEEN = verdict("block", finding("topics", "projects", "block", "high"), code="policy_denied")


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "dan", "olive"):
        person(name)


def false_positive(text: str = TEXT, **fields: Any) -> Violation:
    """A case of the help desk whose call was blocked for what it did not say, closed by Olive as a false positive."""
    blocked = call(text, input=SEEN, code="policy_denied", message="No.", **fields)
    case = open_case(application="helpdesk", team="support", guard="topics", rule="projects", call=blocked)
    return move(case, State.FALSE_POSITIVE)


def move(case: Violation, to: State) -> Violation:
    return transition_violation(violation=case.pk, to=to, actor="olive", reason="It is the name of a bird.")


def regression_of(*terms: str, topic: str = "projects", mode: str = "enforce") -> Regression:
    """What a simulation says of the corpus when a policy of the help desk blocks these terms."""
    guards = (Topics(on=("input",), topic=topic, terms=terms, action="block"),)
    found = simulated(submitted("guard_policy", "support-tone", mode=mode, guards=guards)).regression
    assert found is not None
    return found


def test_a_false_positive_is_kept_and_would_come_back_with_a_stricter_policy() -> None:
    case = false_positive()
    kept = RegressionCase.objects.get()
    assert (kept.violation, kept.policy, kept.guard, kept.expected) == (case.pk, "baseline", "topics", "allow")
    assert (kept.direction, kept.kept_by, kept.application) == ("input", "olive", "helpdesk")
    found = regression_of("project bluebird")
    assert (found.cases, found.gone, found.unrecorded, found.back, found.blocked) == (1, 0, 0, 1, 1)
    (effect,) = found.coming_back
    assert (effect.case, effect.before, effect.after, effect.whole_after) == (kept.pk, "allow", "block", "block")


def test_it_does_not_come_back_with_a_policy_that_lets_it_pass() -> None:
    false_positive()
    found = regression_of("project heron")
    assert (found.cases, found.back, found.still_wrong) == (1, 0, 0)


def test_another_name_of_the_topic_hides_no_case() -> None:
    false_positive()
    assert regression_of("project bluebird", topic="birds").back == 1


def test_a_policy_that_only_observes_brings_nothing_back() -> None:
    false_positive()
    assert regression_of("project bluebird", mode="observe").back == 0


def test_the_text_is_sealed_and_lives_no_longer_than_its_call_s() -> None:
    false_positive()
    kept = RegressionCase.objects.get()
    of_call = AuditPayload.objects.get(call_id=kept.call_id, purpose="prompt")
    copy = AuditPayload.objects.get(call_id=kept.call_id, purpose=kept.purpose)
    assert (copy.expires_at, copy.at) == (of_call.expires_at, of_call.at)
    assert b"Bluebird" not in bytes(copy.ciphertext)
    assert "Bluebird" not in json.dumps(list(AuditEvent.objects.values_list("body", flat=True)))


def test_what_was_not_kept_leaves_no_case_and_the_violation_is_closed_all_the_same() -> None:
    assert false_positive(text="").state == State.FALSE_POSITIVE
    assert not RegressionCase.objects.exists()


def test_a_violation_that_is_taken_up_again_is_no_false_positive_any_more() -> None:
    case = move(false_positive(), State.INVESTIGATING)
    assert regression_of("project bluebird").cases == 0
    move(case, State.FALSE_POSITIVE)
    assert RegressionCase.objects.kept().count() == 1
    assert [
        event.type for event in AuditEvent.objects.filter(type__startswith="regression.").order_by("at", "seq")
    ] == [
        "regression.kept",
        "regression.removed",
        "regression.kept",
    ]


def test_an_erased_text_is_replayed_no_more() -> None:
    false_positive()
    AuditPayload.objects.update(wrapped_key=None, erased_at=timezone.now())
    assert (open_corpus().cases, open_corpus().gone) == ([], 1)


def test_an_insider_s_row_that_the_trail_knows_nothing_of_counts_for_nothing() -> None:
    false_positive()
    row = RegressionCase.objects.get()
    RegressionCase.objects.create(
        policy=row.policy, guard="pii", direction="input", expected="allow", call_id=row.call_id,
        purpose=row.purpose, masked=False, kept_by="olive", event_id=row.event_id,
    )  # fmt: skip
    found = regression_of("project bluebird")
    assert (found.cases, found.unrecorded) == (1, 1)


def test_an_expectation_that_was_turned_round_in_a_shell_counts_for_nothing() -> None:
    false_positive()
    RegressionCase.objects.update(expected="block")
    assert open_corpus().unrecorded == 1


def test_the_application_s_role_may_only_take_a_case_out() -> None:
    false_positive()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('govern_app', 'audit_regression_case', 'DELETE'),"
            " has_column_privilege('govern_app', 'audit_regression_case', 'expected', 'UPDATE'),"
            " has_column_privilege('govern_app', 'audit_regression_case', 'removed_at', 'UPDATE')"
        )
        assert cursor.fetchone() == (False, False, True)


def test_taking_a_case_out_needs_a_reason_and_destroys_its_text() -> None:
    false_positive()
    row = RegressionCase.objects.get()
    with pytest.raises(CaseRefused):
        remove_case(case=row.pk, actor="olive", reason=" ")
    remove_case(case=row.pk, actor="olive", reason="It says a name.")
    assert AuditPayload.objects.get(call_id=row.call_id, purpose=row.purpose).wrapped_key is None
    assert open_corpus().cases == []
    with pytest.raises(CaseRefused, match="already"):
        remove_case(case=row.pk, actor="olive", reason="Again.")


def report(**fields: Any) -> str:
    return json.dumps({"id": "r-1", "text": TEXT, "expected": "allow", **fields})


def test_reports_are_kept_with_the_policy_that_they_are_about(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "reports.jsonl").write_text(report() + "\n" + report(id="r-2", expected="found", text="It rains."))
    for _again in range(2):
        with pytest.raises(SystemExit):
            call_command("guard_report", tmp_path / "reports.jsonl", keep=True, by="olive")
    assert RegressionCase.objects.count() == 2
    assert "2 of 2 stand in the regression corpus" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("guard_report", tmp_path / "reports.jsonl")
    assert ended.value.code == 1
    call_command("regression_report")
    said = capsys.readouterr().out
    assert "baseline, all guards: 1 right, 1 wrong" in said
    assert "Bluebird" not in said


@pytest.mark.parametrize("name", ["amy", "dan", "nobody"])
def test_only_who_works_violations_keeps_reports(tmp_path: Path, name: str) -> None:
    (tmp_path / "reports.jsonl").write_text(report())
    with pytest.raises(CommandError, match="--by"):
        call_command("guard_report", tmp_path / "reports.jsonl", keep=True, by=name)
    assert not RegressionCase.objects.exists()


def test_a_report_of_a_call_is_erased_with_its_person_and_one_of_no_call_is_refused(
    tmp_path: Path, capsys: Any
) -> None:
    asked = call(TEXT, at=timezone.now() - timedelta(hours=2))
    lines = (report(call=str(asked)), report(id="r-2", call=str(uuid.uuid4())), report(id="r-3", call="x"))
    (tmp_path / "reports.jsonl").write_text("\n".join(lines))
    call_command("guard_report", tmp_path / "reports.jsonl", keep=True, by="olive")
    kept = RegressionCase.objects.get()
    assert (kept.call_id, kept.application) == (asked, "helpdesk")
    assert "r-2 is not kept" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "may"), [("olive", True), ("dan", False), ("amy", False), ("eve", False)])
def test_only_officers_take_cases_out_on_the_page(name: str, may: bool) -> None:
    false_positive()
    row = RegressionCase.objects.get()
    browser = Client()
    browser.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(reverse("admin:audit_regressioncase_remove", args=[row.pk]), {"reason": "A name."})
    assert answer.status_code == (302 if may else 403)
    assert RegressionCase.objects.kept().exists() is not may


@pytest.mark.parametrize(("name", "may"), [("olive", True), ("dan", True), ("amy", False), ("eve", False)])
def test_the_text_is_revealed_by_the_rules_of_payloads(name: str, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govern.identity.second_factor.has_fresh_second_factor", lambda _request: True)
    false_positive()
    row = RegressionCase.objects.get()
    browser = Client()
    browser.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("admin:audit_regressioncase_change", args=[row.pk])
    assert "Bluebird" not in browser.get(page).content.decode()
    reveal = reverse("admin:audit_regressioncase_reveal", args=[row.pk])
    assert browser.post(reveal, {"reason": " "}).status_code == (302 if may else 403)
    answer = browser.post(reveal, {"reason": "To see what it is."})
    assert ("Bluebird" in answer.content.decode()) is may
    assert AuditEvent.objects.filter(type="regression.revealed", actor=name).count() == may


def test_the_change_page_names_what_would_come_back(client: Client) -> None:
    false_positive()
    guards = (Topics(on=("input",), topic="projects", terms=("project bluebird",), action="block"),)
    change = submitted("guard_policy", "support-tone", mode="enforce", guards=guards)
    simulated(change)
    client.force_login(person("ben"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:govern_changerequest_change", args=[change.pk])).content.decode()
    assert "1 of 1 cases would come back" in page
    assert str(RegressionCase.objects.get().pk)[:10] in page
