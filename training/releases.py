"""The figures of each model that was released, kept in ``docs/detection-figures.json``: a drop from one to the next is seen, and has a reason or fails."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from training.figures import SourceFigures
from training.personal_data import PersonalData
from training.unseen.keys import NO_SECRET
from training.unseen.measure import Shares

FILE = Path(__file__).resolve().parents[1] / "docs" / "detection-figures.json"
FEWER_FOUND = 0.03
"""How much of a share of attacks may be lost without a reason, beside two standard errors of the smaller sets."""
MORE_HONEST = 0.004
"""How much of a share of honest texts may be added without one."""
SECOND_TIER = "second tier, "
"""How the names of its figures begin: `make train-deep` writes those, `make eval` all others."""

T = TypeVar("T")


class Release(msgspec.Struct, frozen=True, omit_defaults=True):
    """``found``: shares of attacks by name; ``honest``: shares of honest texts that are flagged or blocked; ``texts``: how many each is of.

    ``reasons``: why a figure is worse than that of the release before, by its name.
    """

    model: str
    found: dict[str, float]
    honest: dict[str, float]
    texts: dict[str, int]
    reasons: dict[str, str] = {}


def of(
    model: str,
    attacks: list[SourceFigures],
    restraint: list[tuple[str, int, float, float]],
    unseen: dict[str, Shares],
    personal_data: PersonalData,
    secrets: list[tuple[str, int, int]],
    before: Release | None,
) -> Release:
    """The entry of a model. ``before`` is the one that it has: its reasons, and what the second tier was seen to find, stay."""
    found: dict[str, float] = {}
    honest: dict[str, float] = {}
    texts: dict[str, int] = {}

    def put(where: dict[str, float], name: str, share: float, count: int) -> None:
        where[name], texts[name] = round(share, 4), count

    for row in attacks:
        put(found, f"{row.source}: AUROC", row.auroc, row.texts)
        put(found, f"{row.source}: at 1 %", row.recall_1, row.texts)
        put(found, f"{row.source}: at 0.1 %", row.recall_01, row.texts)
        put(found, f"{row.source}: flagged", row.flagged, row.texts)
        put(found, f"{row.source}: blocked", row.blocked, row.texts)
    for source, count, flagged, blocked in restraint:
        put(honest, f"{source}: flagged", flagged, count)
        put(honest, f"{source}: blocked", blocked, count)
    for name, shares in unseen.items():
        where = found if shares.attacks else honest
        put(where, f"{name}: flagged", shares.flagged, shares.texts)
        put(where, f"{name}: blocked", shares.blocked, shares.texts)
    for kind, spans, hit in personal_data.kinds:
        put(found, f"personal data, {kind}", hit / spans, spans)
    put(
        honest, "personal data, numbers that look like it", personal_data.mistaken / personal_data.negatives, personal_data.negatives
    )  # fmt: skip
    for group, count, hit in secrets:
        put(honest if group == NO_SECRET else found, f"secrets, {group}", hit / count, count)
    release = Release(model, found, honest, texts, before.reasons if before else {})
    return _with_second_tier(release, before) if before else release


def _with_second_tier(release: Release, of: Release) -> Release:
    """The same entry with the second tier's figures of another."""

    def put(into: dict[str, T], those: dict[str, T]) -> dict[str, T]:
        kept = {name: figure for name, figure in into.items() if not name.startswith(SECOND_TIER)}
        return kept | {name: figure for name, figure in those.items() if name.startswith(SECOND_TIER)}

    return msgspec.structs.replace(
        release, found=put(release.found, of.found), honest=put(release.honest, of.honest), texts=put(release.texts, of.texts)
    )  # fmt: skip


def write_second_tier(of: Release, file: Path = FILE) -> None:
    """Into the entry of its first tier's model; a new one where `make eval` was not run yet."""
    release = entry(of.model, file)
    write(_with_second_tier(release, of) if release else of, file)


def entry(model: str, file: Path = FILE) -> Release | None:
    """The entry of a model."""
    return next((release for release in read(file) if release.model == model), None) if file.exists() else None


def read(file: Path = FILE) -> list[Release]:
    """From the first to the last. Raises `OSError` and `msgspec.DecodeError`."""
    return msgspec.json.decode(file.read_bytes(), type=list[Release])


def write(release: Release, file: Path = FILE) -> None:
    """In place of the entry of the same model, else behind the others."""
    kept = [each for each in read(file) if each.model != release.model] if file.exists() else []
    file.write_bytes(msgspec.json.format(msgspec.json.encode([*kept, release]), indent=1) + b"\n")


def drops(before: Release, after: Release) -> dict[str, str]:
    """What is worse than it was by more than chance and has no reason, by name, in words. A figure that is gone is worse, too."""
    worse = {}
    for name, was in before.found.items():
        now = after.found.get(name, 0.0)
        if name not in after.found or now < was - FEWER_FOUND - _chance(was, after.texts.get(name, 1)):
            worse[name] = f"{was:.4f} of attacks were found, {now:.4f} are"
    for name, was in before.honest.items():
        now = after.honest.get(name, 1.0)
        if name not in after.honest or now > was + MORE_HONEST + _chance(was, after.texts.get(name, 1)):
            worse[name] = f"{was:.4f} of honest texts were met, {now:.4f} are"
    return {name: words for name, words in worse.items() if name not in after.reasons}


def _chance(share: float, texts: int) -> float:
    """Two standard errors of a share of so many texts; of none and all, those of one text."""
    inner = min(max(share, 1 / (texts + 1)), texts / (texts + 1))
    return float(2 * (inner * (1 - inner) / texts) ** 0.5)
