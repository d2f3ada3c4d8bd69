"""How much of what passed was inspected, from what calls recorded."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.selectors.coverage import (
    ANSWERS,
    EMBEDDINGS,
    MOST_PER_SLICE,
    NO_POLICY,
    NUMBERS,
    REQUESTS,
    STREAMS,
    UNREAD,
    Outcome,
    RecordedRun,
    RecordedVerdict,
    Unread,
    coverage,
    measure,
)
from tests.factories.calls import record_call

GOOD = RecordedVerdict([RecordedRun("pii", 900, policy="baseline"), RecordedRun("secrets", 1_000, policy="baseline")])
FAILED = RecordedVerdict([RecordedRun("pii", 900, "needed more than 200 ms", "baseline")])
NOBODY = RecordedVerdict()


def outcome(input: RecordedVerdict | None = GOOD, output: RecordedVerdict | None = GOOD, **fields: Any) -> Outcome:
    """An answered call."""
    given: dict[str, Any] = {"attempts": [{}], "finish_reason": "stop"}
    return Outcome(input_verdict=input, output_verdict=output, **given | fields)


def shares(*outcomes: Outcome) -> dict[str, tuple[int, int]]:
    return {share.name: (share.inspected, share.all) for share in measure(outcomes).surfaces}


def test_requests_and_answers_count_apart_and_streams_by_themselves() -> None:
    assert shares(outcome(), outcome(stream=True), outcome(output=NOBODY, stream=True)) == {
        REQUESTS: (3, 3),
        ANSWERS: (1, 1),
        STREAMS: (1, 2),
    }


def test_a_call_is_inspected_if_all_of_it_is() -> None:
    found = measure([outcome(), outcome(output=None), outcome(input=NOBODY)])
    assert (found.whole.inspected, found.whole.all) == (1, 3)
    assert found.reasons == [(NO_POLICY, 2)]


def test_a_guard_that_failed_did_not_inspect_and_says_why() -> None:
    found = measure([outcome(input=FAILED)])
    assert found.reasons == [("pii: needed more than 200 ms", 1)]
    assert [(share.name, share.inspected) for share in found.surfaces] == [(REQUESTS, 0), (ANSWERS, 1)]


def test_another_guard_of_the_same_text_still_counts() -> None:
    mixed = RecordedVerdict([*FAILED.runs, RecordedRun("secrets", 900, policy="baseline")])
    found = measure([outcome(input=mixed)])
    assert found.whole.inspected == 1
    assert found.reasons == [("pii: needed more than 200 ms", 1)]


def test_policies_count_calls_and_bytes_are_of_the_guard_that_read_most() -> None:
    strict = RecordedVerdict([*GOOD.runs, RecordedRun("topics", 1_000, policy="strict")])
    found = measure([outcome(input=strict), outcome()])
    assert [(share.name, share.inspected, share.all) for share in found.policies] == [
        ("baseline", 2, 2),
        ("strict", 1, 2),
    ]
    assert found.bytes_scanned == 4_000


def test_a_blocked_request_has_no_answer_and_a_refused_one_is_no_traffic() -> None:
    blocked = outcome(output=None, attempts=[], finish_reason=None)
    refused = outcome(input=None, output=None, attempts=[], finish_reason=None)
    assert shares(blocked, refused) == {REQUESTS: (1, 1)}


def test_what_was_sent_without_any_inspection_counts_as_missed() -> None:
    assert shares(outcome(input=None, output=None)) == {REQUESTS: (0, 1), ANSWERS: (0, 1)}


def test_embeddings_have_no_answer_to_read_and_token_numbers_are_no_text() -> None:
    fine = outcome(output=None, operation="embeddings", finish_reason=None)
    numbers = outcome(output=None, operation="embeddings", finish_reason=None, token_lists=2)
    found = measure([fine, numbers])
    assert [(share.name, share.inspected, share.all) for share in found.surfaces] == [(EMBEDDINGS, 2, 2)]
    assert (found.whole.inspected, found.reasons) == (1, [(NUMBERS, 1)])


def test_without_traffic_nothing_was_missed() -> None:
    assert measure([]).whole.percent == 100


@pytest.mark.django_db
def test_the_trail_is_read_for_the_stretch_alone() -> None:
    record_call(at=timezone.now() - timedelta(hours=2))
    record_call(at=timezone.now() - timedelta(days=3))
    assert (coverage(over=timedelta(hours=24)).calls, coverage(over=timedelta(days=7)).calls) == (1, 2)
    assert not coverage(over=timedelta(days=7)).sampled


@pytest.mark.django_db
def test_a_busy_stretch_is_sampled_and_says_so() -> None:
    for _ in range(MOST_PER_SLICE + 3):
        record_call(at=timezone.now() - timedelta(hours=30))
    record_call(at=timezone.now() - timedelta(hours=3))
    found = coverage(over=timedelta(days=7))
    assert found.sampled
    assert found.calls == MOST_PER_SLICE + 1


def test_what_no_guard_can_read_counts_as_missed_and_says_what_it_was() -> None:
    answered = {"answer_not_scanned": [Unread("sealed", 1, 90)]}
    found = measure([outcome(not_scanned=[Unread("image", 2, 3_000)], **answered), outcome()])
    assert (found.whole.inspected, found.whole.all, found.bytes_unread) == (1, 2, 3_090)
    assert found.reasons == [(f"{UNREAD}: image", 2), (f"{UNREAD}: sealed", 1)]
