"""An exemption in force is seen wherever somebody would otherwise think that a guard looks."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.selectors.coverage import EXEMPT, coverage
from govern.admin.in_force import named
from govern.changes.revisions import write_revision, write_version
from govern.enforcement.bodies import PolicyScope
from govern.models import Exemption
from govern.policy.bodies import ExemptionBody
from govern.policy.exemptions import Exempted
from tests.cast import person
from tests.factories.calls import record_call
from tests.factories.installation import install_sample

NAME = "helpdesk-addresses"


@pytest.fixture
def exempt(db: None) -> None:
    """The helpdesk is exempt from the guard against personal data for a day."""
    install_sample()
    body = ExemptionBody(
        name=NAME,
        guard_policy="baseline",
        guard="pii",
        scope=PolicyScope(applications=("helpdesk",)),
        reason="They answer by e-mail",
        expires_at=timezone.now() + timedelta(days=1),
    )
    found = Exemption.objects.create(name=NAME)
    found.active_version = write_version(target=found, body=body, author=person("amy"))
    found.save(update_fields=["active_version"])
    write_revision(reason="They answer by e-mail", by="amy")
    assert Exemption.objects.in_force().exists()


def text(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_pages_of_the_application_and_the_policy_say_so(exempt: None, signed_in: Callable[[str], Client]) -> None:
    olive = signed_in("olive")
    helpdesk = text(olive, named("application", "helpdesk"))
    assert "without Personal data" in helpdesk
    assert NAME in helpdesk
    assert "Personal data is not asked until" in helpdesk
    baseline = text(olive, named("guard_policy", "baseline"))
    assert f"{NAME} → helpdesk" in baseline
    other = text(olive, named("application", "risk-engine"))
    assert NAME not in other
    assert "Every guard that covers it is asked." in other


def test_the_bench_and_the_home_page_say_so(exempt: None, signed_in: Callable[[str], Client]) -> None:
    olive = signed_in("olive")
    bench = reverse("admin:govern_guardpolicy_try")
    asked = {"text": "Write to jane.doe@example.com", "said": "user", "who": "application helpdesk", "model": "auto"}
    answer = olive.post(bench, asked)
    shown = answer.content.decode()
    assert "was not asked, by an exemption:" in shown
    assert "but for those it is exempt from" in shown
    assert "1 exemption is in force" in text(olive, reverse("admin:index"))


def test_the_record_and_the_page_of_a_call_name_the_guard_and_the_exemption(
    db: None, signed_in: Callable[[str], Client]
) -> None:
    until = timezone.now() + timedelta(days=1)
    call = record_call(
        at=timezone.now() - timedelta(minutes=1),
        application="helpdesk",
        exempted=[Exempted("baseline", "pii", NAME, until)],
    )
    page = text(signed_in("olive"), reverse("admin:audit_auditevent_call", args=[call]))
    assert "was not asked, by an exemption:" in page
    assert f"{until:%Y-%m-%d %H:%M:%S} UTC" in page
    assert "&quot;exemption&quot;: &quot;helpdesk-addresses&quot;" in page
    assert (f"{EXEMPT}: pii: {NAME}", 1) in coverage(over=timedelta(hours=1)).reasons


def test_what_is_recorded_of_an_exemption_can_be_read_back() -> None:
    until = timezone.now()
    assert msgspec.to_builtins(Exempted("p", "pii", "e", until)) == {
        "policy": "p",
        "guard": "pii",
        "exemption": "e",
        "until": until.isoformat().replace("+00:00", "Z"),
    }
