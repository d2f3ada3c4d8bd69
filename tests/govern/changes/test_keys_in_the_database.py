"""API keys are issued and revoked through Govern: whoever has only the application's database role can make none work."""

import hashlib
import os
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from govern.changes.drift.finding import find_drift
from govern.changes.drift.keys import foreign_keys
from govern.identity.api_keys import issue_key, key_digest, revoke_key, rotate_key
from govern.identity.write_proofs import prove_write, proven_instant
from govern.models import ApiKey, Application
from tests.cast import person
from tests.govern.changes.shell import refused, run

pytestmark = pytest.mark.usefixtures("as_application")

MINE = hashlib.sha256(b"gk-mine").hexdigest()
COLUMNS = "id, application_id, name, digest, stamp, prefix, last_four, created_at, created_by_id, expires_at, revoked_at, revoked_by_id, revoked_reason"


def helpdesk() -> Application:
    return Application.objects.get(name="helpdesk")


def test_keys_are_issued_and_revoked_through_govern() -> None:
    soon = timezone.now() + timedelta(days=3)
    key, secret = issue_key(application=helpdesk(), name='new "ü"\n\\', by=person("olive"), expires_at=soon)
    stored = ApiKey.objects.get(digest=key_digest(secret))
    assert stored.revoked_at is None
    assert foreign_keys() == []
    revoke_key(key=key, by=person("olive"), reason="Done.")
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None


def test_several_keys_are_issued_in_one_go() -> None:
    for number in range(3):
        issue_key(application=helpdesk(), name=f"batch {number}", by=None)


STATEMENTS = [
    (
        f"INSERT INTO govern_apikey ({COLUMNS}) SELECT gen_random_uuid(), application_id, 'mine', '{MINE}', stamp, 'gk-mine', 'mine',"
        " now(), NULL, NULL, NULL, NULL, '' FROM govern_apikey LIMIT 1"
    ),
    (
        f"WITH old AS (SELECT * FROM govern_apikey LIMIT 1) INSERT INTO govern_apikey ({COLUMNS}) SELECT gen_random_uuid(), application_id,"
        f" 'cte', '{MINE}', '', 'gk-', 'mine', now(), NULL, NULL, NULL, NULL, '' FROM old"
    ),
    f"INSERT INTO govern_apikey ({COLUMNS}) SELECT {COLUMNS} FROM govern_apikey ON CONFLICT (digest) DO UPDATE SET digest = '{MINE}'",
    f"INSERT INTO govern_apikey ({COLUMNS}) SELECT {COLUMNS} FROM govern_apikey ON CONFLICT (digest) DO UPDATE SET revoked_at = NULL",
    f"MERGE INTO govern_apikey k USING (SELECT 1) s ON k.name = 'main' WHEN MATCHED THEN UPDATE SET digest = '{MINE}'",
    "MERGE INTO govern_apikey k USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO govern_apikey k USING (SELECT 1) s ON k.revoked_at IS NOT NULL WHEN MATCHED THEN UPDATE SET revoked_at = NULL",
    f"UPDATE govern_apikey SET digest = '{MINE}'",
    "UPDATE govern_apikey SET application_id = (SELECT id FROM govern_application ORDER BY name LIMIT 1)",
    "UPDATE govern_apikey SET expires_at = now() + interval '9 years'",
    "UPDATE govern_apikey SET name = 'x'",
    "UPDATE govern_apikey SET replaced_at = now()",
    "UPDATE govern_apikey SET replaced_at = now(), expires_at = now(), stamp = ''",
    "UPDATE govern_apikey SET replaced_at = NULL WHERE replaced_at IS NOT NULL",
    "UPDATE govern_apikey SET expires_at = NULL WHERE replaced_at IS NOT NULL",
    "UPDATE govern_apikey SET expires_at = now() - interval '1 hour'",
    "UPDATE govern_apikey SET replaces_id = id",
    "UPDATE govern_apikey SET id = gen_random_uuid()",
    "UPDATE govern_apikey SET stamp = ''",
    "UPDATE govern_apikey SET revoked_at = NULL, revoked_by_id = NULL, revoked_reason = ''",
    "UPDATE govern_apikey SET revoked_reason = 'x'",
    "DELETE FROM govern_apikey",
    "TRUNCATE govern_apikey CASCADE",
    "LOCK TABLE govern_apikey IN ACCESS EXCLUSIVE MODE",
    "ALTER TABLE govern_apikey DISABLE TRIGGER guard_key",
    "DROP TRIGGER guard_key ON govern_apikey",
    "CREATE RULE r AS ON INSERT TO govern_apikey DO INSTEAD NOTHING",
    "CREATE VIEW v AS SELECT * FROM govern_apikey",
]


