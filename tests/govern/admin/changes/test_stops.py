"""The kill switch: one person stops traffic at once; letting it flow again is a change."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from govern.models import ChangeRequest, Stop
from tests.factories.calls import record_call
from tests.factories.changes import apply, submit
from tests.govern.admin.changes.acting import text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]
NOW = "admin:govern_stop_now"


HELPDESK = {"target": "application", "application": "helpdesk", "reason": "It loops."}


def test_an_approver_stops_an_application(signed_in: Browser) -> None:
    page = signed_in("ben").post(reverse(NOW), {**HELPDESK, "confirmed": "yes"}, follow=True)
    assert Stop.objects.in_force().get().name == "application:helpdesk"
    assert "Stopped: the application helpdesk." in text(page)
    assert "Traffic is stopped: the application helpdesk." in text(signed_in("dan").get(reverse("admin:index")))


def test_a_reason_and_a_name_are_needed_and_nothing_is_lost(signed_in: Browser) -> None:
    page = signed_in("ben").post(reverse(NOW), {"target": "model", "model": "", "reason": "It makes things up."})
    assert "Choose which one." in text(page)
    assert "It makes things up." in text(page)
    page = text(signed_in("ben").post(reverse(NOW), {"reason": " "}))
    assert "Choose what to stop." in page
    assert "Say why: whoever turns it on again must know." in page
    assert 'id="id_reason_error"' in page
    assert not Stop.objects.exists()


EVERYTHING = {"target": "everything", "reason": "An attack."}


def test_everything_is_asked_for_once_more_with_what_it_refuses(confirmed: Browser) -> None:
    ben = confirmed("ben")
    for _ in range(3):
        record_call()
    page = text(ben.post(reverse(NOW), EVERYTHING))
    assert "Stop every call of every application?" in page
    assert "In the last hour this would have refused 3 calls." in page
    assert not Stop.objects.exists()
    ben.post(reverse(NOW), {**EVERYTHING, "confirmed": "yes"})
    assert Stop.objects.in_force().get().name == "everything"


@pytest.mark.parametrize(
    ("target", "of", "heading", "passed"),
    [
        ("application", "helpdesk", "Stop the application helpdesk?", "this would have refused 1 call."),
        ("model", "gpt-5.4", "Stop the model gpt-5.4?", "it served 2 calls, which would have gone to another model"),
        (
            "provider",
            "openai",
            "Stop the provider openai?",
            "it served 2 calls, which would have gone to another model",
        ),
        ("model", "smollm2", "Stop the model smollm2?", "No call of the last hour would have met it."),
    ],
)
def test_one_thing_is_asked_for_too_with_its_own_calls(
    target: str, of: str, heading: str, passed: str, signed_in: Browser
) -> None:
    for application, model, provider in (
        ("helpdesk", "gpt-5.4", "openai"),
        ("risk-engine", "gpt-5.4", "openai"),
        ("risk-engine", "claude-opus-4.6", "anthropic"),
    ):
        record_call(application=application, model=model, provider=provider)
    ben = signed_in("ben")
    page = text(ben.post(reverse(NOW), {"target": target, target: of, "reason": "It loops."}))
    assert heading in page
    assert passed in page
    assert not Stop.objects.exists()
    ben.post(reverse(NOW), {"target": target, target: of, "reason": "It loops.", "confirmed": "yes"})
    assert Stop.objects.in_force().get().name == f"{target}:{of}"


def test_everything_takes_a_second_factor(signed_in: Browser) -> None:
    answer = signed_in("ben").post(reverse(NOW), {**EVERYTHING, "confirmed": "yes"})
    assert answer.status_code == 302
    assert not Stop.objects.exists()


def test_what_is_stopped_is_not_stopped_twice(confirmed: Browser) -> None:
    ben = confirmed("ben")
    for _ in range(2):
        page = ben.post(reverse(NOW), {**EVERYTHING, "confirmed": "yes"}, follow=True)
    assert "It is stopped already." in text(page)


def test_letting_it_flow_again_takes_the_usual_way(signed_in: Browser, confirmed: Browser) -> None:
    confirmed("ben").post(reverse(NOW), {**EVERYTHING, "confirmed": "yes"})
    stop = Stop.objects.get()
    amy = signed_in("amy")
    page = amy.post(reverse("admin:govern_stop_again", args=[stop.pk]), {"reason": "It is over."}, follow=True)
    draft: ChangeRequest = page.context["change"]
    assert "Every call is refused." in text(page)
    assert f"{draft} would let it flow again" in text(amy.get(reverse("admin:govern_stop_changelist")))
    apply(submit(draft))
    assert not Stop.objects.in_force().exists()
    assert amy.get(reverse("admin:index")).context["alarms"] == []


def test_who_may_not_stop_traffic_sees_what_is_stopped_and_no_switch(signed_in: Browser) -> None:
    for name in ("amy", "dan"):
        assert signed_in(name).get(reverse("admin:govern_stop_changelist")).context["form"] is None
        assert signed_in(name).post(reverse(NOW), {"target": "everything", "reason": "No."}).status_code == 403
    assert not Stop.objects.exists()
