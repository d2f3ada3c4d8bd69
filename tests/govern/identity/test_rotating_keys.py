"""Rotating a key: two secrets under one name, the earlier one until a date, and never three."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from govern.changes.drift.keys import foreign_keys
from govern.identity.api_keys import KeyRefused, issue_key, revoke_key, rotate_key
from govern.models import ApiKey, Application
from tests.cast import person
from tests.factories.installation import install_sample

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _installation(transactional_db: None) -> None:
    install_sample()


def key(name: str = "web", **more: object) -> ApiKey:
    return issue_key(application=Application.objects.get(name="helpdesk"), name=name, by=None, **more)[0]  # type: ignore[arg-type]


def test_the_new_secret_takes_the_name_and_the_old_one_ends_after_the_grace() -> None:
    old = key()
    new, secret = rotate_key(key=old, by=person("olive"), grace=DAY)
    old.refresh_from_db()
    assert secret.startswith("gk-")
    assert (new.name, new.replaces_id, new.expires_at) == (old.name, old.pk, None)
    assert old.expires_at is not None
    assert timedelta() < old.expires_at - timezone.now() <= DAY
    assert set(ApiKey.objects.usable().filter(name="web")) == {old, new}
    assert foreign_keys() == []
    event = AuditEvent.objects.get(type="key.rotated")
    assert (event.actor, event.application, event.fields["ends_with"]) == ("olive", "helpdesk", old.last_four)


def test_the_old_secret_never_lives_longer_than_it_would_have() -> None:
    soon = timezone.now() + timedelta(hours=1)
    old = key(expires_at=soon)
    rotate_key(key=old, by=None, grace=30 * DAY)
    old.refresh_from_db()
    assert old.expires_at == soon


def test_without_grace_it_ends_at_once() -> None:
    old = key()
    new, _ = rotate_key(key=old, by=None, grace=timedelta())
    assert list(ApiKey.objects.usable().filter(name="web")) == [new]


def test_two_secrets_work_at_most() -> None:
    old = key()
    new, _ = rotate_key(key=old, by=None, grace=DAY)
    with pytest.raises(KeyRefused, match="replaced already"):
        rotate_key(key=old, by=None, grace=DAY)
    with pytest.raises(KeyRefused, match="still works"):
        rotate_key(key=new, by=None, grace=DAY)
    revoke_key(key=old, by=None, reason="In the way.")
    rotate_key(key=new, by=None, grace=DAY)
    assert ApiKey.objects.usable().filter(name="web").count() == 2


def test_a_new_one_that_was_revoked_while_the_old_one_works_can_be_issued_again() -> None:
    old = key()
    new, _ = rotate_key(key=old, by=None, grace=DAY)
    revoke_key(key=new, by=None, reason="Leaked.")
    third = key()
    assert set(ApiKey.objects.usable().filter(name="web")) == {old, third}
    with pytest.raises(KeyRefused, match="was revoked"):
        rotate_key(key=new, by=None, grace=DAY)
    with pytest.raises(KeyRefused, match="still works"):
        rotate_key(key=third, by=None, grace=DAY)


def test_the_name_of_an_expired_key_is_free_again() -> None:
    old = key(expires_at=timezone.now() + timedelta(milliseconds=50))
    with pytest.raises(KeyRefused, match="Rotate it"):
        key()
    threading.Event().wait(0.1)
    again = key()
    old.refresh_from_db()
    assert (again.replaces_id, old.replaced_at is not None) == (old.pk, True)


@pytest.mark.parametrize("grace", [-DAY, 91 * DAY])
def test_a_grace_that_is_none_is_refused(grace: timedelta) -> None:
    with pytest.raises(KeyRefused, match="90 days at most"):
        rotate_key(key=key(), by=None, grace=grace)


def test_two_who_rotate_at_once_rotate_once() -> None:
    old, done, refused = key(), [], []
    together = threading.Barrier(4)

    def rotate() -> None:
        together.wait()
        try:
            done.append(rotate_key(key=old, by=None, grace=DAY)[0])
        except KeyRefused as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=rotate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 3)
    assert set(ApiKey.objects.usable().filter(name="web")) == {old, done[0]}


def test_unused_keys_are_found() -> None:
    used, idle = key("used"), key("idle")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO govern_apikeyuse (key_id, calls, last_used_at) VALUES (%s, 3, now() - interval '1 hour')",
            [used.pk],
        )
    later = timezone.now() + DAY
    assert {idle, used} <= set(ApiKey.objects.unused(since=later))
    assert not ApiKey.objects.unused(since=timezone.now() - DAY).exists()
    since = ApiKey.objects.unused(since=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE govern_apikeyuse SET last_used_at = now() + interval '1 hour'")
    assert idle in since.all()
    assert used not in since.all()
