"""Revealing what was kept of a call: with a reason, and never without an event in the trail."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from audit.payloads.reading import StoredCall, stored_call
from audit.payloads.sealing import configured_sealer
from audit.trail.events import record_event


class RevealRefused(ValueError):
    """Nothing is revealed; the message says why."""


@transaction.atomic
def reveal_payload(*, call_id: uuid.UUID, actor: str, reason: str) -> StoredCall:
    """What was kept of a call, for a person (a username) who says why. The event is written before anything is given back.

    Raises `RevealRefused` without a reason, and where nothing can be read any more.
    """
    if not reason.strip():
        raise RevealRefused(_("Say why it is revealed: the reason is kept in the trail."))
    found = stored_call(call_id=call_id, sealer=configured_sealer())
    if found is None:
        raise RevealRefused(
            _("What was said can no longer be read: it was erased, or the time that it is kept is over.")
        )
    record_event(
        type="payload.revealed",
        actor=actor,
        context={
            "call": str(call_id),
            "application": found.application,
            "team": found.team,
            "reason": reason.strip(),
            "level": found.prompt.level,
        },
    )
    return found
