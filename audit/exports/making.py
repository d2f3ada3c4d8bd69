"""Making a pack, from what was asked to the file that can be handed over."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from audit.exports.asked import Asked
from audit.exports.formats import Context
from audit.exports.pack import Request, write_pack
from audit.exports.parts import Work, write_parts
from audit.models.checkpoint import Checkpoint
from audit.payloads.sealing import PayloadSealer
from audit.sealing.notes import read_note
from audit.sealing.sealer import Signer


class Made(NamedTuple):
    """manifest: SHA-256 of `manifest.json`. calls: whose prompts and answers are in it. opened: of these, of how many anything could be
    read."""

    rows: int
    manifest: str
    calls: int = 0
    opened: int = 0


class NothingSealed(Exception):
    """There is no checkpoint yet."""


def newest_checkpoint() -> Checkpoint:
    """What an export that is asked for now ends with. Raises `NothingSealed`."""
    found = Checkpoint.objects.order_by("-number").defer("leaves", "frontier").first()
    if found is None:
        raise NothingSealed
    return found


def make_pack(
    *,
    asked: Asked,
    formats: Sequence[str],
    checkpoint: Checkpoint,
    folder: Path,
    target: Path,
    signer: Signer,
    version: str,
    request: Request,
    told: Callable[[int], None] = lambda _rows: None,
    sealer: PayloadSealer | None = None,
) -> Made:
    """Writes the pack to `target`; `folder` holds its parts until then, and what is whole there is used. Nothing half stands at `target`.

    version: of this software. sealer: opens prompts and answers, where they are to be in it. told: hears how many rows are written, now
    and then, and may raise `audit.exports.parts.Stopped`. Raises also `audit.exports.sealed_rows.NotAsSealed` and `OSError`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    context = Context(read_note(checkpoint.note).origin, signer.key_id, version)
    work = Work(asked, formats, checkpoint, context, told, sealer)
    progress = write_parts(work, folder)
    half = target.with_name(f"{target.name}.half")
    try:
        manifest = write_pack(work, progress, folder, half, signer, request)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    shutil.rmtree(folder)
    said = [file for file in progress.files if file.name.startswith("payloads/")]
    return Made(
        progress.rows, manifest, sum(file.rows for file in said), sum(int(file.said.get("opened", 0)) for file in said)
    )
