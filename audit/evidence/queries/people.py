"""People and access: who signed in and how, who was let in or out, who read what was said, and keys."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Chart, Figure, Series, Table, of, table
from audit.evidence.event_words import actor, linked, number, said
from audit.evidence.queries.register import query
from audit.evidence.records import Records
from audit.models import AuditEvent
from audit.presentation.amounts import count

_SIGN_IN = (
    "person.signed_in",
    "person.sign_in_failed",
    "person.locked_out",
    "person.confirmed",
    "person.second_factor_failed",
    "person.federation_refused",
)
_ACCOUNTS = (
    "person.created",
    "person.invited",
    "person.activated",
    "person.deactivated",
    "person.sessions_ended",
    "person.second_factor_added",
    "person.second_factor_removed",
    "person.second_factors_reset",
)
_KEYS = ("key.issued", "key.rotated", "key.revoked", "credential.stored")


@query
def sign_ins(records: Records) -> Answer | None:
    """How often people signed in, confirmed with a second factor, and failed to."""
    counts = {name: records.people.get(name, 0) for name in _SIGN_IN}
    if not any(counts.values()):
        return None
    latest = records.events(*_SIGN_IN[1:3], *_SIGN_IN[4:])
    return Answer(
        figures=[
            Figure(_("Sign-ins"), count(counts["person.signed_in"])),
            Figure(_("Confirmed with a second factor"), count(counts["person.confirmed"])),
            Figure(_("Failed sign-ins"), count(counts["person.sign_in_failed"])),
            Figure(_("Wrong second factors"), count(counts["person.second_factor_failed"])),
            Figure(_("Locked after too many failures"), count(counts["person.locked_out"])),
            Figure(_("Refused from other sign-in systems"), count(counts["person.federation_refused"])),
        ],
        table=_happened(latest, total=sum(counts[name] for name in counts if name not in (_SIGN_IN[0], _SIGN_IN[3]))),
        address=records.activity_address(type="person."),
    )


@query
def accounts_changed(records: Records) -> Answer | None:
    """Who was let in or out, and what became of second factors."""
    counts = {name: records.people.get(name, 0) for name in _ACCOUNTS}
    if not any(counts.values()):
        return None
    return Answer(
        figures=[
            Figure(_("People created"), count(counts["person.created"])),
            Figure(_("People locked out by somebody"), count(counts["person.deactivated"])),
            Figure(_("People let in again"), count(counts["person.activated"])),
            Figure(_("Second factors set up"), count(counts["person.second_factor_added"])),
            Figure(
                _("Second factors removed or reset"),
                count(counts["person.second_factor_removed"] + counts["person.second_factors_reset"]),
            ),
            Figure(_("Times that sessions were ended"), count(counts["person.sessions_ended"])),
        ],
        table=_happened(records.events(*_ACCOUNTS), total=sum(counts.values())),
        address=records.activity_address(type="person."),
    )


@query
def access_reviews(records: Records) -> Answer | None:
    """Copies of the access review that people took."""
    events = records.events("person.access_reviewed")
    if not events:
        return None
    return Answer(
        figures=[
            Figure(_("Access reviews taken"), count(len(events))),
            Figure(_("People who took them"), count(len({event.actor for event in events}))),
        ],
        table=table(
            [_("Time"), _("Who"), _("People reviewed")],
            [[linked(event), actor(event), said(event, "number")] for event in events],
        ),
        address=records.activity_address(type="person.access_reviewed"),
    )


@query
def keys_and_credentials(records: Records) -> Answer | None:
    """Keys of applications and credentials of providers."""
    counts = {name: records.people.get(name, 0) for name in _KEYS}
    if not any(counts.values()):
        return None
    events = records.events(*_KEYS)
    return Answer(
        figures=[
            Figure(_("Keys issued"), count(counts["key.issued"])),
            Figure(_("Keys rotated"), count(counts["key.rotated"])),
            Figure(_("Keys revoked"), count(counts["key.revoked"])),
            Figure(_("Credentials of providers stored"), count(counts["credential.stored"])),
        ],
        table=_happened(events, total=sum(counts.values())),
        chart=Chart(
            records.steps,
            [
                Series(label, tone, records.by_step(event.at for event in events if event.type == name))
                for name, label, tone in (
                    ("key.issued", _("issued"), "ok"),
                    ("key.rotated", _("rotated"), "info"),
                    ("key.revoked", _("revoked"), "bad"),
                )
                if counts[name]
            ],
        )
        if len(events) == sum(counts.values()) and any(counts[name] for name in _KEYS[:3])
        else None,
        address=records.activity_address(type="key."),
    )


@query
def reveals(records: Records) -> Answer | None:
    """Who read what was said in calls, and why."""
    events = records.events("payload.revealed")
    if not events:
        return None
    return Answer(
        figures=[
            Figure(_("Times that what was said was revealed"), count(len(events))),
            Figure(_("With a reason"), of(sum(bool(event.fields.get("reason")) for event in events), len(events))),
            Figure(_("People who revealed"), count(len({event.actor for event in events}))),
        ],
        table=table(
            [_("Time"), _("Who"), _("Application"), _("What was kept"), _("Reason")],
            [
                [linked(event), actor(event), said(event, "application"), said(event, "level"), said(event, "reason")]
                for event in events
            ],
        ),
        address=records.activity_address(type="payload.revealed"),
    )


@query
def packs_made(records: Records) -> Answer | None:
    """Evidence packs that people made."""
    events = records.events("evidence.made")
    if not events:
        return None
    return Answer(
        figures=[
            Figure(_("Evidence packs made"), count(len(events))),
            Figure(_("People who made them"), count(len({event.actor for event in events}))),
        ],
        table=table(
            [_("Time"), _("Who"), _("Framework"), _("Taken as"), _("Events sealed then")],
            [
                [linked(event), actor(event), said(event, "framework"), said(event, "form"), number(event, "size")]
                for event in events
            ],
        ),
        address=records.activity_address(type="evidence."),
    )


def _happened(events: Sequence[AuditEvent], total: int) -> Table | None:
    return table(
        [_("Time"), _("What happened"), _("Who")], [[linked(e), str(e), actor(e)] for e in events], total=total
    )
