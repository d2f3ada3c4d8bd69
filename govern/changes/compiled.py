"""What is in force, compiled as the gateway compiles it, for whoever wants to know what it would do without being a gateway."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from govern.changes.signed_text import signed_text
from govern.changes.simulation.revisions import read_sides
from govern.enforcement import GuardPolicyBody
from govern.identity.keyring import keyring
from govern.models import ChangeRequest, CredentialSecret, Revision, Version
from govern.parts.secrets import given_secret
from govern.policy.bodies import ApplicationBody
from govern.policy.canonical import content_digest
from govern.policy.compilation import CompiledApplication, CompiledRevision, compile_revision
from govern.policy.contents import Contents, InForce, NotAsSigned

_PRESENT = "present"
"""Stands for a credential's secret: nothing is sent from here."""
_NO_OBJECT = UUID(int=0)


class RevisionInForce(NamedTuple):
    """The newest revision. Beside its applications there is a caller for each team and one for everybody."""

    compiled: CompiledRevision
    applications: tuple[str, ...]
    teams: tuple[str, ...]
    guard_policies: Mapping[str, GuardPolicyBody]

    def caller(self, *, application: str = "", team: str = "") -> CompiledApplication | None:
        """An application; or somebody of a team, or of none, who is no application. None if there is nobody of that name."""
        return self.compiled.applications.get(application or _anybody(team))


def revision_in_force() -> RevisionInForce | None:
    """The newest revision, None before there is one. Two queries; two more for one that this process has not seen.

    Raises `NotAsSigned`.
    """
    newest = Revision.objects.order_by("-number").values_list("number", "sha256").first()
    if newest is None:
        return None
    held = frozenset(CredentialSecret.objects.order_by().values_list("credential__name", flat=True).distinct())
    found = _compiled(*newest, held)
    if time.time() >= found.compiled.outdated_at_s:  # an exemption has ended since
        _compiled.cache_clear()
        found = _compiled(*newest, held)
    return found


@lru_cache(maxsize=2)
def _compiled(number: int, sha256: str, held: frozenset[str]) -> RevisionInForce:
    revision = Revision.objects.get(number=number)
    if content_digest(revision.manifest) != revision.sha256 or not keyring().verifies(
        signed_text(revision.number, revision.sha256, revision.created_at), revision.signature
    ):
        raise NotAsSigned("unsigned", [("revision", str(number))])
    contents = _contents(revision)
    credentials = contents.get("provider_credential", {})
    given = {name for name, entry in credentials.items() if entry.body.env and given_secret(entry.body.env)}
    applications, teams = contents.get("application", {}), contents.get("team", {})
    compiled = compile_revision(
        number,
        sha256,
        _with_anybody(contents),
        dict.fromkeys(held | given, _PRESENT),
        embedded_url=settings.GOVERN_EMBEDDED_MODEL_URL,
        hash_key=settings.GOVERN_DIGEST_KEY,
    )
    policies = {name: entry.body for name, entry in contents.get("guard_policy", {}).items()}
    return RevisionInForce(compiled, tuple(sorted(applications)), tuple(sorted(teams)), policies)


def revision_with(change: ChangeRequest) -> CompiledRevision:
    """What would be in force with a change. About thirty queries, and everything is compiled.

    Raises `PolicyInvalid` or `ConditionInvalid`, where the change has not passed its checks.
    """
    sides = read_sides(change)
    return compile_revision(
        sides.revision,
        "",
        _with_anybody(sides.after),
        dict.fromkeys(sides.credentials, _PRESENT),
        embedded_url=sides.embedded_url,
        hash_key=sides.hash_key,
    )


def _with_anybody(contents: Contents) -> Contents:
    """Beside the applications a caller for each team and one for everybody."""
    anybody = {
        _anybody(team): InForce(_NO_OBJECT, ApplicationBody(name=_anybody(team), team=team))
        for team in ("", *contents.get("team", {}))
    }
    return {**contents, "application": {**anybody, **contents.get("application", {})}}


def _anybody(team: str) -> str:
    """A name that no application can have, since names hold no blank."""
    return f"anybody of {team}" if team else "anybody at all"


def _contents(revision: Revision) -> Contents:
    wanted: Mapping[str, Mapping[str, str]] = revision.entries
    contents: dict[str, dict[str, InForce]] = {kind: {} for kind in wanted}
    digests = [digest for names in wanted.values() for digest in names.values()]
    for version in Version.objects.filter(sha256__in=digests):
        if wanted.get(version.kind, {}).get(version.object_name) != version.sha256:
            continue
        contents[version.kind][version.object_name] = InForce(version.object_id, version.body)
    missing = [(kind, name) for kind, names in wanted.items() for name in names if name not in contents[kind]]
    if missing:
        raise NotAsSigned("missing", missing)
    return contents
