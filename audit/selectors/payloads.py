"""Whether anything was kept of a call, without opening it."""

import uuid
from datetime import datetime

from audit.models import AuditPayload
from audit.payloads.storing import PROMPT


def kept_until(*, call_id: uuid.UUID) -> datetime | None:
    """Until when what was kept of a call can be read; None where nothing can. One query."""
    kept = AuditPayload.objects.readable().filter(call_id=call_id, purpose=PROMPT)
    return kept.values_list("expires_at", flat=True).first()
