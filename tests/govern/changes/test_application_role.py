"""Govern runs as a database role that can do the officers' work, and that cannot put anything in force by itself."""

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import Error, connection, transaction
from django.utils import timezone

from govern.changes.applying import apply_change
from govern.changes.approvals import progress
from govern.changes.contents import manifest_with
from govern.changes.drafts import open_change, propose_version
from govern.changes.drift.people import changed_people
from govern.changes.emergencies import break_glass, lapse_emergencies, revert_emergency
from govern.changes.refused import ChangeRefused
from govern.changes.reviewing import comment_on_change, review_change
from govern.changes.revisions import manifest_in_force, sign_manifest
from govern.changes.secrets import seal_secret
from govern.changes.stops import stop_traffic
from govern.changes.submission import reopen_change, submit_change
from govern.identity.invitations import accept_invitation, invite
from govern.identity.people import create_person
from govern.identity.sign_in_code import sign_in_code
from govern.models import (
    Budget,
    ChangeAuthor,
    ChangeItem,
    ChangeRequest,
    ChangeState,
    CredentialSecret,
    GuardPolicy,
    Membership,
    Person,
    ProviderCredential,
    Review,
    Revision,
    Stop,
    Version,
)
from govern.policy.bodies import MembershipBody
from tests.cast import person
from tests.govern.changes.changing import applied, approve, body_of, draft, fresh, submitted
from tests.second_factor import enrol

pytestmark = pytest.mark.usefixtures("as_application")


@pytest.fixture
def installation(installation: None) -> None:
    """With Fay, a third who may approve and administers people."""
    fay = person("fay")
    fay.groups.set(Group.objects.filter(name__in=("approver", "platform_administrator")))


def refused(act: Callable[[], Any]) -> str:
    """What the database says to an act that it must refuse; nothing in force may differ afterwards."""
    before = (manifest_in_force(), Revision.objects.count(), CredentialSecret.objects.count())
    with pytest.raises(Error) as error, transaction.atomic():
        act()
    assert (manifest_in_force(), Revision.objects.count(), CredentialSecret.objects.count()) == before
    return str(error.value)


def sql(statement: str, *parameters: Any) -> Callable[[], Any]:
    """An act: one statement, as in psql."""

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return act


def test_the_officers_work_can_be_done() -> None:
    change = applied()
    assert change.state == ChangeState.APPLIED
    assert Budget.objects.get(name="organisation").body.limit_usd == "9000.00"
    comment_on_change(change=change, by=person("ben"), text="Good.")
    assert list(change.transitions.values_list("after", "actor")) == [
        ("draft", "amy"),
        ("in_review", "amy"),
        ("approved", "cara"),
        ("applied", "ben"),
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda: GuardPolicy.objects.update(active_version=None),
        lambda: Budget.objects.get(name="organisation").save(),
        lambda: Budget.objects.all().delete(),
        lambda: Version.objects.create(
            kind="budget",
            object_id=Budget.objects.get(name="organisation").pk,
            object_name="organisation",
            number=2,
            canonical="{}",
            sha256="0" * 64,
            author_name="eve",
        ),
        lambda: Version.objects.update(canonical="{}"),
        lambda: Revision.objects.create(
            number=2,
            manifest="{}",
            sha256="0" * 64,
            signature="",
            key_id="",
            reason="",
            created_by="eve",
            created_at=timezone.now(),
        ),
        lambda: CredentialSecret.objects.create(
            credential=ProviderCredential.objects.get(name="openai-main"), key_id="x", nonce=b"", ciphertext=b""
        ),
        lambda: Person.objects.get(username="eve").groups.add(Group.objects.get(name="approver")),
        lambda: Group.objects.create(name="kings"),
        sql("DELETE FROM auth_group_permissions"),
        lambda: Person.objects.filter(username="eve").update(is_superuser=True),
        lambda: Person.objects.create_superuser("mallory", password="mallory"),
        lambda: Person.objects.filter(username="amy").update(username="zoe"),
        sql("UPDATE govern_person SET password = (SELECT password FROM govern_person WHERE username = 'amy')"),
        lambda: Person.objects.filter(username="ben").update(password="pbkdf2_sha256$1$x$y"),
        sql(
            "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
            " SELECT id, 'totp', '{}', now() FROM govern_person WHERE username = 'ben'"
        ),
        sql("SELECT * FROM govern_proof_key"),
        sql("INSERT INTO govern_kind (kind, relation, by_break_glass) VALUES ('person', 'govern_person_groups', true)"),
        sql("UPDATE govern_kind SET by_break_glass = true"),
        sql("DELETE FROM govern_kind"),
        sql("SELECT govern_put_in_force(gen_random_uuid())"),
        sql("SELECT govern_set_roles('eve', '{\"groups\": [\"approver\"]}')"),
        sql("SELECT govern_is_proven('x', 'y')"),
        sql("ALTER TABLE govern_review DISABLE TRIGGER ALL"),
        sql("SET session_replication_role = replica"),
        sql("CREATE OR REPLACE FUNCTION govern_is_proven(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'"),
        sql("SET ROLE govern_owner"),
    ],
)
def test_a_write_around_the_services_is_refused(act: Callable[[], Any]) -> None:
    refused(act)


