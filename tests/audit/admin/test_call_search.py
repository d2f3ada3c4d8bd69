"""Finding calls: by everything that an officer knows of one, and what odd input gets for an answer."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import SavedView
from audit.selectors import looking, search
from audit.selectors.search import Wanted, count_calls, search_calls
from tests.audit.admin.test_calls import reject
from tests.cast import person
from tests.factories.calls import INJECTION, PERSONAL, record_call

LIST = "admin:audit_auditevent_changelist"
NOW = timezone.now() - timedelta(hours=2)


@pytest.fixture
def dan(db: None) -> Client:
    client = Client()
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def made(db: None) -> dict[str, uuid.UUID]:
    """A few calls that differ in everything that can be asked."""
    return {
        "plain": record_call(at=NOW),
        "masked": record_call(at=NOW - timedelta(minutes=1), application="helpdesk", key="mobile", output=PERSONAL),
        "blocked": record_call(at=NOW - timedelta(minutes=2), input=INJECTION, code="prompt_injection", message="No."),
        "dear": record_call(at=NOW - timedelta(days=3), provider="anthropic", cost_nano_usd=2 * 10**9, revision=7),
        "poor": record_call(at=NOW - timedelta(minutes=4), code="insufficient_quota", message="No.", before=True),
        "session": record_call(
            at=NOW - timedelta(minutes=5),
            client={"session": "0b6f6c7a-1111-4222-8333-944444444444", "request": "their-own-7"},
            end_user={"id": "jane", "verified": True, "by": "token"},
        ),
    }


def found(client: Client, **query: Any) -> set[uuid.UUID]:
    answer = client.get(reverse(LIST), query)
    if answer.status_code == 302:
        return {uuid.UUID(answer["Location"].rstrip("/").rsplit("/", 1)[1])}
    assert answer.status_code == 200
    return {row.call_id for row in answer.context["page"].rows}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"application": "helpdesk"}, "masked"),
        ({"team": "support"}, "masked"),
        ({"key": "mobile"}, "masked"),
        ({"verdict": "redact"}, "masked"),
        ({"guard": "pii"}, "masked"),
        ({"rule": "iban"}, "masked"),
        ({"rule": "ignore_instructions"}, "blocked"),
        ({"guard": "prompt_injection", "ended": "refused"}, "blocked"),
        ({"ended": "refused"}, "blocked poor"),
        ({"ended": "refused:budget"}, "poor"),
        ({"code": "insufficient_quota"}, "poor"),
        ({"ended": "failed"}, ""),
        ({"provider": "anthropic"}, "dear"),
        ({"revision": "7"}, "dear"),
        ({"cost_min": "1.5"}, "dear"),
        ({"cost_min": "1", "cost_max": "1.5"}, ""),
        ({"session": "0b6f6c7a-1111-4222-8333-944444444444"}, "session"),
        ({"end_user": "jane"}, "session"),
        ({"end_user": "jan"}, ""),
        ({"q": "their-own-7"}, "session"),
        ({"until": (NOW - timedelta(days=1)).isoformat()}, "dear"),
        ({"since": (NOW - timedelta(days=4)).strftime("%Y-%m-%d"), "until": (NOW - timedelta(days=2)).strftime("%Y-%m-%d")}, "dear"),
        ({"model": "gpt-5.4", "team": "support", "verdict": "redact"}, "masked"),
        ({"provider": 'x" OR true --'}, ""),
        ({"rule": "%"}, ""),
    ],
)  # fmt: skip
def test_calls_are_found_by(dan: Client, made: dict[str, uuid.UUID], query: dict[str, str], names: str) -> None:
    assert found(dan, **query) == {made[name] for name in names.split()}


def test_an_id_is_found_however_the_client_has_it(dan: Client, made: dict[str, uuid.UUID]) -> None:
    call = made["dear"]
    for sought in (str(call), call.hex, f"chatcmpl-{call.hex}", f"msg_{call.hex}", f"resp_{call.hex}", str(call).upper(),
                   str(call)[:13], call.hex[:9], f"chatcmpl-{call.hex[:10]}"):  # fmt: skip
        assert found(dan, q=sought) == {call}, sought
    many = dan.get(reverse(LIST), {"q": call.hex[:4]})
    assert {row.call_id for row in many.context["page"].rows} == set(made.values())
    rejected = reject("helpdesk", "invalid_request", "No.")
    assert found(dan, q=str(rejected)) == {rejected}


def test_a_prefix_that_fits_thousands_gives_pages_and_an_estimate(dan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 40)
    for number in range(60):
        record_call(at=NOW + timedelta(microseconds=number))
    prefix = NOW.timestamp()
    answer = dan.get(reverse(LIST), {"q": f"{int(prefix * 1_000) >> 20:07x}".rjust(7, "0")[:7]})
    assert answer.status_code == 200
    answer = dan.get(reverse(LIST))
    assert len(answer.context["page"].rows) == 50
    assert "about" in answer.content.decode()
    assert answer.context["number"].exact is False


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"since": "2026-11-26T12:00", "until": "2026-11-25T12:00"}, "ends before it begins"),
        ({"since": "yesterday"}, "is no time"),
        ({"until": "2026-13-01T00:00"}, "is no time"),
        ({"since": "9999-12-31"}, "is no time"),
        ({"since": "0001-01-01T00:00"}, "is no time"),
        ({"day": "2026-02-30"}, "is no day"),
        ({"q": "ab"}, "at least 4 characters"),
        ({"q": "a\x00bcdef"}, "no control characters"),
        ({"team": "a\x00b"}, "no control characters"),
        ({"rule": "x" * 900}, "at most 200 characters"),
        ({"revision": "-1"}, "whole number"),
        ({"revision": "9" * 30}, "whole number"),
        ({"revision": "²"}, "whole number"),
        ({"cost_min": "NaN"}, "amount in dollars"),
        ({"cost_min": "1e400"}, "amount in dollars"),
        ({"cost_max": "-1"}, "amount in dollars"),
        ({"cost_min": "2", "cost_max": "1"}, "least cost is more"),
        ({"ended": "allowed"}, "no such choice"),
        ({"verdict": "'"}, "no such choice"),
    ],
)
def test_odd_input_is_answered_in_words_and_with_no_rows(
    dan: Client, made: dict[str, uuid.UUID], query: dict[str, str], said: str
) -> None:
    answer = dan.get(reverse(LIST), query)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert list(answer.context["page"].rows) == []


@pytest.mark.parametrize(
    "query", [{"q": "\ud800"}, {"after": "bm9uc2Vuc2U"}, {"end_user": "é漢"}, {"q": "../../etc"}, {"order": "x"}]
)
def test_nothing_fails(dan: Client, query: dict[str, str]) -> None:
    query = {name: value.encode("utf-8", "surrogatepass").decode("latin-1") for name, value in query.items()}
    assert dan.get(reverse(LIST), query).status_code in (200, 302)


def test_an_owner_finds_only_their_own(made: dict[str, uuid.UUID]) -> None:
    for within, names in (
        (frozenset({"helpdesk"}), {"masked"}),
        (frozenset(), set()),
        (frozenset({"risk-engine", "helpdesk"}), set(made)),
    ):
        rows = search_calls(Wanted(), within=within).rows
        assert {row.call_id for row in rows} == {made[name] for name in names}
        assert count_calls(Wanted(), within=within).calls == len(names)
    assert search_calls(Wanted(application="risk-engine"), within=frozenset({"helpdesk"})).rows == []
    assert search_calls(Wanted(id_prefix=made["plain"].hex), within=frozenset({"helpdesk"})).rows == []


def test_pages_follow_each_other_in_both_orders_and_through_chunks(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TEXTS_AT_ONCE", 7)
    calls = [
        record_call(at=NOW + timedelta(seconds=number), provider="openai" if number % 5 else "google")
        for number in range(40)
    ]
    for oldest_first in (False, True):
        seen: list[uuid.UUID] = []
        after: str | None = None
        while True:
            page = search_calls(Wanted(provider="google", oldest_first=oldest_first), within=None, after=after, limit=3)
            seen += [row.call_id for row in page.rows if row.call_id]
            if page.next is None:
                break
            after = page.next
        assert seen == (calls[::5] if oldest_first else calls[::5][::-1])


def test_a_search_without_end_says_how_far_it_looked(dan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TEXTS_AT_ONCE", 5)
    monkeypatch.setattr(looking, "PATIENCE_S", -1.0)
    for number in range(12):
        record_call(at=NOW + timedelta(seconds=number))
    answer = dan.get(reverse(LIST), {"provider": "nobody"})
    assert "So far looked back to" in answer.content.decode()
    assert "No call fits" not in answer.content.decode()
    answer = dan.get(f"{reverse(LIST)}?{answer.context['older']}")
    assert answer.context["older"] is not None
    answer = dan.get(f"{reverse(LIST)}?{answer.context['older']}")
    assert answer.context["older"] is None


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "at_seq"),
        (Wanted(code="insufficient_quota"), "at_seq"),
        (Wanted(ended="refused"), "at_seq"),
        (Wanted(verdict="block"), "verdict_at_seq"),
        (Wanted(model="gpt-5.4"), "model_at_seq"),
        (Wanted(application="helpdesk"), "application_at_seq"),
    ],
)
def test_what_is_read_comes_from_an_index_in_order(db: None, wanted: Wanted, index: str) -> None:
    record_call()
    query = search._Query(wanted, None)
    looked = query.chunk("at, seq", cursor=None, most=50)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {looked}", query.parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize(
    ("wanted", "column"),
    [(Wanted(person="person-17@example.org"), "end_user"), (Wanted(session="s-1"), "session")],
)
def test_calls_of_one_person_or_session_are_read_from_their_index_in_order(
    db: None, wanted: Wanted, column: str
) -> None:
    """PostgreSQL would look into the body of every call instead if the index could not give the order: the planner is left free here."""
    for number in range(300):
        record_call(
            client={"session": f"s-{number % 150}"}, end_user={"id": f"p-{number}", "verified": True, "by": "proxy"}
        )
    query = search._Query(wanted, frozenset({"risk-engine"}), known_session=True)
    looked = query.chunk("at, seq", cursor=None, most=51)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_event")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {looked}", query.parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    scans = [line for line in plan.splitlines() if "Scan" in line and "Function Scan" not in line]
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert scans, plan
    assert all("Index Scan Backward" in line for line in scans), plan
    assert all(f"'{column}'" in line and "each.value" in line for line in conditions), plan


def test_a_session_and_an_agent_of_it_are_both_found(db: None) -> None:
    first = record_call(client={"session": "s-1"})
    second = record_call(client={"session": "s-2", "agent": "a-1"})
    for session, call in (("s-1", first), ("s-2", second), ("a-1", second)):
        assert [row.call_id for row in search_calls(Wanted(session=session), within=None).rows] == [call]
        assert count_calls(Wanted(session=session), within=None).calls == 1
    assert search_calls(Wanted(session="s-1"), within=frozenset({"helpdesk"})).rows == []


def test_views_are_saved_for_oneself(dan: Client) -> None:
    address = reverse("admin:audit_auditevent_views")
    dan.post(address, {"name": "Refused lately", "query": "ended=refused&after=x&nonsense=1&verdict=block"})
    view = SavedView.objects.get()
    assert (view.owner, view.query) == ("dan", "verdict=block&ended=refused")
    assert "Refused lately" in dan.get(reverse(LIST)).content.decode()
    olive = Client()
    olive.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Refused lately" not in olive.get(reverse(LIST)).content.decode()
    olive.post(address, {"remove": view.pk})
    assert SavedView.objects.count() == 1
    for odd in ({"name": "", "query": "ended=refused"}, {"name": "x", "query": ""}, {"name": "x" * 61, "query": "ended=failed"},
                {"name": "a\x00", "query": "ended=failed"}, {"remove": "9" * 40}, {"remove": "x"}):  # fmt: skip
        assert dan.post(address, odd).status_code == 302
    assert SavedView.objects.count() == 1
    dan.post(address, {"remove": view.pk})
    assert not SavedView.objects.exists()
    assert dan.get(address).status_code == 405
