"""Genesis: everything or nothing, every problem at once, and what is in force is signed."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.document import DocumentInvalid
from govern.changes.signed_text import signed_text
from govern.identity.credential_binding import secret_binding
from govern.identity.keyring import CannotOpen, Sealed, keyring
from govern.models import ApiKey, Application, CredentialSecret, Person, Revision, Version
from tests.govern.gateway.installation import HELPDESK, document

URL = "http://127.0.0.1:1/v1"


def write(folder: Path, values: Any) -> Path:
    path = folder / "bootstrap.yaml"
    path.write_text(values if isinstance(values, str) else yaml.safe_dump(values, sort_keys=False))
    return path


def problems(folder: Path, values: Any) -> list[str]:
    with pytest.raises(DocumentInvalid) as caught:
        read_bootstrap(write(folder, values))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.django_db
def test_an_empty_installation_becomes_revision_one(tmp_path: Path) -> None:
    call_command("bootstrap", str(write(tmp_path, document(URL))))
    revision = Revision.objects.get()
    assert revision.number == 1
    assert keyring().verifies(signed_text(1, revision.sha256, revision.created_at), revision.signature)
    assert set(revision.entries["application"]) == {"risk-engine", "helpdesk"}
    version = Application.objects.get(name="helpdesk").active_version
    assert version is not None
    assert revision.entries["application"]["helpdesk"] == version.sha256
    key = ApiKey.objects.get(application__name="helpdesk")
    assert (key.prefix, key.last_four) == (HELPDESK[:7], HELPDESK[-4:])
    assert HELPDESK not in str(list(ApiKey.objects.values_list()))


@pytest.mark.django_db
def test_the_same_file_elsewhere_gives_the_same_hash(tmp_path: Path) -> None:
    path = write(tmp_path, document(URL))
    with transaction.atomic():
        call_command("bootstrap", str(path))
        first = Revision.objects.get().sha256
        transaction.set_rollback(True)
    call_command("bootstrap", str(path))
    assert Revision.objects.get().sha256 == first


@pytest.mark.django_db
def test_a_second_bootstrap_is_refused_and_says_how_to_propose_it(tmp_path: Path) -> None:
    path = write(tmp_path, document(URL))
    call_command("bootstrap", str(path))
    with pytest.raises(CommandError, match=r"already at revision 1|at revision 1 already.*policy_propose"):
        call_command("bootstrap", str(path))
    call_command("bootstrap", str(path), "--if-empty")
    assert Revision.objects.count() == 1


@pytest.mark.django_db
def test_a_file_with_problems_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, document(URL, teams=[]))
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("bootstrap", str(path))
    assert not Revision.objects.exists()
    assert not Application.objects.exists()


def test_every_problem_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    text = """\
teams: [{name: payments}]
applications:
- {name: risk-engine, team: payments, colour: red, environment: mars, keys: [{name: main, secret: short}]}
providers:
- {name: openai, kind: telepathy, base_url: "https://api.openai.com/v1"}
models:
- {name: gpt, usd_per_1k: {input: 0.007, output: "0.021"}}
budgets:
- {name: b, period: fortnight}
surprise: 1
"""
    found = problems(tmp_path, text)
    lines = [int(problem.split()[1].rstrip(":")) for problem in found]
    assert lines == sorted(lines)
    for line, place in [
        (3, "applications[0].colour"),
        (3, "applications[0].environment"),
        (3, "applications[0].keys[0].secret"),
        (5, "providers[0].kind"),
        (7, "models[0].usd_per_1k.input"),
        (9, "budgets[0].period"),
        (9, "budgets[0]: `limit_usd` is missing"),
        (10, "surprise"),
    ]:
        assert any(problem.startswith(f"line {line}: {place}") for problem in found), (place, found)


def test_dangling_names_are_reported_with_a_suggestion(tmp_path: Path) -> None:
    values = document(URL)
    values["applications"][0]["team"] = "paymnets"
    values["routing_policies"][0]["rules"][0]["candidates"] = ["gone"]
    values["budgets"] = [{"name": "b", "limit_usd": "1", "scope": {"application": "nobody"}}]
    values["approval_rules"] = [{"kinds": ["everything"], "groups": ["kings"]}]
    found = "\n".join(problems(tmp_path, values))
    assert "there is no team named `paymnets`. Did you mean `payments`?" in found
    assert "there is no catalog model named `gone`" in found
    assert "there is no application named `nobody`" in found
    assert "there is no kind `everything`" in found
    assert "there is no group `kings`" in found


def test_rules_that_cannot_work_are_reported(tmp_path: Path) -> None:
    values = document(URL)
    values["routing_policies"] = [
        {
            "name": "default",
            "rules": [
                {"name": "a", "when": "true", "candidates": ["echo"]},
                {"name": "a", "when": 'taks == "coding"', "candidates": ["echo"]},
            ],
        }
    ]
    values["guard_policies"] = [{"name": "g", "guards": [{"guard": "topics", "patterns": ["(unclosed"]}]}]
    found = "\n".join(problems(tmp_path, values))
    assert "so that rule can never match" in found
    assert "two rules of this policy are named `a`" in found
    assert "Did you mean `task`?" in found
    assert "the last rule must match every call" in found
    assert "guards[0].patterns[0]" in found


def test_what_nothing_acts_on_yet_is_refused(tmp_path: Path) -> None:
    values = document(URL)
    values["routing_policies"][0]["rules"][0]["context"] = {"max_input_tokens": 100}
    (problem,) = problems(tmp_path, values)
    assert "rules[0].context is not part of this version" in problem.replace(": is", " is")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "not valid YAML"),
        ("[1, 2]", "must be a mapping"),
        ("", "must be a mapping"),
        ("teams: [{name: a}, {name: a}]", "already is a team named `a`"),
        ("teams: {name: a}", "must be a list"),
        ("teams: [just text]", "must be a mapping"),
        ("teams: [{name: a, name: b}]", "given twice"),
    ],
)
def test_a_file_that_is_no_bootstrap_file_says_what_it_should_be(tmp_path: Path, text: str, message: str) -> None:
    assert any(message in problem for problem in problems(tmp_path, text))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DocumentInvalid, match="cannot read"):
        read_bootstrap(tmp_path / "nowhere.yaml")


@pytest.mark.django_db
def test_people_sign_in_with_the_password_of_their_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMY_PASSWORD", "correct horse")
    people = [
        {"username": "amy", "groups": ["policy_author"], "password_env": "AMY_PASSWORD"},
        {"username": "ben", "groups": ["approver"], "password_env": "BEN_PASSWORD"},
    ]
    call_command("bootstrap", str(write(tmp_path, document(URL, people=people))))
    amy, ben = Person.objects.get(username="amy"), Person.objects.get(username="ben")
    assert amy.check_password("correct horse")
    assert not ben.has_usable_password()
    assert [group.name for group in amy.groups.all()] == ["policy_author"]


@pytest.mark.django_db
def test_a_credential_is_sealed_and_opens_only_for_its_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIM_KEY", "sk-simulated-0123456789")
    values = document(URL)
    values["providers"][0]["credential_env"] = "SIM_KEY"
    call_command("bootstrap", str(write(tmp_path, values)))
    secret = CredentialSecret.objects.get()
    assert b"sk-simulated" not in bytes(secret.ciphertext)
    sealed = Sealed(secret.key_id, bytes(secret.nonce), bytes(secret.ciphertext))
    assert keyring().open(sealed, bound_to=secret_binding("simulated-main")) == os.environ["SIM_KEY"]
    with pytest.raises(CannotOpen):
        keyring().open(sealed, bound_to=secret_binding("nowhere-main"))


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Version, Revision])
def test_what_is_written_once_cannot_be_rewritten(tmp_path: Path, model: Any) -> None:
    call_command("bootstrap", str(write(tmp_path, document(URL))))
    for statement in (f"UPDATE {model._meta.db_table} SET sha256 = 'x'", f"DELETE FROM {model._meta.db_table}"):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_the_applications_role_cannot_change_what_is_in_force(tmp_path: Path) -> None:
    call_command("bootstrap", str(write(tmp_path, document(URL))))
    statements = [
        "INSERT INTO govern_revision SELECT 2, manifest, sha256, signature, key_id, reason, created_by, created_at FROM govern_revision",
        "UPDATE govern_application SET active_version_id = NULL",
        "DELETE FROM govern_budget",
        "UPDATE govern_version SET canonical = '{}'",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_column_privilege('govern_app', 'govern_apikey', 'revoked_at', 'UPDATE')")
        assert cursor.fetchone() == (True,)
        for statement in statements:
            table = statement.split()[{"INSERT": 2, "UPDATE": 1, "DELETE": 2}[statement.split()[0]]]
            cursor.execute("SELECT has_table_privilege('govern_app', %s, %s)", [table, statement.split()[0]])
            assert cursor.fetchone() == (False,), statement
