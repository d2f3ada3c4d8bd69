"""Violations that calls open and join."""

import asyncio

import pytest

from audit.models import AuditEvent, Severity, State, Violation
from audit.trail.entries import Entry
from audit.trail.identifiers import uuid7
from audit.trail.sightings import SEVERITIES, Sighting, violation_id
from tests.audit.calls import as_uuid, new_writer, now_us, row, sighting

pytestmark = pytest.mark.django_db(transaction=True)

DAY_US = 86_400_000_000


def test_a_sighting_opens_a_case(conninfo: str) -> None:
    seen = sighting()
    _write(conninfo, [seen])
    case = Violation.objects.get()
    assert case.pk == seen.violation_id
    assert (case.application, case.team, case.guard, case.rule) == (
        "risk-engine", "payments", "prompt_injection", "ignore-instructions",
    )  # fmt: skip
    assert (case.state, case.severity, case.count, case.revision) == (State.NEW, Severity.HIGH, 1, 1)
    assert case.first_call_id == case.last_call_id == as_uuid(seen.call_id)
    assert (case.due_at - case.first_at).total_seconds() == 24 * 3600
    event = AuditEvent.objects.get(type="violation.opened")
    assert event.call_id == as_uuid(seen.call_id)
    assert str(event) == "prompt_injection saw ignore-instructions in a call of risk-engine"


def test_sightings_of_one_day_join_one_case(conninfo: str) -> None:
    noon = now_us() // DAY_US * DAY_US + DAY_US // 2
    seen = [sighting(at_us=noon + n, call_id=uuid7(), severity=s) for n, s in enumerate(["low", "critical", "medium"])]
    _write(conninfo, seen[:2], seen[2:])
    case = Violation.objects.get()
    assert (case.count, case.severity) == (3, Severity.CRITICAL)
    assert case.first_call_id == as_uuid(seen[0].call_id)
    assert case.last_call_id == as_uuid(seen[2].call_id)
    assert (case.due_at - case.first_at).total_seconds() == 4 * 3600
    assert AuditEvent.objects.filter(type="violation.opened").count() == 1


@pytest.mark.parametrize("field", ["application", "guard", "rule"])
def test_another_fingerprint_is_another_case(conninfo: str, field: str) -> None:
    _write(conninfo, [sighting(), sighting(**{field: "other"})])
    assert Violation.objects.count() == 2


def test_another_day_is_another_case() -> None:
    today = violation_id(application="a", guard="g", rule="r", at_us=DAY_US)
    assert today == violation_id(application="a", guard="g", rule="r", at_us=2 * DAY_US - 1)
    assert today != violation_id(application="a", guard="g", rule="r", at_us=2 * DAY_US)


def test_a_resolved_case_is_reopened(conninfo: str) -> None:
    _write(conninfo, [sighting()])
    Violation.objects.update(state=State.RESOLVED)
    again = sighting()
    _write(conninfo, [again])
    case = Violation.objects.get()
    assert (case.state, case.count) == (State.NEW, 2)
    assert AuditEvent.objects.get(type="violation.reopened").call_id == as_uuid(again.call_id)
    _write(conninfo, [sighting()])
    assert AuditEvent.objects.filter(type="violation.reopened").count() == 1


@pytest.mark.parametrize("state", [State.FALSE_POSITIVE, State.ACCEPTED_RISK])
def test_other_closed_cases_stay_closed_and_count(conninfo: str, state: State) -> None:
    _write(conninfo, [sighting()])
    Violation.objects.update(state=state)
    _write(conninfo, [sighting()])
    case = Violation.objects.get()
    assert (case.state, case.count) == (state, 2)
    assert not AuditEvent.objects.filter(type="violation.reopened").exists()


def test_a_refused_entry_opens_no_case(conninfo: str) -> None:
    class Refuses:
        async def join(self, connection: object, entries: list[Entry]) -> str:
            for entry in entries:
                entry.refused = "insufficient_quota"
            return ""

        def failed(self, entries: object) -> None:
            raise AssertionError

    async def main() -> None:
        writer = new_writer(conninfo, participants=[Refuses()])
        await writer.start()
        await writer.submit(Entry([row("call.outcome", uuid7())], claim=1, sightings=[sighting()]))
        await writer.stop()

    asyncio.run(main())
    assert not Violation.objects.exists()


def test_writers_that_see_the_same_things_do_not_block_each_other(conninfo: str) -> None:
    noon = now_us() // DAY_US * DAY_US + DAY_US // 2
    rules = [f"rule {n}" for n in range(20)]

    async def main() -> None:
        writers = [new_writer(conninfo), new_writer(conninfo)]
        for writer in writers:
            await writer.start()
        await asyncio.gather(
            *(
                writers[(n + i) % 2].submit(
                    Entry([row("call.outcome", uuid7())], sightings=[sighting(rule=rule, at_us=noon + n)])
                )
                for i in range(2)
                for n, rule in enumerate(rules if i else rules[::-1])
                for _ in range(5)
            )
        )
        await asyncio.gather(*(writer.stop() for writer in writers))

    asyncio.run(main())
    assert [case.count for case in Violation.objects.all()] == [10] * 20
    assert AuditEvent.objects.filter(type="violation.opened").count() == 20


def test_words_that_postgres_cannot_store_are_replaced(conninfo: str) -> None:
    _write(conninfo, [sighting(rule="a\x00b")])
    assert Violation.objects.get().rule == "a\ufffdb"


def test_the_trail_and_the_cases_know_the_same_severities() -> None:
    assert tuple(Severity.values) == SEVERITIES


def _write(conninfo: str, *entries: list[Sighting]) -> None:
    """One entry for each list of sightings, each in a transaction of its own."""

    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        for sightings in entries:
            await writer.submit(Entry([row("call.outcome", uuid7())], sightings=sightings))
        await writer.stop()

    asyncio.run(main())
