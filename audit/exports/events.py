"""What the trail keeps of exports: who took what out of it."""

from typing import Any

from audit.trail.events import event, gettext_noop


@event(gettext_noop("{actor} asked for an export of the trail"), severity="notice")
def export_asked(
    *, actor: str | None, export: str, formats: list[str], asked: dict[str, Any], payloads: str | None = None
) -> None:
    """payloads: the approval by which it will hold prompts and answers."""


@event(gettext_noop("{actor} got an export of the trail with {rows} events"), severity="notice")
def export_finished(*, actor: str | None, export: str, rows: int, manifest: str) -> None: ...


@event(
    gettext_noop("{actor} exported what was said in {calls} calls, as {approval} lets them: {reason}"),
    severity="critical",
)
def payload_exported(
    *,
    actor: str | None,
    export: str,
    approval: str,
    approved_by: list[str],
    reason: str,
    calls: int,
    opened: int,
    manifest: str,
) -> None:
    """opened: of how many calls it could be read; of the others it was not kept, erased, or past its time."""


@event(gettext_noop("An export of the trail failed: {reason}"), severity="warning")
def export_failed(*, actor: str | None, export: str, reason: str) -> None: ...


@event(gettext_noop("{actor} fetched an export of the trail"), severity="notice")
def export_downloaded(*, actor: str | None, export: str, payloads: str | None = None) -> None:
    """payloads: the approval by which it holds prompts and answers."""


@event(gettext_noop("{actor} cancelled an export of the trail"))
def export_cancelled(*, actor: str | None, export: str) -> None: ...


@event(gettext_noop("An export of the trail was removed when its time was over"))
def export_expired(*, actor: str | None, export: str) -> None: ...
