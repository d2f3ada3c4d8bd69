"""The digest of a change request: what an approval is bound to."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from govern.models import ChangeRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def change_digest(change: ChangeRequest) -> str:
    """SHA-256, in hexadecimal, over every proposed version and the window in which they come into force.

    The database computes the same in `govern_change_digest`.
    """
    head = ("govern/change", _instant(change.effective_at), _instant(change.apply_by))
    items = sorted(change.items.all(), key=lambda item: (item.kind.encode(), item.object_name.encode()))
    rows = (
        "\t".join(
            (
                item.action,
                item.kind,
                str(item.object_id),
                item.object_name,
                item.sha256,
                str(item.base_id or "-"),
                item.secret_sha256,
            )
        )
        for item in items
    )
    return sha256(("\n".join(head) + "\n" + "\n".join(rows)).encode()).hexdigest()


def _instant(at: datetime | None) -> str:
    return str((at - _EPOCH) // timedelta(microseconds=1)) if at else "-"
