"""Addresses of the database, one for each role, and the roles themselves."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from govern.parts.database_closing import close_database
from govern.parts.home import Home
from govern.parts.problem import Problem
from govern.parts.secrets import given_secret

POSTGRES_PORT = 5432
DATABASE = "govern"

ROLES = ("owner", "app", "reader", "sealer")
"""Login roles `govern_owner` (schema, bootstrap), `govern_app` (calls, admin, work, seal), `govern_reader` and `govern_sealer` (read)."""


def external_database() -> str | None:
    """The address of the PostgreSQL server to use in the place of the embedded one, or None."""
    return given_secret("DATABASE_URL")


def role_urls(home: Home) -> dict[str, str]:
    """The database address of every role, for psycopg and psql. It follows from the home: no server has to run."""
    external = external_database()
    if external:
        return external_role_urls(external, home.secret)
    return {role: _socket_url(home, f"govern_{role}", _password(home, role), DATABASE) for role in ROLES}


def external_role_urls(url: str, secret: Callable[[str], str | None], *, needed: str = "") -> dict[str, str]:
    """The address of every role on the server of `url`; `secret` knows GOVERN_DATABASE_<ROLE>_PASSWORD.

    A role without a password is left out. Raises `Problem` if that is the one `needed`.
    """
    parts = urlsplit(url)
    urls = {}
    for role in ROLES:
        user = f"govern_{role}"
        if parts.username == user:
            urls[role] = url
        elif password := secret(f"GOVERN_DATABASE_{role.upper()}_PASSWORD"):
            address = parts.netloc.rpartition("@")[2]
            urls[role] = urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{address}"))
    if needed and needed not in urls:
        raise Problem(
            f"The database role govern_{needed} has no password: set GOVERN_DATABASE_{needed.upper()}_PASSWORD "
            f"(or its _FILE), or give DATABASE_URL with the user govern_{needed}."
        )
    return urls


def administrator_url(home: Home) -> str:
    """The address of the embedded server for its superuser, who only creates databases and roles."""
    return _socket_url(home, "postgres", _password(home, "superuser"), "postgres")


def ensure_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create the login roles of `passwords` where they are missing, and give each its password.

    Raises `Problem` with what to run if the connection's user may not do that. Safe when two processes do it at once.
    """
    may_create = _may_create_roles(connection)
    missing = [role for role in passwords if not _can_log_in(connection, role)]
    if missing and not may_create:
        statements = " ".join(f"CREATE ROLE govern_{role} LOGIN PASSWORD '…';" for role in missing)
        raise Problem(
            f"The user of DATABASE_URL may not create roles; have an administrator run: {statements} "
            "Then give the passwords as GOVERN_DATABASE_OWNER_PASSWORD and so on."
        )
    for role in passwords if may_create else ():
        name = sql.Identifier(f"govern_{role}")
        create = sql.SQL(
            "DO $$ BEGIN CREATE ROLE {} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        connection.execute(create.format(name))
        # The server is given the verifier, not the password: what it logs or shows of a statement opens nothing.
        verifier = connection.pgconn.encrypt_password(
            passwords[role].encode(), f"govern_{role}".encode(), b"scram-sha-256"
        )
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier.decode())))


def prepare_database(connection: psycopg.Connection) -> None:
    """Create the database `govern` on the embedded server, owned by `govern_owner`, with pgvector available, closed to everybody else."""
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        with _another_database(connection, "template1") as template:
            template.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER govern_owner").format(sql.Identifier(DATABASE)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
    with _another_database(connection, DATABASE) as database:
        close_database(database)


def _another_database(connection: psycopg.Connection, name: str) -> psycopg.Connection:
    """The same user of the same server in another database."""
    return psycopg.connect(
        connection.info.dsn, dbname=name, password=connection.info.password, autocommit=True, connect_timeout=5
    )


def prepare_external_database(url: str, urls: Mapping[str, str]) -> None:
    """Give the server of `url` the roles of `urls`, and the owner's role the right to create the schema.

    Raises `Problem`, without repeating an address and the password in it, if the server cannot be used for that.
    """
    try:
        with psycopg.connect(_administrator(url), autocommit=True, connect_timeout=10) as connection:
            ensure_roles(connection, {role: unquote(urlsplit(urls[role]).password or "") for role in urls})
            for role, address in urls.items():
                _check_password(role, address)
            database = sql.Identifier(connection.info.dbname)
            with suppress(
                psycopg.errors.InsufficientPrivilege
            ):  # then an administrator has granted it, or migrate says so
                connection.execute(sql.SQL("GRANT ALL ON DATABASE {} TO govern_owner").format(database))
                connection.execute("GRANT ALL ON SCHEMA public TO govern_owner")
            close_database(connection)
    except psycopg.ProgrammingError:
        raise Problem(
            "DATABASE_URL is not a PostgreSQL address: write postgresql://USER:PASSWORD@HOST:5432/DATABASE."
        ) from None
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Problem(f"The PostgreSQL server of DATABASE_URL cannot be used: {reason}.") from error


def _administrator(url: str) -> str:
    """`url` with its superuser, if it names no user and the superuser's password is given."""
    parts = urlsplit(url)
    password = given_secret("GOVERN_DATABASE_SUPERUSER_PASSWORD")
    if parts.username is not None or password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"postgres:{quote(password, safe='')}@{parts.netloc}"))


def _check_password(role: str, url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise Problem(
            f"The role govern_{role} exists on the server of DATABASE_URL but cannot sign in: give its password as "
            f"GOVERN_DATABASE_{role.upper()}_PASSWORD, and let it connect to the database."
        ) from error


def role_passwords(home: Home) -> dict[str, str]:
    """The password of every login role."""
    return {role: _password(home, role) for role in ROLES}


def _password(home: Home, role: str) -> str:
    return home.secret(f"GOVERN_DATABASE_{role.upper()}_PASSWORD")


def _socket_url(home: Home, user: str, password: str, database: str) -> str:
    host = quote(str(home.sockets("postgres")), safe="")
    return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={host}&port={POSTGRES_PORT}"


def _can_log_in(connection: psycopg.Connection, role: str) -> bool:
    return (
        connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolcanlogin", [f"govern_{role}"]).fetchone()
        is not None
    )


def _may_create_roles(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])
