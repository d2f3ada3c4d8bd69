"""The bootstrap file: everything an installation starts with, checked as a whole before anything is written."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from govern.changes.addresses import check_addresses
from govern.changes.document import Document, DocumentInvalid, decode_body, read_document
from govern.changes.kinds import KINDS
from govern.changes.known import Bodies
from govern.changes.references import check_references, named
from govern.identity.api_keys import PREFIX
from govern.parts.problem import Problem
from govern.parts.secrets import given_key, given_secret
from govern.policy.bodies import BODIES, CredentialBody, MembershipBody
from routing.bodies import Body

PEOPLE = "people"
SECTIONS = {kind.section: name for name, kind in KINDS.items() if kind.section != PEOPLE}
"""Section of the file → kind of what it lists. People are more than their roles."""

MIN_SECRET_LENGTH = 20


class PersonEntry(Body, kw_only=True, frozen=True):
    """Somebody who may sign in."""

    username: Annotated[str, msgspec.Meta(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$")]
    groups: list[str] = []
    teams: list[str] = []
    """Whose applications an application owner owns."""
    applications: list[str] = []
    password_env: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    superuser: bool = False


class KeyEntry(Body, kw_only=True, frozen=True):
    """A key of an application. Without a secret one is made and shown once."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    secret: str | None = None
    expires_at: datetime | None = None


class Bootstrap(msgspec.Struct, frozen=True):
    """A checked bootstrap file."""

    bodies: Bodies
    people: list[PersonEntry]
    keys: list[tuple[str, KeyEntry]]
    """(application, key)."""
    sections: frozenset[str]
    """Which sections the file has."""
    notes: list[str]
    """What is not wrong but should be known, such as a credential that is not set."""


def read_bootstrap(path: Path, *, beside: Mapping[str, Mapping[str, Any]] | None = None) -> Bootstrap:
    """Reads and checks a file. Raises `DocumentInvalid` with every problem at once.

    beside: kind → name → body of what is there already, so that the file may speak of it without repeating it.
    """
    document = read_document(path)
    bodies: Bodies = {kind: {} for kind in BODIES}
    people: list[PersonEntry] = []
    keys: list[tuple[str, KeyEntry]] = []
    notes: list[str] = []
    for section in document.value:
        if section not in SECTIONS and section != PEOPLE:
            document.report(section, f"is no section. Sections: {PEOPLE}, {', '.join(SECTIONS)}.")
    for place, item in document.section(PEOPLE):
        person = decode_body(document, place, item, PersonEntry)
        if person is not None:
            people.append(person)
            _check_person(document, place, person, people, notes)
            if person.groups or person.teams or person.applications:
                roles = MembershipBody(
                    name=person.username,
                    groups=tuple(sorted(set(person.groups))),
                    teams=tuple(sorted(set(person.teams))),
                    applications=tuple(sorted(set(person.applications))),
                )
                bodies["membership"][person.username] = (place, roles)
    for section, kind in SECTIONS.items():
        for place, item in document.section(section):
            rest = dict(item)
            if kind == "application":
                keys += _take_keys(document, place, rest)
            if kind == "provider":
                _take_credentials(document, bodies, place, rest, notes)
            body = decode_body(document, place, rest, BODIES[kind])
            if body is not None:
                named(document, bodies, kind, place, body)
    if not document.problems:
        there = {k: {n: (f"{k}/{n}", b) for n, b in named.items()} for k, named in (beside or {}).items()}
        together = {kind: {**there.get(kind, {}), **bodies[kind]} for kind in bodies}
        check_references(document, together)
        check_addresses(
            document,
            {(kind, name): found for kind, named in bodies.items() for name, found in named.items()},
            {kind: {name: body for name, (_, body) in named.items()} for kind, named in together.items()},
        )
    _check_secrets(document, keys)
    if document.problems:
        raise DocumentInvalid(document.problems)
    return Bootstrap(bodies=bodies, people=people, keys=keys, sections=frozenset(document.value), notes=notes)


def _check_person(
    document: Document, place: str, person: PersonEntry, people: list[PersonEntry], notes: list[str]
) -> None:
    if sum(other.username == person.username for other in people) > 1:
        document.report(f"{place}.username", f"`{person.username}` is listed twice.")
    if person.password_env and not given_secret(person.password_env):
        notes.append(
            f"{person.password_env} is not set, so {person.username} cannot sign in yet; "
            f"set a password with: python manage.py changepassword {person.username}"
        )


def _take_keys(document: Document, place: str, item: dict[str, Any]) -> list[tuple[str, KeyEntry]]:
    found: list[tuple[str, KeyEntry]] = []
    entries = item.pop("keys", None) or []
    if not isinstance(entries, list):
        document.report(f"{place}.keys", "must be a list of `{name, secret, expires_at}`.")
        return found
    for index, entry in enumerate(entries):
        at = f"{place}.keys[{index}]"
        if not isinstance(entry, dict):
            document.report(at, "must be a mapping such as `{name: main}`.")
            continue
        key = decode_body(document, at, entry, KeyEntry)
        if key is None:
            continue
        if any(other.name == key.name for _, other in found):
            document.report(f"{at}.name", f"two keys of this application are named `{key.name}`.")
        found.append((str(item.get("name")), key))
        if key.secret is not None and not (key.secret.startswith(PREFIX) and len(key.secret) >= MIN_SECRET_LENGTH):
            document.report(
                f"{at}.secret",
                f"must start with `{PREFIX}` and have at least {MIN_SECRET_LENGTH} characters; "
                "leave it out to have one made.",
            )
    return found


def _take_credentials(document: Document, bodies: Bodies, place: str, item: dict[str, Any], notes: list[str]) -> None:
    """A provider's `credential_env`, and further ones under `credentials: [{name, env, weight}]`."""
    provider = item.get("name")
    entries: list[tuple[str, Any]] = []
    if "credential_env" in item:
        entries.append((f"{place}.credential_env", {"name": "main", "env": item.pop("credential_env")}))
    listed = item.pop("credentials", None) or []
    if not isinstance(listed, list):
        document.report(f"{place}.credentials", "must be a list of `{name, env, weight}`.")
        listed = []
    entries += [(f"{place}.credentials[{index}]", entry) for index, entry in enumerate(listed)]
    for at, entry in entries:
        if not isinstance(entry, dict) or not str(entry.get("env", "")).isidentifier():
            document.report(at, "must name an environment variable, such as OPENAI_API_KEY.")
            continue
        value = {**entry, "name": f"{provider}-{entry.get('name')}", "provider": provider}
        body = decode_body(document, at, value, CredentialBody)
        if body is not None:
            named(document, bodies, "provider_credential", at, body)
            try:
                given = given_key(body.env)
            except Problem as problem:
                document.report(at, str(problem))
                continue
            if not given:
                notes.append(
                    f"{body.env} is not set, so nothing is routed to {provider} with it; "
                    f"set it (or {body.env}_FILE) and start Govern again."
                )


def _check_secrets(document: Document, keys: list[tuple[str, KeyEntry]]) -> None:
    seen: dict[str, str] = {}
    for application, key in keys:
        if key.secret is None:
            continue
        if key.secret in seen:
            document.report(
                "applications", f"the keys `{seen[key.secret]}` and `{application}/{key.name}` share a secret."
            )
        seen[key.secret] = f"{application}/{key.name}"
