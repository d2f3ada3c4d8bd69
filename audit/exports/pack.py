"""One file to hand over: a ZIP archive with the parts, what proves them, and what is needed to check it.

Times, order and rights in the archive are fixed: the same rows at the same checkpoint give the same bytes, but for `request.json` and its
signature, which stand last.
"""

import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import msgspec

from audit.exports.asked import Asked
from audit.exports.event_row import NAMES
from audit.exports.formats import FORMATS
from audit.exports.parts import Progress, Work, chunks_of
from audit.sealing.notes import read_note, signed_text
from audit.sealing.sealer import Signer
from audit.trail.end_users import end_user_mark
from audit.verification import verify

FORMAT = "govern-export/1"
SCHEMA_VERSION = 1
METADATA = "metadata: events as the trail holds them; no prompt and no answer"
PAYLOADS = "payloads: events as the trail holds them; prompts and answers as they were kept, in payloads/"
_README = Path(__file__).with_name("readme")
_FIXED = (1980, 1, 1, 0, 0, 0)
_FAST = 1
"""Level of compression: text shrinks to a tenth at the pace at which it is read."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to this export alone. approval, approved_by: None where nothing had to be approved."""

    export: str
    asked_by: str
    asked_at: str
    approval: str | None = None
    approved_by: str | None = None


def write_pack(work: Work, progress: Progress, folder: Path, target: Path, signer: Signer, request: Request) -> str:
    """Writes the archive. Returns the SHA-256 of its manifest. Raises `OSError`."""
    origin = read_note(work.checkpoint.note).origin
    manifest = _encoded(manifest_of(work, progress))
    asked = _encoded(
        {"format": FORMAT, "manifest_sha256": sha256(manifest).hexdigest(), **msgspec.to_builtins(request)}
    )
    with target.open("wb") as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        _add(archive, "manifest.json", manifest)
        _add(archive, "manifest.note", _note("manifest.json", manifest, origin, signer))
        _add(archive, "checkpoint.note", work.checkpoint.note.encode())
        for name, text in shipped_files():
            _add(archive, name, text)
        for written in progress.files:
            work.told(progress.rows)
            with _opened(archive, written.name, _is_deflated(written.name)) as member:
                for chunk in chunks_of(folder / written.name):
                    member.write(chunk)
        _add(archive, "request.json", asked)
        _add(archive, "request.note", _note("request.json", asked, origin, signer))
    return sha256(manifest).hexdigest()


def manifest_of(work: Work, progress: Progress) -> dict[str, Any]:
    """What `manifest.json` says."""
    statement = read_note(work.checkpoint.note)
    return {
        "format": FORMAT,
        "asked": asked_told(work.asked),
        "checkpoint": {"origin": statement.origin, "size": statement.size, "root": statement.root.hex()},
        "rows": progress.rows,
        "order": "as sealed: by transaction, then by seq",
        "schema": {"version": SCHEMA_VERSION, "columns": list(NAMES)},
        "redaction": METADATA if work.sealer is None else PAYLOADS,
        "software": f"Govern {work.context.version}",
        "files": [
            {"name": name, "bytes": len(text), "sha256": sha256(text).hexdigest()} for name, text in shipped_files()
        ]
        + [
            {"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows, **file.said}
            for file in progress.files
        ],
    }


def asked_told(asked: Asked) -> dict[str, Any]:
    """What was asked, as packs and events have it: an end user by the mark that the trail has of them."""
    told: dict[str, Any] = msgspec.to_builtins(asked)
    if asked.person is not None:
        told["person"] = end_user_mark(asked.person)
    return told


def shipped_files() -> Iterator[tuple[str, bytes]]:
    """What every pack holds beside its rows."""
    for path in sorted(_README.glob("*.md")):
        yield path.name, path.read_bytes()
    yield "verify.py", Path(verify.__file__).read_bytes()


def _note(name: str, content: bytes, origin: str, signer: Signer) -> bytes:
    text = f"{origin}\n{FORMAT} {name}\nsha256 {sha256(content).hexdigest()}\n"
    return signed_text(text.encode(), origin, signer.public_key, signer.sign).encode()


def _encoded(content: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=1) + b"\n"


def _is_deflated(name: str) -> bool:
    return not any(not known.deflated and name.endswith(f".{known.suffix}") for known in FORMATS.values())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    with _opened(archive, name, True) as member:
        member.write(content)


def _opened(archive: zipfile.ZipFile, name: str, deflated: bool) -> IO[bytes]:
    entry = zipfile.ZipInfo(name, _FIXED)
    entry.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    entry.create_system, entry.external_attr = 3, 0o600 << 16
    setattr(entry, "_compresslevel", _FAST)  # noqa: B010 (what an entry that is given whole takes its level from)
    return archive.open(entry, "w", force_zip64=True)
