"""Somebody with the owner's rights writes around Govern: it is noticed, once a day."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, State, Violation
from govern.changes.drift.finding import find_drift
from govern.changes.drift.reporting import report_drift
from govern.models import Budget, GuardPolicy, Person
from tests.cast import person
from tests.govern.changes.changing import applied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]


@pytest.fixture
def quiet(installation: None) -> None:
    """The cast hold their roles by a revision, as after genesis from a file with people."""
    from govern.changes.revisions import write_revision, write_version
    from govern.models import Membership
    from govern.policy.bodies import MembershipBody
    from tests.cast import GROUPS

    for name, groups in GROUPS.items():
        if groups:
            target = Membership.objects.create(name=name)
            target.active_version = write_version(
                target=target, body=MembershipBody(name=name, groups=groups), author=None
            )
            target.save()
    write_revision(reason="Roles", by="bootstrap")


def test_what_was_approved_is_no_drift() -> None:
    assert find_drift() == []
    applied()
    assert find_drift() == []
    assert report_drift() == []
    assert not Violation.objects.exists()


def test_a_policy_that_was_taken_out_of_force_by_hand_is_found() -> None:
    GuardPolicy.objects.filter(name="baseline").update(active_version=None)
    assert find_drift() == ["guard_policy/baseline"]


def test_an_older_version_put_back_by_hand_is_found() -> None:
    before = Budget.objects.get(name="organisation").active_version_id
    applied()
    Budget.objects.filter(name="organisation").update(active_version_id=before)
    assert find_drift() == ["budget/organisation"]


def test_a_role_given_by_hand_is_found() -> None:
    person("eve").groups.add(Group.objects.get(name="approver"))
    assert find_drift() == ["membership/eve"]


@pytest.mark.parametrize("place", ["budget/intern-bot", "membership/dan"])
def test_content_changed_under_its_hash_is_found(place: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE govern_version DISABLE TRIGGER USER")
        cursor.execute("UPDATE govern_version SET canonical = '{}' WHERE kind || '/' || object_name = %s", [place])
        cursor.execute("ALTER TABLE govern_version ENABLE TRIGGER USER")
    assert find_drift() == [place]
    assert report_drift() == [place]


def test_it_opens_one_critical_case_a_day() -> None:
    GuardPolicy.objects.filter(name="baseline").update(active_version=None)
    assert report_drift() == report_drift() == ["guard_policy/baseline"]
    case = Violation.objects.get()
    assert (case.severity, case.guard, case.state) == ("critical", "drift", State.NEW)
    assert AuditEvent.objects.filter(type="policy.drifted").count() == 1


def test_a_person_changed_by_hand_opens_a_case_that_the_home_page_shows(client: Client) -> None:
    Person.objects.filter(username="eve").update(is_superuser=True)
    assert report_drift() == ["person/eve"]
    assert "person/eve" in AuditEvent.objects.get(type="policy.drifted").body["places"]
    client.force_login(person("ben"), backend="django.contrib.auth.backends.ModelBackend")
    assert "What is stored is not what people approved" in client.get(reverse("admin:index")).content.decode()


def test_a_setting_of_a_role_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER ROLE govern_owner IN DATABASE "{name}" SET search_path = mine')
    assert "database/settings of govern_owner" in find_drift()
