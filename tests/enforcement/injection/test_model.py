"""The model in the package is the one that was trained, and a damaged one is refused."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from govern.enforcement.injection import patterns
from govern.enforcement.injection.detector import InjectionDetector
from govern.enforcement.injection.examination import FEATURES
from govern.enforcement.injection.rules import RULES
from govern.enforcement.injection.weights import FOLDER, WeightsDamaged, load, pack


def test_the_weights_are_those_of_the_manifest() -> None:
    weights, manifest = load()
    assert hashlib.sha256((FOLDER / "weights.bin").read_bytes()).hexdigest() == manifest.digest
    assert hashlib.sha256(pack(weights)).hexdigest() == manifest.digest
    assert tuple(manifest.meta.features) == FEATURES
    assert manifest.flag_at < manifest.block_at
    assert all(source.licence for source in manifest.sources)


def test_a_pattern_that_means_something_else_under_its_old_name_asks_for_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = [rule._replace(pattern=r"\bplease\b") if rule.name == "override.void" else rule for rule in RULES]
    monkeypatch.setattr(patterns, "RULES", tuple(changed))
    patterns.patterns_digest.cache_clear()
    try:
        with pytest.raises(WeightsDamaged, match="make train"):
            InjectionDetector()
    finally:
        monkeypatch.undo()
        patterns.patterns_digest.cache_clear()
    assert load()[1].patterns == patterns.patterns_digest()


def test_the_package_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_000_000


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    body = bytearray((folder / "weights.bin").read_bytes())
    body[100] ^= 1
    (folder / "weights.bin").write_bytes(body)
    with pytest.raises(WeightsDamaged, match="digest"):
        InjectionDetector(folder)


def test_a_model_for_other_features_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(manifest.replace('"best_positive"', '"something_else"', 1))
    with pytest.raises(WeightsDamaged, match="features"):
        InjectionDetector(folder)
