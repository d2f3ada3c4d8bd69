"""A management command has the database it needs, and says in one sentence when it cannot run."""

from pathlib import Path

import pytest

from tests.govern.parts.installation import Installation


def test_help_starts_nothing(installation: Installation) -> None:
    assert installation.run("help").returncode == 0
    assert installation.run("migrate", "--help").returncode == 0
    assert not (installation.home / "postgres").exists()


def test_database_url_starts_nothing(installation: Installation) -> None:
    url = installation.run("database_url", "--role", "reader").stdout
    assert url.startswith("postgresql://govern_reader:")
    assert not (installation.home / "postgres").exists()


@pytest.mark.parametrize("command", ["showmigrations", "up"])
def test_a_home_that_is_a_file_is_refused(installation: Installation, command: str) -> None:
    installation.home.touch()
    refused = installation.run(command)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"{installation.home} is not a folder: set GOVERN_HOME to a folder, or move the file that is in its place.\n"
    )


def test_a_wrong_setting_is_named(installation: Installation) -> None:
    refused = installation.run("check", GOVERN_AUDIT="sometimes")
    assert refused.returncode == 1
    assert refused.stderr == "GOVERN_AUDIT is 'sometimes': set it to one of write_ahead, overlapped.\n"


def test_an_unreachable_database_is_one_sentence(installation: Installation) -> None:
    refused = installation.run("showmigrations", DATABASE_URL="postgresql://amy:hidden@127.0.0.1:1/govern")
    assert refused.returncode == 1
    assert refused.stderr.startswith("The database cannot be used: ")
    assert "hidden" not in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "70000"], "70000 is not a port: choose one from 1024 to 65535 with --port.\n"),
        (["--host", "192.0.2.1"], "192.0.2.1 is not an address of this machine: choose another --host.\n"),
        (
            ["--bootstrap", "absent.yaml"],
            "There is no file absent.yaml: give --bootstrap the path of a bootstrap file.\n",
        ),
    ],
)
def test_up_refuses_wrong_options(installation: Installation, options: list[str], sentence: str) -> None:
    refused = installation.run("up", "--no-model", *options)
    assert refused.returncode == 1
    assert refused.stderr == sentence


@pytest.mark.long
def test_a_command_runs_the_database_for_its_own_duration(installation: Installation) -> None:
    assert installation.run("migrate", "--verbosity", "0").returncode == 0
    assert (installation.home / "postgres" / "PG_VERSION").exists()
    assert installation.processes() == []


@pytest.mark.long
def test_a_missing_schema_is_said(installation: Installation) -> None:
    refused = installation.run("changepassword", "amy")
    assert refused.returncode == 1
    assert refused.stderr == (
        "The database has no schema yet, or an older one: run `manage.py up` or `manage.py migrate`.\n"
    )


def test_secrets_are_private(installation: Installation) -> None:
    installation.run("check")
    secrets = list((installation.home / "secrets").iterdir())
    assert secrets
    assert {file.stat().st_mode & 0o777 for file in secrets} == {0o600}
    assert Path(installation.home / "secrets").stat().st_mode & 0o777 == 0o700