def test_a_review_cannot_be_forged() -> None:
    change = submitted()
    forged = {
        "change": change,
        "reviewer": person("ben"),
        "verdict": "approve",
        "digest": change.content_digest,
        "risk": change.risk,
    }
    assert "not made by Govern" in refused(lambda: Review.objects.create(**forged, proof="0" * 64))
    approve(change, "cara")
    true = Review.objects.get()
    assert "not made by Govern" in refused(lambda: Review.objects.create(**forged, proof=true.proof))
    refused(lambda: Review.objects.update(reviewer=person("ben")))
    refused(lambda: Review.objects.all().delete())


def test_the_author_is_not_hidden_by_pretending_to_be_another() -> None:
    """Amy, with a database shell, opens a change in Dan's name so that she may approve it herself."""
    change = open_change(title="Mine", reason="Dan's, really.", by=person("dan"))
    propose_version(
        change=change,
        kind="budget",
        body=body_of("budget", "organisation", limit_usd="1.00"),
        by=person("dan"),
        edition=1,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT govern_change_digest(c) FROM govern_changerequest c WHERE id = %s", [change.pk])
        (digest,) = cursor.fetchone()
    claim = sql(
        "UPDATE govern_changerequest SET state = 'in_review', risk = 'low', content_digest = %s, submission_proof = %s WHERE id = %s",
        digest,
        "0" * 64,
        change.pk,
    )
    assert "not made by Govern" in refused(claim)
    assert "written once" in refused(sql("UPDATE govern_changerequest SET requested_by_id = %s", person("eve").pk))
    refused(lambda: ChangeAuthor.objects.all().delete())


@pytest.mark.parametrize("state", ["approved", "scheduled", "applied", "emergency"])
def test_a_state_is_not_a_matter_of_writing_it(state: str) -> None:
    change = submitted()
    refused(lambda: ChangeRequest.objects.filter(pk=change.pk).update(state=state))
    signed = sign_manifest(manifest_with(change.items.all())).as_json()
    refused(sql("SELECT govern_apply_change(%s, %s, 'eve')", change.pk, signed))


def test_what_was_submitted_cannot_be_exchanged() -> None:
    change = approve(submitted(), "ben", "cara")
    item = change.items.get()
    assert "stays as it was" in refused(lambda: ChangeItem.objects.filter(pk=item.pk).update(canonical="{}"))
    refused(item.delete)
    assert "stays as it was" in refused(sql("UPDATE govern_changerequest SET risk = 'low' WHERE id = %s", change.pk))
    with transaction.atomic():
        change = reopen_change(change=change, by=person("amy"))
        item.canonical = item.canonical.replace("9000.00", "9999999.00")
        item.save()
    refused(sql("UPDATE govern_changerequest SET state = 'in_review' WHERE id = %s", change.pk))


def test_a_revision_cannot_be_signed_from_a_database_shell() -> None:
    change = approve(submitted(), "ben", "cara")
    signed = json.loads(sign_manifest(manifest_with(change.items.all())).as_json())
    for forged in ({**signed, "proof": "0" * 64}, {**signed, "manifest": "{}"}, {**signed, "number": 7}):
        refused(sql("SELECT govern_apply_change(%s, %s, 'eve')", change.pk, json.dumps(forged)))
    other = json.loads(sign_manifest(manifest_in_force()).as_json())
    assert "not what would be" in refused(
        sql("SELECT govern_apply_change(%s, %s, 'eve')", change.pk, json.dumps(other))
    )


def test_many_who_press_apply_apply_once() -> None:
    change = approve(submitted(), "ben", "cara")
    factors = {name: fresh(name) for name in ("ben", "cara", "olive")}
    barrier, failures = Barrier(6), []

    def press(name: str) -> None:
        try:
            barrier.wait()
            apply_change(change=change, by=person(name), second_factor=factors[name])
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(name,)) for name in ("ben", "cara", "olive") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Revision.objects.count() == 2
    assert Budget.objects.get(name="organisation").active_version.number == 2


