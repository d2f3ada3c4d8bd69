"""What becomes of changes and of what is in force, as the trail has it."""

from audit.trail.events import event, gettext_noop


@event(gettext_noop("{actor} set up the installation with {objects} objects"), severity="notice")
def installation_bootstrapped(*, actor: str, objects: int) -> None:
    """Genesis."""


@event(gettext_noop("{actor} put revision {revision} in force"), severity="notice")
def revision_applied(*, actor: str, revision: int, sha256: str, reason: str) -> None:
    """The first one; later ones come with their change."""


@event(gettext_noop("{actor} stored the credential {credential}"), severity="notice")
def credential_stored(*, actor: str, credential: str, ends_with: str, change: str) -> None:
    """ends_with: the secret's last four characters."""


@event(gettext_noop("{actor} submitted {change}: {title}"))
def change_submitted(*, actor: str, change: str, title: str, risk: str, digest: str) -> None:
    """For review, with its content's digest."""


@event(gettext_noop("{change} was replayed over {calls} calls: {blocked} newly blocked, {allowed} newly allowed"))
def change_simulated(
    *,
    change: str,
    title: str,
    digest: str,
    revision: int,
    calls: int,
    blocked: int,
    allowed: int,
    result_sha256: str,
    coming_back: int | None = None,
    actor: None = None,
) -> None:
    """Over recorded calls. coming_back: cases of the regression corpus about which guards would be wrong again."""


@event(gettext_noop("{actor} took {change} back to change it: {title}"))
def change_reopened(*, actor: str, change: str, title: str) -> None:
    """It is a draft again."""


@event(gettext_noop("{actor} withdrew {change}: {title}"))
def change_withdrawn(*, actor: str, change: str, title: str, reason: str) -> None:
    """It was given up."""


@event(gettext_noop("{change} expired: {title}"), severity="notice")
def change_expired(*, change: str, title: str, actor: None = None) -> None:
    """Nobody approved or applied it in time."""


@event(gettext_noop("{actor} reviewed {change} ({verdict}): {title}"))
def change_reviewed(*, actor: str, change: str, title: str, verdict: str, digest: str, second_factor: str) -> None:
    """Bound to the content's digest."""


@event(gettext_noop("{actor} commented on {change}: {title}"))
def change_commented(*, actor: str, change: str, title: str) -> None:
    """The words stand with the change."""


@event(gettext_noop("{actor} put {change} in force: {title}"), severity="notice")
def change_applied(
    *, actor: str, change: str, title: str, revision: int, sha256: str, second_factor: str, approved_by: list[str]
) -> None:
    """As a signed revision."""


@event(gettext_noop("{change} could not be applied: {reason}"), severity="warning")
def change_not_applied(*, change: str, title: str, reason: str, actor: None = None) -> None:
    """By the clock."""


@event(gettext_noop("{actor} broke the glass with {change} for {incident}: {title}"), severity="critical")
def change_glass_broken(
    *, actor: str, change: str, title: str, incident: str, lapses_at: str, revision: int, second_factor: str
) -> None:
    """One person put it in force, for a while."""


@event(gettext_noop("{change} was ratified: {title}"), severity="notice")
def change_ratified(*, actor: str, change: str, title: str) -> None:
    """Of an emergency: it stays."""


@event(gettext_noop("{change} was taken out of force: {title}"), severity="warning")
def change_reverted(*, actor: str | None, change: str, title: str, revision: int) -> None:
    """Of an emergency; None: it lapsed."""


@event(gettext_noop("{actor} stopped {stopped}: {reason}"), severity="critical")
def traffic_stopped(*, actor: str, stopped: str, reason: str, revision: int) -> None:
    """By one person, at once."""


@event(
    gettext_noop("The containment rule {rule} stopped {application} until {until}: violations in {violations} calls"),
    severity="critical",
)
def traffic_contained(
    *,
    application: str,
    rule: str,
    violations: int,
    severity: str,
    minutes: int,
    until: str,
    cases: list[str],
    revision: int,
    actor: None = None,
) -> None:
    """By a rule in force. cases: of the violations that were counted."""


@event(gettext_noop("The time of the stop {stopped} was over"), severity="notice")
def traffic_resumed(*, stopped: str, revision: int, actor: None = None) -> None:
    """By the clock."""


@event(
    gettext_noop(
        "Guards of revision {revision} found {found} of {planted} planted texts and touched {alarms} of {ordinary} ordinary ones"
    ),
    severity="notice",
)
def detection_measured(
    *,
    actor: str | None,
    revision: int,
    planted: int,
    found: int,
    ordinary: int,
    alarms: int,
    corpus_sha256: str,
    result_sha256: str,
) -> None:
    """None: by the clock. Counted for each set of guards that applications have."""


@event(gettext_noop("What is stored differs from the revision in force: {places}"), severity="critical")
def policy_drifted(*, places: str, revision: int | None = None, actor: None = None) -> None:
    """Somebody wrote past the doors."""
