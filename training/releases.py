"""The figures of each model that was released, kept in ``docs/detection-figures.json``: a drop from one to the next is seen, and has a reason or fails."""

from __future__ import annotations

from pathlib import Path

import msgspec

from training.figures import SourceFigures
from training.unseen.measure import Shares

FILE = Path(__file__).resolve().parents[1] / "docs" / "detection-figures.json"
FEWER_FOUND = 0.03
"""How much of a share of attacks may be lost without a reason, beside two standard errors of the smaller sets."""
MORE_HONEST = 0.004
"""How much of a share of honest texts may be added without one."""


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
    reasons: dict[str, str],
) -> Release:
    """The entry of a model."""
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
    return Release(model, found, honest, texts, reasons)


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