def seize(name: str, by: str = "olive") -> None:
    """Olive, who administers people, makes a link to set somebody's password with, and could sign in as them."""
    invite(person=person(name), by=person(by))


def roles(name: str, *groups: str, code: str = "", author: str = "amy") -> ChangeRequest:
    """A change in review that gives somebody roles and, with a code, confirms them."""
    change = open_change(title=f"{name} is {name}", reason="They were asked in person.", by=person(author))
    body = MembershipBody(name=name, groups=groups, sign_in_code=code)
    propose_version(change=change, kind="membership", body=body, by=person(author), edition=1)
    return submit_change(change=change, by=person(author), edition=change.edition)


def in_force(change: ChangeRequest) -> ChangeRequest:
    """What Cara applies."""
    return apply_change(change=change, by=person("cara"), second_factor=fresh("cara"))


def test_who_could_set_anothers_password_counts_as_one_with_them() -> None:
    seize("ben")
    change = open_change(title="Mine", reason="Now.", by=person("olive"))
    body = body_of("budget", "intern-bot", limit_usd="1.00")
    propose_version(change=change, kind="budget", body=body, by=person("olive"), edition=1)
    change = submit_change(change=change, by=person("olive"), edition=change.edition)
    with pytest.raises(ChangeRefused, match="count as one person"):
        approve(change, "ben")
    refused(lambda: Person.objects.filter(username="ben").update(credentials_set_by=None))


def test_two_accounts_that_one_has_seized_are_one_approval() -> None:
    change = submitted()
    seize("ben")
    seize("cara")
    change = approve(change, "ben")
    change = approve(change, "cara")
    assert change.state == ChangeState.IN_REVIEW


def test_roles_approved_anew_do_not_part_them() -> None:
    seize("ben")
    in_force(approve(roles("ben", "approver"), "cara", "fay"))
    assert person("ben").credentials_set_by == person("olive")


def test_a_change_that_confirms_the_sign_in_code_parts_them() -> None:
    change = submitted()
    enrol(person("ben"))
    seize("ben")
    confirming = roles("ben", "approver", code=sign_in_code(person("ben")))
    assert confirming.risk == "critical"
    for name in ("ben", "olive"):
        with pytest.raises(ChangeRefused, match="count as one person"):
            approve(confirming, name)
    in_force(approve(confirming, "cara", "fay"))
    assert person("ben").credentials_set_by is None
    assert approve(change, "ben", "cara").state == ChangeState.APPROVED
    assert changed_people() == []


