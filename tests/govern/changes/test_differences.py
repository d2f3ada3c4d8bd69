"""Where two bodies differ, and how two edits of one base come together."""

from typing import Any

from govern.changes.differences import ABSENT, Clash, differences, three_way
from govern.changes.merging import merged_body
from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.enforcement.guards.secrets import Secrets
from govern.policy.bodies import BudgetBody

BASE = GuardPolicyBody(name="baseline", guards=(Pii(action="block", types=("email",)), Secrets()))


def test_a_field_is_told_with_its_place() -> None:
    after = GuardPolicyBody(name="baseline", guards=(Pii(action="redact", types=("email",)), Secrets()))
    assert differences(BASE, after) == [("guards[pii].action", "block", "redact")]


def test_rows_are_matched_by_what_they_are_and_not_by_their_position() -> None:
    after = GuardPolicyBody(name="baseline", guards=(PromptInjection(), *reversed(BASE.guards)))
    found = differences(BASE, after)
    assert [(d.place, d.before) for d in found] == [
        ("guards[prompt_injection]", ABSENT),
        ("guards.order", ["pii", "secrets"]),
    ]


def test_two_of_a_sort_are_told_apart() -> None:
    before = GuardPolicyBody(name="b", guards=(Secrets(), Secrets(on=("input",))))
    after = GuardPolicyBody(name="b", guards=(Secrets(), Secrets(on=("output",))))
    assert [d.place for d in differences(before, after)] == ["guards[secrets#2].on"]


def merge(kind: str, theirs: Any, mine: Any, rows: list[Clash]) -> Any:
    return merged_body(kind, theirs, mine, rows, lambda _row: True)


def test_nothing_differs_from_itself_and_everything_from_nothing() -> None:
    assert differences(BASE, BASE) == []
    (whole,) = differences(None, BASE)
    assert whole.before is ABSENT


def budget(**fields: object) -> BudgetBody:
    return BudgetBody(**({"name": "b", "limit_usd": "1"} | fields))  # type: ignore[arg-type]


def test_edits_of_different_places_come_together() -> None:
    base, mine, theirs = budget(), budget(limit_usd="2"), budget(period="week")
    rows = three_way(base, mine, theirs)
    assert not any(row.conflicts for row in rows)
    assert merge("budget", theirs, mine, rows) == budget(limit_usd="2", period="week")


def test_edits_of_one_place_are_a_conflict_unless_they_agree() -> None:
    rows = three_way(budget(), budget(limit_usd="2"), budget(limit_usd="3"))
    assert [(row.place, row.base, row.mine, row.theirs) for row in rows if row.conflicts] == [
        ("limit_usd", "1", "2", "3")
    ]
    assert not any(row.conflicts for row in three_way(budget(), budget(limit_usd="2"), budget(limit_usd="2")))


def test_rows_that_each_side_added_both_stay() -> None:
    mine = GuardPolicyBody(name="baseline", guards=(*BASE.guards, PromptInjection()))
    theirs = GuardPolicyBody(name="baseline", guards=(Pii(action="redact", types=("email",)), Secrets()))
    merged = merge("guard_policy", theirs, mine, three_way(BASE, mine, theirs))
    assert [type(guard) for guard in merged.guards] == [Pii, Secrets, PromptInjection]
    assert merged.guards[0].action == "redact"


def test_the_second_of_a_sort_is_found_again() -> None:
    base = GuardPolicyBody(name="b", guards=(Secrets(), Secrets(on=("input",))))
    mine = GuardPolicyBody(name="b", guards=(Secrets(), Secrets(on=("output",))))
    theirs = GuardPolicyBody(name="b", guards=base.guards, mode="observe")
    assert merge("guard_policy", theirs, mine, three_way(base, mine, theirs)).guards == mine.guards


def test_what_one_took_away_and_the_other_changed_is_one_place() -> None:
    mine = GuardPolicyBody(name="baseline", guards=(Secrets(),))
    theirs = GuardPolicyBody(name="baseline", guards=(Pii(action="redact", types=("email",)), Secrets()))
    (row,) = three_way(BASE, mine, theirs)
    assert (row.place, row.conflicts, row.mine) == ("guards[pii]", True, ABSENT)
    assert merged_body("guard_policy", theirs, mine, [row], lambda _row: False) == theirs
    assert merge("guard_policy", theirs, mine, [row]) == mine


def test_a_row_comes_back_where_it_was() -> None:
    mine = GuardPolicyBody(name="baseline", guards=(PromptInjection(), *BASE.guards))
    theirs = GuardPolicyBody(name="baseline", guards=BASE.guards, mode="observe")
    merged = merge("guard_policy", theirs, mine, three_way(BASE, mine, theirs))
    assert (merged.guards, merged.mode) == (mine.guards, "observe")


def test_an_order_that_only_mine_changed_is_kept() -> None:
    mine = GuardPolicyBody(name="baseline", guards=tuple(reversed(BASE.guards)))
    theirs = GuardPolicyBody(name="baseline", guards=(*BASE.guards, PromptInjection()))
    merged = merge("guard_policy", theirs, mine, three_way(BASE, mine, theirs))
    assert merged.guards == (*mine.guards, PromptInjection())


def test_two_that_were_written_anew_are_compared_by_field() -> None:
    rows = three_way(None, budget(limit_usd="2"), budget(limit_usd="3"))
    assert [row.place for row in rows if row.conflicts] == ["limit_usd"]
    assert merge("budget", budget(limit_usd="3"), budget(limit_usd="2"), rows) == budget(limit_usd="2")
