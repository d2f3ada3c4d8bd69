"""Packs of a trail that nobody called for, and what opens them."""

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection

from audit.exports.asked import Asked
from audit.exports.making import make_pack, newest_checkpoint
from audit.exports.pack import Request
from audit.models.checkpoint import Checkpoint
from audit.sealing.sealer import seal_all
from govern.identity.sealing_key import trail_signer
from tests.audit.sealing.test_sealed_trail import wait_for_others

ALL = ("csv", "jsonl", "ocsf", "parquet", "xlsx")
REQUEST = Request(export="one", asked_by="dan", asked_at="2026-11-28T00:00:00+00:00")
_INSERT = """
INSERT INTO audit_event (id, at, type, call_id, application, team, key, actor, model, status, code, verdict, cost_nano_usd, revision, body)
VALUES (gen_random_uuid(), now(), %(type)s, gen_random_uuid(), %(application)s, 'payments', 'main', %(actor)s, 'gpt-5.4', %(status)s,
    %(code)s, 'allow', 1500, 3, %(body)s)
"""
_DEFAULTS = {"type": "call.outcome", "application": "risk-engine", "actor": None, "status": 200, "code": None}


def happen(body: str | dict[str, Any] = "{}", *, times: int = 1, **columns: Any) -> None:
    """Events of the risk engine. body: as the trail stores it."""
    text = body if isinstance(body, str) else json.dumps(body)
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute(_INSERT, _DEFAULTS | columns | {"body": text})


def sealed() -> Checkpoint:
    wait_for_others()
    seal_all(trail_signer())
    return newest_checkpoint()


def packed(folder: Path, asked: Asked | None = None, formats: Sequence[str] = ALL, name: str = "", **more: Any) -> Path:
    """A pack at the newest checkpoint, or at the one that is given."""
    target = folder / f"{name or len(list(folder.iterdir()))}.zip"
    given = {"checkpoint": newest_checkpoint(), "signer": trail_signer(), "version": "1", "request": REQUEST} | more
    make_pack(asked=asked or Asked(), formats=formats, folder=target.with_suffix(".parts"), target=target, **given)
    return target


def member(pack: Path, name: str) -> bytes:
    with zipfile.ZipFile(pack) as archive:
        return archive.read(name)


def lines(pack: Path, suffix: str = "jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in member(pack, f"data/events-00001.{suffix}").splitlines()]


def opened(pack: Path, suffix: str) -> BytesIO:
    return BytesIO(member(pack, f"data/events-00001.{suffix}"))


def changed(pack: Path, name: str, content: bytes | None) -> Path:
    """The pack with another content of a file, or without it."""
    target = pack.with_name(f"changed-{len(list(pack.parent.iterdir()))}.zip")
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(target, "w") as new:
        for known in old.namelist():
            if known != name:
                new.writestr(known, old.read(known))
            elif content is not None:
                new.writestr(known, content)
    return target