def test_in_psql_they_are_not() -> None:
    rotated, _ = issue_key(application=helpdesk(), name="rotated", by=None)
    rotate_key(key=rotated, by=None, grace=timedelta(days=1))
    key, _ = issue_key(application=helpdesk(), name="spare", by=None)
    revoke_key(key=key, by=None, reason="Spare.")
    connection.close()
    before = run("SELECT * FROM govern_apikey ORDER BY id")
    for statement in STATEMENTS:
        refused(statement)
    assert run("SELECT * FROM govern_apikey ORDER BY id") == before


def test_a_proof_that_was_seen_makes_no_other_key_and_not_the_same_again() -> None:
    key, _ = issue_key(application=helpdesk(), name="seen", by=None)
    (proof,) = run("SELECT current_setting('govern.write_proof')")[0] or ("",)
    insert = f"INSERT INTO govern_apikey ({COLUMNS}) SELECT %s, application_id, name, %s, stamp, prefix, last_four, now(), NULL, NULL, NULL, NULL, '' FROM govern_apikey WHERE id = %s"
    for id_, digest in ((uuid.uuid4(), MINE), (key.pk, key.digest)):
        assert run("SELECT set_config('govern.write_proof', %s, false)", proof)
        assert "through Govern" in refused(insert, id_, digest, key.pk)


def test_a_proof_of_rotating_shortens_no_other_key_and_lengthens_none() -> None:
    key, _ = issue_key(application=helpdesk(), name="seen", by=None)
    other, _ = issue_key(application=helpdesk(), name="other", by=None)
    ends_at = timezone.now() + timedelta(days=1)
    prove_write("key.replaced", key.pk, "x", proven_instant(ends_at))
    (proof,) = run("SELECT current_setting('govern.write_proof')")[0] or ("",)
    for pk, at in ((other.pk, ends_at), (key.pk, ends_at + timedelta(days=1))):
        assert run("SELECT set_config('govern.write_proof', %s, false)", proof)
        update = "UPDATE govern_apikey SET replaced_at = now(), expires_at = %s, stamp = 'x' WHERE id = %s"
        assert "through Govern" in refused(update, at, pk)


def test_three_secrets_of_a_name_do_not_work_at_once() -> None:
    first, _ = issue_key(application=helpdesk(), name="thrice", by=None)
    second, _ = rotate_key(key=first, by=None, grace=timedelta(days=1))
    ends_at = timezone.now() + timedelta(days=1)
    prove_write("key.replaced", second.pk, "x", proven_instant(ends_at))
    with pytest.raises(DatabaseError, match="Two secrets"):
        ApiKey.objects.filter(pk=second.pk).update(replaced_at=timezone.now(), expires_at=ends_at, stamp="x")


def test_revoking_in_psql_is_allowed_once_and_for_good() -> None:
    run("UPDATE govern_apikey SET revoked_at = '2999-01-01' WHERE name = 'main'")
    assert run("SELECT max(revoked_at) <= clock_timestamp() FROM govern_apikey") == [(True,)]
    refused("UPDATE govern_apikey SET revoked_at = NULL")


def test_a_key_that_the_owner_of_the_database_wrote_is_found_and_has_no_stamp() -> None:
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        dbname=settings["NAME"],
        user="govern_owner",
        password=os.environ["GOVERN_DATABASE_OWNER_PASSWORD"],
    ) as owner:
        owner.execute(
            "UPDATE govern_apikey SET digest = %s WHERE name = 'main' AND last_four IN (SELECT max(last_four) FROM govern_apikey)",
            [MINE],
        )
    assert len(foreign_keys()) == 1
    assert foreign_keys()[0].startswith("key/")
    assert set(foreign_keys()) <= set(find_drift())
