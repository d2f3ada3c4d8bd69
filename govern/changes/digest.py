"""The digest of a change request: what an approval is bound to."""

import json
from hashlib import sha256
from typing import Any

from govern.identity.write_proofs import proven_instant
from govern.models import ChangeItem, ChangeRequest


def change_digest(change: ChangeRequest) -> str:
    """SHA-256, in hexadecimal, over all that reviewers are shown: what the change says of itself, its risk's assessment, its window, the
    submission it was made in, and every proposed version.

    The database computes the same in `govern_change_digest`.
    """
    head = (
        "govern/change/2",
        change.title,
        change.reason,
        jsonb_text(change.assessment),
        change.mode,
        change.incident,
        *map(
            proven_instant,
            (change.lapses_at, change.submitted_at, change.effective_at, change.approve_by, change.apply_by),
        ),
        str(change.rolls_back_id or "-"),
    )
    rows = [[*_item(item), str(item.author_id)] for item in _items(change)]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return sha256(f"{json.dumps(head, ensure_ascii=False)}\n{lines}".encode()).hexdigest()


def digest_holds(change: ChangeRequest, digest: str) -> bool:
    """Whether the change still is what had this digest; submissions of version 0.1 covered less."""
    return digest in (change_digest(change), _first_digest(change))


def jsonb_text(value: Any) -> str:
    """JSON as PostgreSQL writes `jsonb` as text: shorter names first, then by their bytes. Not for numbers with fractions."""
    return json.dumps(_in_order(value), ensure_ascii=False)


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
        return {name: _in_order(value[name]) for name in names}
    return [_in_order(entry) for entry in value] if isinstance(value, list | tuple) else value


def _first_digest(change: ChangeRequest) -> str:
    head = ("govern/change", proven_instant(change.effective_at), proven_instant(change.apply_by))
    rows = ("\t".join(_item(item)) for item in _items(change))
    return sha256(("\n".join(head) + "\n" + "\n".join(rows)).encode()).hexdigest()


def _items(change: ChangeRequest) -> list[ChangeItem]:
    return sorted(change.items.all(), key=lambda item: (item.kind.encode(), item.object_name.encode()))


def _item(item: ChangeItem) -> tuple[str, ...]:
    return (
        item.action,
        item.kind,
        str(item.object_id),
        item.object_name,
        item.sha256,
        str(item.base_id or "-"),
        item.secret_sha256,
    )
