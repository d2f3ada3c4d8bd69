"""What a revision holds, as a bootstrap file: setting up another installation from it gives the same manifest and hash."""

from collections.abc import Iterable
from typing import Any

import msgspec
import yaml

from govern.changes.bootstrap_file import SECTIONS
from govern.models import Revision, Version

NO_REVISION = "Nothing is in force yet: run `manage.py bootstrap FILE` first."


def revision_bodies(revision: Revision) -> dict[str, dict[str, Any]]:
    """Kind → name → body of a revision, in force or earlier. One query."""
    digests = {digest for names in revision.entries.values() for digest in names.values()}
    found = {
        (version.kind, version.object_name, version.sha256): version.body
        for version in Version.objects.filter(sha256__in=digests)
    }
    return {
        kind: {name: found[kind, name, digest] for name, digest in names.items()}
        for kind, names in revision.entries.items()
    }


def policy_document(revision: Revision) -> str:
    """The YAML of a revision. What is left out has its default. It holds no secrets and no keys."""
    bodies = revision_bodies(revision)
    document: dict[str, Any] = {}
    roles = bodies.get("membership", {})
    if roles:
        document["people"] = [_person(name, body) for name, body in roles.items()]
    for section, kind in SECTIONS.items():
        if bodies.get(kind):
            document[section] = [_without_defaults(body) for body in bodies[kind].values()]
    head = (
        f"# Revision {revision.number} of {revision.created_at:%Y-%m-%d %H:%M} UTC\n"
        f"# SHA-256 of its manifest: {revision.sha256}\n"
    )
    return head + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _without_defaults(value: Any) -> Any:
    """Plain values of a struct, without what a reader of the file would fill in again."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        plain = {value.__struct_config__.tag_field: tag} if tag else {}
        fields = zip(value.__struct_fields__, _defaults(type(value)), strict=True)
        return plain | {
            name: _without_defaults(found) for name, default in fields if (found := getattr(value, name)) != default
        }
    if isinstance(value, (list, tuple)):
        return [_without_defaults(entry) for entry in value]
    return msgspec.to_builtins(value)


def _defaults(struct: type[msgspec.Struct]) -> Iterable[Any]:
    for field in msgspec.structs.fields(struct):
        if field.default_factory is not msgspec.NODEFAULT:
            yield field.default_factory()
        else:
            yield field.default  # NODEFAULT equals nothing that a body holds


def _person(username: str, body: Any) -> dict[str, Any]:
    owned = {field: list(getattr(body, field)) for field in ("teams", "applications") if getattr(body, field)}
    return {"username": username, "groups": list(body.groups), **owned}
