"""The figures of each release are kept, and one that is worse than before fails here unless its reason is written down."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from govern.enforcement.injection.detector import InjectionDetector
from training import releases
from training.figures import SourceFigures
from training.personal_data import PersonalData, measure_secrets
from training.releases import Release, drops
from training.unseen.keys import NO_SECRET
from training.unseen.measure import Shares, written

DATA = PersonalData([("IBAN", 4, 3)], 20, 1)
SECRETS = [("keys", 10, 8), (NO_SECRET, 10, 1)]
BEFORE = Release("injection-a", {"jailbreaks: flagged": 0.80}, {"manuals: blocked": 0.001}, {"jailbreaks: flagged": 2000, "manuals: blocked": 2000})  # fmt: skip


def after(found: float, honest: float, **reasons: str) -> Release:
    texts = BEFORE.texts
    named = {name.replace("_", " ").replace(" is ", ": "): words for name, words in reasons.items()}
    return Release("injection-b", {"jailbreaks: flagged": found}, {"manuals: blocked": honest}, texts, named)


def test_the_release_that_ships_has_its_figures() -> None:
    assert releases.read()[-1].model == InjectionDetector().version


def test_no_figure_is_worse_than_in_the_release_before() -> None:
    kept = releases.read()
    assert len({release.model for release in kept}) == len(kept)
    for before, now in pairwise(kept):
        assert drops(before, now) == {}


def test_what_the_model_says_of_unseen_texts_is_what_was_written_down() -> None:
    kept = releases.read()[-1]
    for name, shares in written(InjectionDetector()).items():
        where = kept.found if shares.attacks else kept.honest
        assert (where[f"{name}: flagged"], where[f"{name}: blocked"]) == (shares.flagged, shares.blocked), name


def test_what_is_found_of_secrets_is_what_was_written_down() -> None:
    kept = releases.read()[-1]
    for group, count, hit in measure_secrets():
        where = kept.honest if group == NO_SECRET else kept.found
        assert where[f"secrets, {group}"] == round(hit / count, 4), group


def test_a_drop_is_seen() -> None:
    assert drops(BEFORE, after(0.80, 0.001)) == {}
    assert set(drops(BEFORE, after(0.60, 0.001))) == {"jailbreaks: flagged"}
    assert set(drops(BEFORE, after(0.80, 0.02))) == {"manuals: blocked"}


def test_a_figure_that_is_gone_is_a_drop() -> None:
    assert set(drops(BEFORE, Release("injection-b", {}, {}, {}))) == {"jailbreaks: flagged", "manuals: blocked"}


def test_chance_and_a_written_reason_are_no_drop() -> None:
    assert drops(BEFORE, after(0.79, 0.002)) == {}
    assert drops(BEFORE, after(0.60, 0.001, jailbreaks_is_flagged="the collection was cleaned")) == {}


def test_an_entry_takes_the_place_of_one_of_the_same_model(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    row = SourceFigures("jailbreaks", 10, 0.9, 0.8, 0.7, 0.6, 0.5)
    for share in (0.1, 0.2):
        unseen = {"overrides": Shares(10, True, share, share), "manuals": Shares(10, False, 0.0, 0.0)}
        of = releases.of("injection-a", [row], [("prose", 10, 0.0, 0.0)], unseen, DATA, SECRETS, None)
        releases.write(of, file)
    (kept,) = releases.read(file)
    assert kept.found["overrides: flagged"] == 0.2
    assert kept.found["jailbreaks: at 0.1 %"] == 0.7
    assert kept.honest == {
        "prose: flagged": 0.0,
        "prose: blocked": 0.0,
        "manuals: flagged": 0.0,
        "manuals: blocked": 0.0,
        "personal data, numbers that look like it": 0.05,
        f"secrets, {NO_SECRET}": 0.1,
    }
    assert kept.found["personal data, IBAN"] == 0.75
    assert kept.found["secrets, keys"] == 0.8


SECOND = Release("injection-a", {"second tier, grey: AUROC": 0.9}, {"second tier, grey: flagged": 0.01}, {"second tier, grey: AUROC": 7})  # fmt: skip


def test_figures_of_the_second_tier_stay_when_the_first_is_measured_again(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    reasons = {"manuals: blocked": "more manuals"}
    releases.write(Release("injection-a", {"old": 0.5}, {}, {"old": 3}, reasons), file)
    releases.write_second_tier(SECOND, file)
    assert releases.entry("injection-a", file) == Release("injection-a", {"old": 0.5} | SECOND.found, SECOND.honest, {"old": 3} | SECOND.texts, reasons)  # fmt: skip
    measured = releases.of("injection-a", [], [], {}, DATA, SECRETS, releases.entry("injection-a", file))
    assert "old" not in measured.found
    assert measured.found["second tier, grey: AUROC"] == 0.9
    assert measured.honest["second tier, grey: flagged"] == 0.01
    assert measured.reasons == reasons


def test_figures_of_the_second_tier_may_come_first(tmp_path: Path) -> None:
    releases.write_second_tier(SECOND, tmp_path / "figures.json")
    assert releases.read(tmp_path / "figures.json") == [SECOND]


@pytest.mark.parametrize("name", ["plain overrides: flagged", "plain overrides: blocked"])
def test_plain_overrides_are_found(name: str) -> None:
    assert releases.read()[-1].found[name] >= 0.9
