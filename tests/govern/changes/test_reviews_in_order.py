"""An approval counts for one submission, in its place, with everything that the reviewer was shown; no row in psql revives one."""

import os
from typing import Any

import psycopg
import pytest
from django.db import connection

from govern.changes.approvals import progress
from govern.changes.digest import change_digest, jsonb_text
from govern.changes.reviewing import comment_on_change, review_change
from govern.changes.submission import reopen_change, submit_change
from govern.models import ChangeRequest, ChangeState
from tests.cast import person
from tests.govern.changes.changing import approve, draft, fresh, submitted
from tests.govern.changes.shell import refused, run

pytestmark = pytest.mark.usefixtures("as_application")

REVIEW = "change_id, reviewer_id, reviewer_name, groups, verdict, reason, digest, risk, second_factor, proof"


def say(change: ChangeRequest, name: str, verdict: str) -> ChangeRequest:
    return review_change(
        change=change,
        by=person(name),
        verdict=verdict,
        digest=change.content_digest,
        reason="No.",
        second_factor=fresh(name),
    )


def again(change: ChangeRequest) -> ChangeRequest:
    return submit_change(change=change, by=person("amy"), edition=change.edition)


def given(change: ChangeRequest) -> list[tuple[str, ...]]:
    return [requirement.given for requirement in progress(change)]


def test_two_approvals_of_one_submission_count() -> None:
    change = approve(submitted(), "ben", "cara")
    assert change.state == ChangeState.APPROVED
    assert list(change.reviews.values_list("place", "reviewer_name")) == [(1, "ben"), (2, "cara")]


def test_the_same_content_submitted_again_begins_without_approvals() -> None:
    change = say(approve(submitted(), "ben"), "ben", "request_changes")
    change = again(change)
    assert given(change) == [()]
    change = approve(change, "cara")
    assert given(change) == [("cara",)]
    assert change.state == ChangeState.IN_REVIEW


def test_what_its_author_took_back_loses_its_approvals() -> None:
    change = reopen_change(change=approve(submitted(), "ben", "cara"), by=person("amy"))
    for state in ("in_review", "approved"):
        refused("UPDATE govern_changerequest SET state = %s WHERE id = %s", state, change.pk)
    assert given(again(change)) == [()]


@pytest.mark.parametrize("place", ["place", "place + 1", "place + 2", "1 + (SELECT max(place) FROM govern_review)"])
@pytest.mark.parametrize("digest", ["digest", "(SELECT content_digest FROM govern_changerequest WHERE id = change_id)"])
def test_a_withdrawn_approval_cannot_be_copied(place: str, digest: str) -> None:
    change = approve(submitted(), "ben")
    change = again(say(change, "ben", "request_changes"))
    change = approve(change, "cara")
    columns = REVIEW.replace("digest", digest)
    said = refused(
        f"INSERT INTO govern_review (id, created_at, place, {REVIEW}) SELECT gen_random_uuid(), now(), {place}, {columns}"
        " FROM govern_review WHERE reviewer_name = 'ben' AND verdict = 'approve'"
    )
    assert "not made by Govern" in said or "was edited" in said
    assert given(change) == [("cara",)]
    refused("UPDATE govern_changerequest SET state = 'approved' WHERE id = %s", change.pk)


REWRITING = [
    "DELETE FROM govern_review WHERE verdict = 'request_changes'",
    "UPDATE govern_review SET created_at = now()",
    "UPDATE govern_review SET place = 10 - place",
    "UPDATE govern_review SET verdict = 'approve'",
    "MERGE INTO govern_review r USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO govern_review r USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET place = 9",
    (
        f"INSERT INTO govern_review (id, created_at, place, {REVIEW}) SELECT id, now(), place, {REVIEW} FROM govern_review"
        " ON CONFLICT (id) DO UPDATE SET created_at = now()"
    ),
    "WITH gone AS (DELETE FROM govern_review RETURNING *) SELECT * FROM gone",
    "TRUNCATE govern_review",
    "LOCK TABLE govern_review IN SHARE MODE",
    "UPDATE govern_changetransition SET actor = 'eve'",
    "DELETE FROM govern_changecomment",
    "UPDATE govern_changecomment SET text = 'Fine.'",
    (
        "INSERT INTO govern_changecomment (id, change_id, author_id, author_name, text, created_at) SELECT gen_random_uuid(), change_id,"
        " reviewer_id, reviewer_name, 'Looks good.', now() FROM govern_review"
    ),
    "INSERT INTO govern_changecomment SELECT gen_random_uuid(), author_name, text, now(), author_id, change_id FROM govern_changecomment",
    "INSERT INTO govern_changeauthor (change_id, person_id) SELECT change_id, reviewer_id FROM govern_review",
    "DELETE FROM govern_changerequest",
]


