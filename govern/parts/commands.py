"""Running a management command: with the settings, the database role and the running database that it needs."""

import os
import sys
from contextlib import ExitStack

from govern.parts.problem import Problem

OWNER_COMMANDS = frozenset(
    [
        "bootstrap",
        "fill",
        "flush",
        "makemigrations",
        "migrate",
        "optimizemigration",
        "showmigrations",
        "sqlflush",
        "sqlmigrate",
        "squashmigrations",
    ]
)
"""Commands that change the schema or what is in force: they connect as the owner of the schema."""

WITHOUT_DATABASE = frozenset(
    [
        "check",
        "collectstatic",
        "compilemessages",
        "database_roles",
        "database_url",
        "demo",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "spectacular",
        "startapp",
        "startproject",
        "test",
        "up",
        "version",
        "--help",
        "--version",
        "-h",
    ]
)
"""Commands that need no database, or start it themselves."""

UNDEFINED = frozenset({"42P01", "42703"})
"""SQLSTATEs of a table and of a column that is not there (PostgreSQL's documentation, appendix A)."""


def run_command(arguments: list[str]) -> int:
    """Run the management command of `arguments`. Returns the exit code; a `Problem` is said in one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.embedded")
    command = arguments[1] if len(arguments) > 1 else "help"
    os.environ.setdefault("GOVERN_DATABASE_ROLE", "owner" if command in OWNER_COMMANDS else "app")
    if command == "up":
        return _run_up(arguments[2:])
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError, ProgrammingError
    except ImportError:
        return _refuse("Django is not installed in this Python: run `make setup`, then use .venv/bin/python manage.py.")
    try:
        with ExitStack() as stack:
            if _needs_database(command, arguments):
                _use_database(stack)
            execute_from_command_line(arguments)
    except (Problem, ImproperlyConfigured) as problem:
        return _refuse(str(problem))
    except ProgrammingError as error:
        if command == "migrate" or getattr(error.__cause__, "sqlstate", None) not in UNDEFINED:
            raise
        return _refuse("The database has no schema yet, or an older one: run `manage.py up` or `manage.py migrate`.")
    except OperationalError as error:
        return _refuse(f"The database cannot be used: {str(error).strip().splitlines()[0]}.")
    except KeyboardInterrupt:
        return 130
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _run_up(arguments: list[str]) -> int:
    try:
        from govern.parts.up import main  # without Django: the process that watches the parts stays small

        return main(arguments)
    except ImportError as error:
        return _refuse(
            f"The embedded parts are not installed in this Python ({error.name} is missing): run `make setup`."
        )
    except Problem as problem:
        return _refuse(str(problem))


def _needs_database(command: str, arguments: list[str]) -> bool:
    embedded = os.environ["DJANGO_SETTINGS_MODULE"] == "govern.settings.embedded"
    asks_for_help = any(argument in ("-h", "--help") for argument in arguments)
    return embedded and command not in WITHOUT_DATABASE and not asks_for_help


def _use_database(stack: ExitStack) -> None:
    """Join the embedded database of this home, or run it until `stack` is closed; not if DATABASE_URL is set."""
    from govern.parts.database_access import external_database
    from govern.parts.home import Home
    from govern.parts.keeping import use_server
    from govern.parts.postgres import Postgres

    if external_database() is None:
        hold = use_server(Postgres(Home.current()))
        stack.callback(hold.release)
