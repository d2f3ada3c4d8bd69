"""Access-review campaigns: each holder of a role is looked at by somebody else, and a revoked role goes by a change."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from govern.changes.access_campaigns import close_campaign, decide_access, start_campaign
from govern.changes.refused import ChangeRefused
from govern.models import AccessCampaign, AccessDecision, ChangeRequest, ChangeState, Person
from tests.cast import person
from tests.factories.changes import apply, review
from tests.factories.installation import install_sample


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "olive"):
        person(name)
    spare = person("otto")
    spare.groups.set(Group.objects.filter(name="compliance_officer"))


def campaign(*roles: str) -> AccessCampaign:
    return start_campaign(
        title="Q4", due_at=timezone.now() + timedelta(days=14), roles=roles or ("approver",), by=person("olive")
    )


def decide(
    found: AccessCampaign, about: str, *revoked: str, by: str = "olive", reason: str = "Looked."
) -> ChangeRequest | None:
    return decide_access(campaign=found, person=person(about), revoked=revoked, reason=reason, by=person(by))


def rows(found: AccessCampaign) -> dict[str, str]:
    return {f"{row.person.username} {row.role}": row.verdict for row in found.decisions.select_related("person")}


def test_everybody_who_holds_a_role_is_looked_at() -> None:
    assert rows(campaign("approver", "policy_author")) == {
        "amy policy_author": "",
        "ben approver": "",
        "cara approver": "",
    }
    event = AuditEvent.objects.get(type="access.started")
    assert (event.actor, event.fields["held"]) == ("olive", 3)


def test_a_role_is_kept_with_a_reason() -> None:
    found = campaign()
    assert decide(found, "ben") is None
    assert rows(found)["ben approver"] == "kept"
    event = AuditEvent.objects.get(type="access.decided")
    assert (event.actor, event.fields["verdict"], event.fields["reason"]) == ("olive", "kept", "Looked.")
    with pytest.raises(ChangeRefused, match="Say why"):
        decide(found, "cara", reason="  ")


def test_a_revoked_role_goes_by_a_change_that_others_approve() -> None:
    found = campaign("policy_author")
    change = decide(found, "amy", "policy_author")
    assert change is not None
    assert change.state == ChangeState.IN_REVIEW
    assert change.requested_by == person("olive")
    assert person("amy").groups.exists()
    with pytest.raises(ChangeRefused, match="still held: amy: policy_author"):
        close_campaign(campaign=found, by=person("olive"))
    apply(change)
    assert not person("amy").groups.exists()
    close_campaign(campaign=found, by=person("olive"))
    closed = AuditEvent.objects.get(type="access.closed")
    assert (closed.fields["kept"], closed.fields["revoked"]) == (0, 1)


def test_nobody_decides_about_themselves_nor_through_a_second_account() -> None:
    found = campaign("compliance_officer")
    with pytest.raises(ChangeRefused, match="Somebody else decides"):
        decide(found, "olive")
    Person.objects.filter(username="otto").update(credentials_set_by=person("olive"))
    with pytest.raises(ChangeRefused, match="count as one person with otto"):
        decide(found, "otto")
    with pytest.raises(ChangeRefused, match="count as one person with olive"):
        decide(found, "olive", by="otto")
    row = found.decisions.get(person=person("olive"))
    row.verdict, row.reason, row.decided_by, row.decided_at = "kept", "Mine.", person("olive"), timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_campaign_in_which_nobody_else_could_decide_is_not_started() -> None:
    Person.objects.filter(username="otto").update(is_active=False)
    with pytest.raises(ChangeRefused, match="Nobody could decide about olive"):
        campaign("compliance_officer")
    assert not AccessCampaign.objects.exists()


def test_two_who_decide_at_once_decide_once() -> None:
    found = campaign()
    decide(found, "ben")
    with pytest.raises(ChangeRefused, match="Somebody has decided"):
        decide(found, "ben", "approver", by="otto")
    assert rows(found)["ben approver"] == "kept"


def test_a_role_that_is_not_in_the_campaign_is_not_taken() -> None:
    with pytest.raises(ChangeRefused, match="Somebody has decided"):
        decide(campaign(), "ben", "policy_author")


def test_a_revocation_that_is_rejected_is_decided_about_again() -> None:
    found = campaign("policy_author")
    change = decide(found, "amy", "policy_author")
    assert change is not None
    review(change, "ben", "reject", "She is needed.")
    with pytest.raises(ChangeRefused, match="Not yet decided"):
        close_campaign(campaign=found, by=person("olive"))
    decide(found, "amy", by="otto", reason="The approvers want her.")
    close_campaign(campaign=found, by=person("olive"))
    assert rows(found) == {"amy policy_author": "kept"}


def test_who_leaves_while_it_runs_is_told_as_gone() -> None:
    found = campaign()
    decide(found, "ben")
    person("cara").groups.clear()
    close_campaign(campaign=found, by=person("olive"))
    assert rows(found) == {"ben approver": "kept", "cara approver": "gone"}


def test_a_closed_campaign_stays_as_it_is() -> None:
    found = campaign()
    for name in ("ben", "cara"):
        decide(found, name)
    close_campaign(campaign=found, by=person("olive"))
    for again in (lambda: close_campaign(campaign=found, by=person("otto")), lambda: decide(found, "ben", "approver")):
        with pytest.raises(ChangeRefused, match="is closed"):
            again()


def test_a_day_that_has_passed_is_no_due_day() -> None:
    with pytest.raises(ChangeRefused, match="has passed"):
        start_campaign(title="Q4", due_at=timezone.now(), roles=["approver"], by=person("olive"))


@pytest.fixture
def browser() -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_pages_start_decide_close_and_give_the_result_away(browser: Callable[[str], Client]) -> None:
    olive = browser("olive")
    due = (timezone.now() + timedelta(days=14)).date().isoformat()
    started = olive.post(
        reverse("admin:govern_accesscampaign_start"), {"title": "=Q4", "roles": ["approver"], "due": due}
    )
    found = AccessCampaign.objects.get()
    assert started["Location"] == reverse("admin:govern_accesscampaign_change", args=[found.pk])
    assert "Access review: =Q4" in [str(d.title) for d in olive.get(reverse("admin:index")).context["duties"].waiting]
    decide_at = reverse("admin:govern_accesscampaign_decide", args=[found.pk])
    for name in ("ben", "cara"):
        olive.post(decide_at, {"person": name, "reason": "=1+1"})
    olive.post(reverse("admin:govern_accesscampaign_close", args=[found.pk]))
    found.refresh_from_db()
    assert found.closed_by == person("olive")
    file = browser("dan").get(reverse("admin:govern_accesscampaign_file", args=[found.pk])).content.decode()
    assert file.splitlines()[0] == "person,role,verdict,reason,decided_by,decided_at,change,change_state"
    assert "ben,approver,kept,'=1+1,olive," in file
    assert AuditEvent.objects.filter(type="access.copied", actor="dan").exists()


@pytest.mark.parametrize("name", ["amy", "ben", "dan"])
def test_who_may_not_decide_is_refused(name: str, browser: Callable[[str], Client]) -> None:
    found = campaign()
    client = browser(name)
    assert client.get(reverse("admin:govern_accesscampaign_start")).status_code == 403
    for view in ("decide", "close"):
        address = reverse(f"admin:govern_accesscampaign_{view}", args=[found.pk])
        assert client.post(address, {"person": "cara", "reason": "x"}).status_code == 403
    assert set(AccessDecision.objects.values_list("verdict", flat=True)) == {""}
