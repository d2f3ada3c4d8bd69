"""What packs say of what people looked at again, over a day on which each was done."""

import pytest

from tests.audit.evidence.asking import asked, figures, rows


def test_each_kind_of_review_has_something_to_show_over_a_day(day: None) -> None:
    assert figures("access_campaigns")[:2] == ["1", "0"]
    assert figures("sampling_review")[:3] == ["1", "2", "1 of 1"]
    assert figures("false_positives") == ["1", "1 of 1", "0"]
    assert figures("detection_runs")[0] == "1"
    assert figures("use_cases")[1:] == ["1", "1 of 1", "1 of 1"]


def test_a_rating_stands_with_who_gave_it_and_links_to_its_event(day: None) -> None:
    (row,) = rows("sampling_review")
    assert row[1:4] == ["olive", "intern-bot", "Right"]


@pytest.mark.parametrize(
    "name", ["access_campaigns", "sampling_review", "false_positives", "detection_runs", "use_cases"]
)
def test_nothing_done_is_no_data_and_never_zero(name: str, db: None) -> None:
    assert asked(name) is None
