"""What happens to people, sessions and keys, as the trail has it."""

from audit.trail.events import event, gettext_noop


@event(gettext_noop("{actor} signed in"))
def person_signed_in(*, actor: str, address: str | None = None) -> None:
    """Address: from where."""


@event(gettext_noop("{actor} signed out"))
def person_signed_out(*, actor: str, address: str | None = None) -> None:
    """Address: from where."""


@event(gettext_noop("Somebody failed to sign in as {username}"), severity="notice")
def person_sign_in_failed(*, username: str, address: str | None = None, actor: None = None) -> None:
    """Address: from where."""


@event(gettext_noop("{actor} created the person {username}"), severity="notice")
def person_created(*, actor: str, username: str) -> None:
    """Somebody who holds no role yet."""


@event(gettext_noop("{actor} made a link with which {username} sets a password"), severity="warning")
def person_invited(*, actor: str, username: str) -> None:
    """Whoever has the link is that person."""


@event(gettext_noop("{actor} set a password of their own"), severity="notice")
def person_invitation_accepted(*, actor: str, username: str) -> None:
    """By the link of an invitation."""


@event(gettext_noop("{actor} let {username} sign in again"), severity="notice")
def person_activated(*, actor: str, username: str) -> None:
    """After they were locked out."""


@event(gettext_noop("{actor} locked {username} out"), severity="warning")
def person_deactivated(*, actor: str, username: str) -> None:
    """They may not sign in."""


@event(gettext_noop("{actor} changed the e-mail address of {username}"), severity="warning")
def person_email_changed(*, actor: str, username: str) -> None:
    """By which an organisation's sign-in knows them."""


@event(gettext_noop("{actor} removed all second factors of {username}"), severity="warning")
def person_second_factors_reset(*, actor: str, username: str) -> None:
    """They set up new ones."""


@event(gettext_noop("{actor} started the access review {campaign} of {held} roles held"), severity="notice")
def access_started(*, actor: str, campaign: str, roles: list[str], held: int, due: str) -> None:
    """roles: which are reviewed."""


@event(gettext_noop("{actor} decided in {campaign} about {role} of {person}: {verdict}"), severity="notice")
def access_decided(
    *, actor: str, campaign: str, person: str, role: str, verdict: str, reason: str, change: str | None = None
) -> None:
    """change: the one that takes the role away, once others approve it."""


@event(gettext_noop("{actor} closed the access review {campaign}: {kept} kept, {revoked} revoked"), severity="notice")
def access_closed(*, actor: str, campaign: str, kept: int, revoked: int, gone: int) -> None:
    """gone: roles that their holders had lost before anybody decided."""


@event(gettext_noop("{actor} took a copy of the access review {campaign}"))
def access_copied(*, actor: str, campaign: str) -> None:
    """As a file."""


@event(gettext_noop("{actor} took a copy of the access review of {number} people"))
def person_access_reviewed(*, actor: str, number: str) -> None:
    """Who may do what."""


@event(gettext_noop("Sign-in as {username} is locked after too many failures"), severity="warning")
def person_locked_out(*, username: str, address: str | None = None, actor: None = None) -> None:
    """For a while."""


@event(gettext_noop("{username} signed in through {provider} for the first time"), severity="notice")
def person_linked(*, actor: str, username: str, provider: str) -> None:
    """The link was made by their address."""


@event(gettext_noop("{username} linked their own account at {provider}"), severity="notice")
def person_linked_own(*, actor: str, username: str, provider: str) -> None:
    """Signed in here."""


@event(gettext_noop("A sign-in through {provider} was refused"), severity="notice")
def person_federation_refused(*, provider: str, actor: None = None) -> None:
    """Nobody here has that account."""


@event(gettext_noop("{actor} confirmed with a second factor ({method})"))
def person_confirmed(*, actor: str, username: str, method: str) -> None:
    """Within a session."""


@event(gettext_noop("{actor} set up a second factor ({method})"), severity="notice")
def person_second_factor_added(*, actor: str, username: str, method: str) -> None:
    """Of their own."""


@event(gettext_noop("{actor} removed a second factor of {username} ({method})"), severity="warning")
def person_second_factor_removed(*, actor: str, username: str, method: str) -> None:
    """One of several."""


@event(gettext_noop("Somebody gave a wrong second factor as {username} ({method})"), severity="notice")
def person_second_factor_failed(*, username: str, method: str, actor: None = None) -> None:
    """Whoever it was."""


@event(gettext_noop("{actor} made new recovery codes"), severity="notice")
def person_recovery_codes_made(*, actor: str, username: str) -> None:
    """The older ones end."""


@event(gettext_noop("{actor} used a recovery code"), severity="warning")
def person_recovery_code_used(*, actor: str, username: str, method: str) -> None:
    """In the place of a second factor."""


@event(gettext_noop("{actor} ended {number} sessions of {username}"), severity="notice")
def person_sessions_ended(*, actor: str, username: str, number: str) -> None:
    """At once."""


@event(gettext_noop("{actor} issued the key {key} of {application}"), severity="notice")
def key_issued(*, actor: str, application: str, key: str, ends_with: str) -> None:
    """ends_with: the secret's last four characters."""


@event(
    gettext_noop(
        "{actor} rotated the key {key} of {application}; the secret ending in {ends_with} works until {until}"
    ),
    severity="notice",
)
def key_rotated(*, actor: str, application: str, key: str, ends_with: str, until: str) -> None:
    """The older secret and when it ends."""


@event(gettext_noop("{actor} revoked the key {key} of {application}"), severity="notice")
def key_revoked(*, actor: str, application: str, key: str, reason: str) -> None:
    """For good."""
