"""A sealed trail within a transaction: the sealer itself waits for transactions to end."""

from django.db import connection
from django.utils import timezone

from audit.models import Checkpoint
from audit.sealing import sealer
from audit.sealing.leaves import leaves
from govern.identity.sealing_key import trail_signer


def seal_day() -> Checkpoint:
    """Seals every event, also those of the transaction that runs. Returns the checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint + 1")
        (xid_to,) = cursor.fetchone()
        last = Checkpoint.objects.order_by("-number").first()
        seq_from = last.last_seq if last is not None else 0
        added = list(leaves(cursor, seq_from=seq_from, xid_from=0, xid_to=xid_to))
    sealer._write(trail_signer(), last, added, (0, 0 if last is None else int(last.xid_to), xid_to), timezone.now())
    return Checkpoint.objects.order_by("-number")[0]