def test_a_code_that_has_changed_confirms_nobody() -> None:
    seize("ben")
    change = approve(roles("ben", "approver", code=sign_in_code(person("ben"))), "cara", "fay")
    ben = person("ben")
    ben.set_password("whoever chose it")
    ben.save()
    with pytest.raises(ChangeRefused, match="code of ben has changed"):
        in_force(change)
    assert person("ben").credentials_set_by == person("olive")
    with pytest.raises(ChangeRefused):
        roles("ben", "approver", code="0000-0000-0000")


def test_an_administrator_who_makes_two_approvers_is_still_one_person() -> None:
    """Fay creates Zoe and Yan, uses their links herself, and Ben and Cara give them roles as somebody asked."""
    fay = person("fay")
    for name in ("zoe", "yan"):
        made = create_person(username=name, first_name="", last_name="", email=f"{name}@example.com", by=fay)
        number, token = urlsplit(invite(person=made, by=fay)).path.split("/")[-3:-1]
        accepted = accept_invitation(number=number, token=token, password=f"chosen by Fay for {name}")
        assert accepted == made
        enrol(made)
        in_force(approve(roles(name, "approver"), "ben", "cara"))
        made.refresh_from_db()
        made.set_password(f"chosen again by Fay for {name}")  # and now they "replace" both
        made.save()
        Authenticator.objects.filter(user=made).delete()
        enrol(made)
        assert person(name).credentials_set_by == fay
    mine = open_change(title="Mine", reason="Now.", by=fay)
    body = body_of("budget", "organisation", limit_usd="1.00")
    propose_version(change=mine, kind="budget", body=body, by=fay, edition=1)
    mine = submit_change(change=mine, by=fay, edition=mine.edition)
    for name in ("zoe", "yan"):
        with pytest.raises(ChangeRefused, match="count as one person"):
            approve(mine, name)
    others = approve(submitted(), "zoe", "yan")
    assert others.state == ChangeState.IN_REVIEW
    for name, other in (("zoe", "yan"), ("yan", "zoe")):  # nor can one of them confirm the other
        confirming = roles(name, "approver", code=sign_in_code(person(name)))
        with pytest.raises(ChangeRefused, match="count as one person"):
            approve(confirming, other)


def test_chains_and_circles_of_seized_accounts_are_one_person() -> None:
    change = submitted()
    seize("ben")
    seize("cara", by="ben")
    assert approve(change, "cara").state == ChangeState.IN_REVIEW
    assert approve(change, "ben").state == ChangeState.IN_REVIEW
    seize("olive", by="cara")
    assert [len(needed.given) for needed in progress(change)] == [1]


def test_an_account_that_two_could_use_does_not_count() -> None:
    change = approve(submitted(), "ben", "cara")
    seize("ben")
    assert change.state == ChangeState.APPROVED
    seize("ben", by="fay")
    assert [needed.given for needed in progress(change)] == [("cara",)]
    with pytest.raises(ChangeRefused):
        in_force(change)
    with pytest.raises(ChangeRefused, match="More than one other person"):
        approve(submitted("budget", "intern-bot", limit_usd="1.00"), "ben")


def test_a_password_and_a_second_factor_can_be_set_through_govern() -> None:
    ben = person("ben")
    ben.set_password("a new one")
    ben.save()
    enrol(ben)
    assert Person.objects.get(username="ben").check_password("a new one")
    refused(sql("UPDATE mfa_authenticator SET user_id = (SELECT id FROM govern_person WHERE username = 'eve')"))


