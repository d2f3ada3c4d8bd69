"""What a signed revision held in force, for evidence packs."""

from datetime import datetime
from typing import Any

from audit.evidence.in_force import ExemptionInForce, GuardInForce, InForce, UseCaseInForce
from govern.enforcement.guards.body import guard_label
from govern.models import Revision, Version

KINDS = ("guard_policy", "exemption", "use_case", "application")


def read_in_force(at: datetime) -> InForce | None:
    """The guards, exemptions and use cases of the last revision that was made before a time; None where there was none yet. Two queries.

    Raises `NotAsSigned` if the content of a version is not the one that its hash names.
    """
    revision = Revision.objects.filter(created_at__lt=at).order_by("-number").first()
    if revision is None:
        return None
    wanted = {kind: revision.entries.get(kind, {}) for kind in KINDS}
    hashes = [sha256 for names in wanted.values() for sha256 in names.values()]
    found = {
        (version.kind, version.object_name, version.sha256): version.body
        for version in Version.objects.filter(kind__in=list(wanted), sha256__in=hashes)
    }
    bodies = {
        kind: [found[kind, name, sha256] for name, sha256 in sorted(names.items()) if (kind, name, sha256) in found]
        for kind, names in wanted.items()
    }
    return InForce(
        revision.number,
        [_guard(policy, guard) for policy in bodies["guard_policy"] for guard in policy.guards],
        [_exemption(body) for body in bodies["exemption"]],
        [_use_case(body, bodies["application"]) for body in bodies["use_case"]],
    )


def _guard(policy: Any, guard: Any) -> GuardInForce:
    return GuardInForce(policy.name, guard_label(guard), policy.mode, guard.on, guard.action)


def _exemption(body: Any) -> ExemptionInForce:
    covers = [name for names in (body.scope.teams, body.scope.applications, body.scope.tags) for name in names]
    return ExemptionInForce(body.name, body.guard_policy, body.guard, ", ".join(covers), body.reason, body.expires_at)


def _use_case(body: Any, applications: list[Any]) -> UseCaseInForce:
    named = sum(application.use_case == body.name for application in applications)
    return UseCaseInForce(body.name, body.owner, body.overseer, body.review_by, named)
