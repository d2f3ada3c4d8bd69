"""An application that violates policy too often is stopped by a rule in force: once an episode, for a time, on the record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent, RecentSighting, Violation
from govern.changes.checks import run_checks
from govern.changes.containment import contain_applications, lapse_stops
from govern.changes.stops import stop_traffic
from govern.models import Revision, Stop
from govern.policy.bodies import StopBody
from tests.cast import person
from tests.govern.containment.conftest import See
from tests.govern.containment.rules import REASON, draft_rule, put_rule, put_stop, retire

pytestmark = pytest.mark.usefixtures("as_application")


def stopped() -> StopBody:
    """What is stopped; fails unless it is exactly one thing."""
    body = Stop.objects.in_force().get().body
    assert isinstance(body, StopBody)
    return body


def contained_events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type="traffic.contained").order_by("seq"))


def test_as_many_violations_as_the_rule_says_stop_the_application(see: See) -> None:
    put_rule()
    see(2)
    assert contain_applications() == []
    see(1)
    assert contain_applications() == ["helpdesk"]
    body = stopped()
    assert (body.target, body.of, body.rule, body.reason) == ("application", "helpdesk", "bursts", REASON)
    assert body.until is not None
    assert timedelta(minutes=59) < body.until - timezone.now() <= timedelta(minutes=60)


def test_it_is_on_the_record_with_the_rule_and_the_cases(see: See) -> None:
    put_rule()
    see(3)
    contain_applications()
    (event,) = contained_events()
    assert event.actor is None
    assert (event.application, event.revision) == ("helpdesk", Revision.objects.latest("number").number)
    assert (event.fields["rule"], event.fields["violations"]) == ("bursts", 3)
    assert event.fields["cases"] == [str(Violation.objects.get().pk)]


def test_an_episode_is_contained_once_whoever_looks_how_often(see: See) -> None:
    put_rule()
    put_rule(name="another", violations=2)
    see(5)
    assert contain_applications() == ["helpdesk"]
    assert contain_applications() == []
    assert len(contained_events()) == 1


def test_only_calls_of_the_severity_within_the_minutes_and_of_what_it_covers_count(see: See) -> None:
    put_rule(scope={"applications": ["helpdesk"]}, violations=2, minutes=1)
    see(3, severity="medium")
    see(3, application="risk-engine")
    see(3, seconds_ago=90)
    see(1, severity="critical")
    assert contain_applications() == []


def test_many_findings_of_one_call_count_once(see: See) -> None:
    put_rule(violations=2)
    for rule in ("email", "iban", "phone"):
        see(1, rule=rule, call=b"\x01" * 16)
    assert contain_applications() == []


def test_lifting_it_begins_another_episode(see: See) -> None:
    put_rule()
    see(4)
    under_way = Revision.objects.latest("number").number
    contain_applications()
    see(4, revision=under_way)  # ran under the revision of before and ended after it was stopped
    retire("stop", stopped_name())
    assert contain_applications() == [], "it is stopped again for what was stopped already"
    see(2)
    assert contain_applications() == []
    see(1)
    assert contain_applications() == ["helpdesk"]


def stopped_name() -> str:
    return Stop.objects.in_force().get().name


def test_what_a_person_stopped_is_not_contained_afterwards_for_the_same(see: See) -> None:
    put_rule()
    see(4)
    stop_traffic(target="application", of="helpdesk", reason="I see it, too.", by=person("olive"))
    assert contain_applications() == []
    assert stopped().rule is None
    retire("stop", stopped_name())
    assert contain_applications() == []


def test_a_clock_that_is_set_back_does_not_prevent_it(see: See) -> None:
    put_rule()
    see(2, seconds_ago=-240)  # written before the clock was set back by four minutes
    see(1)
    assert contain_applications() == ["helpdesk"]


def test_a_name_that_something_else_took_does_not_prevent_it(see: See) -> None:
    """An insider has a stop of something unimportant approved under the name that containment would use."""
    put_rule()
    put_stop(StopBody(target="model", of="gpt-5.4", reason="It is slow.", name="application:helpdesk"))
    see(3)
    assert contain_applications() == ["helpdesk"]
    assert {stop.body.of for stop in Stop.objects.in_force()} == {"gpt-5.4", "helpdesk"}


def test_it_ends_by_itself_once_its_time_is_over_and_not_sooner(see: See) -> None:
    put_rule(stop_minutes=5)
    see(3)
    contain_applications()
    over = timezone.now() - timedelta(seconds=1)
    put_stop(StopBody(target="model", of="gpt-5.4", reason="It is slow.", until=over))
    assert lapse_stops() == ["model:gpt-5.4"]
    assert stopped().of == "helpdesk"
    event = AuditEvent.objects.get(type="traffic.resumed")
    assert (event.fields["stopped"], event.actor) == ("model:gpt-5.4", None)
    assert str(event) == "The time of the stop the model gpt-5.4 was over"


def test_a_proposal_says_whom_it_would_stop_at_once(see: See) -> None:
    see(3)
    warned = [check for check in run_checks(draft_rule()) if check.said == "containment.now"]
    assert [(check.message, check.blocks) for check in warned] == [
        ("It would stop helpdesk at once: what was seen of late is enough for that.", False)
    ]


def test_what_counts_is_kept_for_as_long_as_any_rule_could_ask(see: See) -> None:
    see(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT govern_forget_sightings()")
        assert cursor.fetchone() == (0,)
    assert RecentSighting.objects.count() == 2
