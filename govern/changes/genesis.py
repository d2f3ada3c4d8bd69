"""Genesis: an empty installation becomes revision 1, the only one without a review."""

import base64

from django.contrib.auth.models import Group
from django.db import transaction

from govern.changes.bootstrap_file import Bootstrap, PersonEntry
from govern.changes.events import installation_bootstrapped, revision_applied
from govern.changes.locking import lock_what_is_in_force
from govern.changes.revisions import write_revision, write_version
from govern.changes.secrets import seal_secret
from govern.identity.api_keys import issue_key
from govern.models import GOVERNED, Application, CredentialSecret, Governed, Person, ProviderCredential, Revision
from govern.parts.secrets import given_key, given_secret
from govern.policy.bodies import CredentialBody


class NotEmpty(Exception):
    """The installation already has a revision."""


@transaction.atomic
def bootstrap_installation(*, bootstrap: Bootstrap) -> tuple[Revision, dict[str, str]]:
    """Writes people, objects, keys and revision 1, all or nothing.

    Returns the revision and the secrets of keys that were made, by `application/key`. Raises `NotEmpty`.
    """
    lock_what_is_in_force()
    if Revision.objects.exists():
        raise NotEmpty
    for person in bootstrap.people:
        _create_person(person)
    for kind, model in GOVERNED.items():
        for name, (_, body) in bootstrap.bodies[kind].items():
            target = model.objects.create(name=name)
            target.active_version = write_version(target=target, body=body, author=None)
            target.save(update_fields=["active_version"])
            if isinstance(body, CredentialBody):
                _seal_credential(target, body)
    made: dict[str, str] = {}
    for application, entry in bootstrap.keys:
        _, secret = issue_key(
            application=Application.objects.get(name=application),
            name=entry.name,
            by=None,
            secret=entry.secret,
            expires_at=entry.expires_at,
        )
        if entry.secret is None:
            made[f"{application}/{entry.name}"] = secret
    objects = sum(len(bodies) for bodies in bootstrap.bodies.values())
    installation_bootstrapped(actor="bootstrap", objects=objects)
    revision = write_revision(reason="Genesis", by="bootstrap")
    revision_applied(actor="bootstrap", revision=revision.number, sha256=revision.sha256, reason=revision.reason)
    return revision, made


def _create_person(entry: PersonEntry) -> None:
    password = given_secret(entry.password_env) if entry.password_env else None
    person = Person.objects.create_user(
        username=entry.username,
        email=entry.email,
        password=password,
        first_name=entry.first_name,
        last_name=entry.last_name,
        is_staff=True,
        is_superuser=entry.superuser,
    )
    person.groups.set(Group.objects.filter(name__in=entry.groups))


def _seal_credential(target: Governed, body: CredentialBody) -> None:
    secret = given_key(body.env) if body.env else None
    if not secret or not isinstance(target, ProviderCredential):
        return
    store_secret(credential=target, secret=secret)


def store_secret(*, credential: ProviderCredential, secret: str) -> CredentialSecret:
    """Seals a provider's secret, bound to its credential."""
    sealed = seal_secret(credential=credential.name, secret=secret)
    return CredentialSecret.objects.create(
        credential=credential,
        key_id=sealed.key_id,
        nonce=base64.b64decode(sealed.nonce),
        ciphertext=base64.b64decode(sealed.ciphertext),
        last_four=sealed.last_four,
    )