def test_roles_are_given_by_a_change() -> None:
    change = open_change(title="Eve approves", reason="Cara is on leave.", by=person("amy"))
    propose_version(
        change=change,
        kind="membership",
        body=MembershipBody(name="eve", groups=("approver",)),
        by=person("amy"),
        edition=1,
    )
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    assert change.risk == "critical"
    with pytest.raises(ChangeRefused, match="no approval rule"):
        approve(change, "eve")
    apply_change(change=approve(change, "ben", "cara"), by=person("cara"), second_factor=fresh("cara"))
    assert [group.name for group in person("eve").groups.all()] == ["approver"]
    assert Membership.objects.get(name="eve").body.groups == ("approver",)


def test_a_providers_secret_comes_by_a_change() -> None:
    change = open_change(title="Rotate", reason="It leaked.", by=person("amy"))
    body = ProviderCredential.objects.get(name="openai-main").body
    secret = seal_secret(credential="openai-main", secret="sk-new-0123456789")
    propose_version(change=change, kind="provider_credential", body=body, by=person("amy"), edition=1, secret=secret)
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    assert change.risk == "high"
    apply_change(change=approve(change, "ben", "cara"), by=person("ben"), second_factor=fresh("ben"))
    assert CredentialSecret.objects.filter(credential__name="openai-main").latest("created_at").last_four == "6789"


def test_one_person_stops_traffic_and_not_alone_lets_it_flow_again() -> None:
    stop = stop_traffic(target="application", of="helpdesk", reason="It leaks.", by=person("olive"))
    assert Revision.objects.latest("number").entries["stop"] == {"application:helpdesk": stop.active_version.sha256}
    with pytest.raises(ChangeRefused, match="stopped already"):
        stop_traffic(target="application", of="helpdesk", reason="Again.", by=person("olive"))
    refused(lambda: Stop.objects.update(active_version=None))
    refused(sql("SELECT govern_stop_traffic(gen_random_uuid(), 'x', '{}', 'y', %s, '{}')", person("eve").pk))


def test_broken_glass_lapses_by_itself() -> None:
    change = draft(by=person("olive"))
    soon = timezone.now() + timedelta(seconds=1)
    change = break_glass(
        change=change,
        incident="INC-7",
        lapses_at=soon,
        by=person("olive"),
        edition=change.edition,
        second_factor=fresh("olive"),
    )
    assert Budget.objects.get(name="organisation").body.limit_usd == "9000.00"
    assert lapse_emergencies() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.1)")
    assert lapse_emergencies() == 1
    assert Budget.objects.get(name="organisation").body.limit_usd == "2500.00"
    assert Revision.objects.latest("number").entries == manifest_in_force()


def test_broken_glass_stays_once_two_others_ratified_it() -> None:
    change = draft(by=person("olive"))
    later = timezone.now() + timedelta(hours=23)
    change = break_glass(
        change=change,
        incident="INC-7",
        lapses_at=later,
        by=person("olive"),
        edition=change.edition,
        second_factor=fresh("olive"),
    )
    with pytest.raises(ChangeRefused, match="somebody else"):
        approve(change, "olive")
    assert approve(change, "ben").state == ChangeState.EMERGENCY
    assert approve(change, "cara").state == ChangeState.APPLIED
    with pytest.raises(ChangeRefused):
        revert_emergency(change=change, by=person("olive"))


def test_broken_glass_does_not_change_who_approves() -> None:
    change = open_change(title="Me", reason="Hurry.", by=person("olive"))
    propose_version(
        change=change,
        kind="membership",
        body=MembershipBody(name="olive", groups=("approver",)),
        by=person("olive"),
        edition=1,
    )
    later = timezone.now() + timedelta(hours=1)
    with pytest.raises(ChangeRefused, match="cannot be changed by break-glass"):
        break_glass(
            change=change,
            incident="INC-8",
            lapses_at=later,
            by=person("olive"),
            edition=change.edition,
            second_factor=fresh("olive"),
        )


def test_a_review_needs_a_second_factor() -> None:
    change = submitted()
    with pytest.raises(ChangeRefused, match="second factor"):
        review_change(
            change=change, by=person("ben"), verdict="approve", digest=change.content_digest, second_factor=None
        )
