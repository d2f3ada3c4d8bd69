"""One address, one person: compared letter by letter, and kept so by the database."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from govern.identity.addresses import canonical_address, person_of_address
from govern.identity.people import PersonRefused, change_person, create_person
from govern.models import Person
from govern.settings.identity_provider import check_issuer
from tests.cast import person

pytestmark = pytest.mark.usefixtures("db")


def test_capitals_are_one_address() -> None:
    assert canonical_address("Ben@Example.COM") == canonical_address("ben@example.com") == "ben@example.com"


def test_the_database_keeps_a_second_one_out() -> None:
    Person.objects.filter(pk=person("ben").pk).update(email="ben@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person("cara").pk).update(email="BEN@example.com")
    Person.objects.filter(pk=person("ben").pk).update(is_active=False)
    Person.objects.filter(pk=person("cara").pk).update(email="BEN@example.com")
    assert person_of_address("ben@example.com") == person("cara")


@pytest.mark.parametrize(
    "email", ["BEN@example.com", "ben @example.com", "\uff42en@example.com", "ben@example.com,x@y.z"]
)
def test_who_adds_or_changes_people_is_told(email: str) -> None:
    Person.objects.filter(pk=person("ben").pk).update(email="ben@example.com")
    olive, cara = person("olive"), person("cara")
    with pytest.raises(PersonRefused):
        create_person(username="zoe", first_name="", last_name="", email=email, by=olive)
    with pytest.raises(PersonRefused):
        change_person(person=cara, first_name="", last_name="", email=email, is_active=True, by=olive)


def test_who_is_let_in_again_brings_no_address_that_is_taken() -> None:
    olive = person("olive")
    Person.objects.filter(pk=person("ben").pk).update(email="ben@example.com", is_active=False)
    Person.objects.filter(pk=person("cara").pk).update(email="ben@example.com")
    with pytest.raises(PersonRefused):
        change_person(
            person=person("ben"), first_name="", last_name="", email="ben@example.com", is_active=True, by=olive
        )


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "COMMON", "{tenantid}"])
def test_an_issuer_of_every_tenant_is_refused(tenant: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="name the one of your organisation"):
        check_issuer(f"https://login.microsoftonline.com/{tenant}/v2.0", "", trust_email=False)


def test_addresses_of_a_directory_are_trusted_for_one_tenant_only() -> None:
    issuer = "https://login.microsoftonline.com/1f0c/v2.0"
    with pytest.raises(ImproperlyConfigured, match="GOVERN_OIDC_TENANT"):
        check_issuer(issuer, "", trust_email=True)
    check_issuer(issuer, "1f0c", trust_email=True)