def test_what_was_said_stays_as_it_was_said() -> None:
    change = say(approve(submitted(), "ben"), "cara", "approve")
    comment_on_change(change=change, by=person("ben"), text='Good.\n"Really" \\')
    before = run("SELECT * FROM govern_review ORDER BY id"), run("SELECT * FROM govern_changecomment")
    for statement in REWRITING:
        refused(statement)
    assert before == (run("SELECT * FROM govern_review ORDER BY id"), run("SELECT * FROM govern_changecomment"))


RETOUCHING = [
    "title = 'Harmless'",
    "reason = 'Olive asked for it.'",
    """assessment = '{"reasons": {}, "checks": []}'""",
    "assessment = jsonb_set(assessment, '{checks}', '[]')",
    "risk = 'low'",
    "effective_at = now()",
    "approve_by = now() + interval '1 year'",
    "apply_by = now() + interval '1 year'",
    "submitted_at = now()",
    "lapses_at = NULL, incident = 'INC-1'",
    "submission_proof = ''",
    "content_digest = repeat('0', 64)",
    "rolls_back_id = id",
    "created_at = now()",
    "mode = 'emergency', incident = 'x'",
    "state = 'draft'",
    "state = 'draft', title = 'Harmless'",
    "state = 'changes_requested'",
    "state = 'withdrawn'",
    "state = 'expired'",
    "state = 'rejected'",
]


def test_what_reviewers_were_shown_stays_as_it_was_shown() -> None:
    change = approve(submitted(), "ben")
    for column in RETOUCHING:
        refused(f"UPDATE govern_changerequest SET {column}")
        refused(f"MERGE INTO govern_changerequest c USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET {column}")
    assert approve(change, "cara").state == ChangeState.APPROVED


@pytest.mark.parametrize("field", ["title", "reason", "assessment", "incident"])
def test_all_of_it_is_under_the_digest(field: str) -> None:
    change = submitted()
    setattr(change, field, {"a": 1} if field == "assessment" else "Other")
    assert change_digest(change) != change.content_digest


def test_the_database_computes_the_same_digest() -> None:
    change = draft()
    run(
        "UPDATE govern_changerequest SET title = %s, reason = %s WHERE id = %s",
        'A\ttab, a "quote" – ü 🔑',
        "x\n\\y\x7f",
        change.pk,
    )
    change = again(ChangeRequest.objects.get(pk=change.pk))
    assert run("SELECT govern_change_digest(c) FROM govern_changerequest c") == [(change_digest(change),)]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"bb": 1, "a": [True, None, "x"], "é": {"z": {}, "y": []}, "ccc": -7},
        {"q": 'quote " \\ / \n \x01 \u2028 🔑'},
        {"Z": 1, "a": 2, "aa": 3},
    ],
)
def test_json_is_spelled_as_the_database_spells_it(value: Any) -> None:
    assert run("SELECT %s::jsonb::text", psycopg.types.json.Jsonb(value)) == [(jsonb_text(value),)]


def test_a_step_in_anothers_name_is_refused() -> None:
    change = submitted()
    said = refused(
        "SELECT set_config('govern.actor', 'amy', true); UPDATE govern_changerequest SET state = 'withdrawn' WHERE number ="
        f" {change.number}"
    )
    assert "not made by Govern" in said
    assert not change.transitions.filter(after="withdrawn").exists()


def test_reviews_that_are_not_the_row_that_govern_wrote_count_for_nobody() -> None:
    """Even the owner of the database, without the key, cannot take one out of the middle, exchange two or add one."""
    change = approve(submitted(), "ben")
    change = approve(change, "cara")
    assert given(change) == [("ben", "cara")]
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], user="govern_owner",
        password=os.environ["GOVERN_DATABASE_OWNER_PASSWORD"], autocommit=True,
    ) as owner:  # fmt: skip
        owner.execute("UPDATE govern_review SET place = place + 5")
        assert given(change) == [()]
        owner.execute("UPDATE govern_review SET place = place - 5")
        assert given(change) == [("ben", "cara")]
        owner.execute("UPDATE govern_review SET place = place + 2 WHERE place = 1")
        assert given(change) == [()]
        owner.execute("UPDATE govern_review SET place = 1 WHERE place = 3")
        owner.execute("DELETE FROM govern_review WHERE place = 1")
        assert given(change) == [()]
