"""Every role says what it may do, and the menu lights what a page belongs to."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from audit.trail.events import record_event
from govern.identity.groups import GROUPS
from govern.identity.role_words import ACTIONS, AREAS, ROLES

pytestmark = pytest.mark.usefixtures("installed")
_LIT = re.compile(r'<a href="(/[^"]+)"[^>]*aria-current="page"')


def test_every_role_has_a_page_in_words(signed_in: Callable[[str], Client]) -> None:
    olive = signed_in("olive")
    assert set(GROUPS) == set(ROLES)
    for group in Group.objects.all():
        page = olive.get(reverse("admin:auth_group_change", args=[group.pk]))
        assert page.status_code == 200, group.name
        assert f"<h1>{ROLES[group.name].label}</h1>" in page.content.decode()


def test_every_action_and_area_of_a_role_is_said_in_both_languages() -> None:
    words = [ACTIONS[action][0] for may in GROUPS.values() for action in may]
    words += [AREAS[area] for may in GROUPS.values() for areas in may.values() for area in areas]
    for word in words:
        with override("en"):
            english = str(word)
        with override("zh-hant"):
            assert str(word) != english


@pytest.mark.parametrize(
    ("view", "entry"),
    [
        ("admin:audit_auditevent_changelist", "admin:audit_auditevent_changelist"),
        ("admin:audit_auditevent_activity", "admin:audit_auditevent_activity"),
        ("event", "admin:audit_auditevent_activity"),
        ("admin:audit_auditevent_rejected", "admin:audit_auditevent_rejected"),
        ("admin:audit_checkpoint_growth", "admin:audit_checkpoint_changelist"),
        ("admin:audit_auditevent_exports", "admin:audit_auditevent_exports"),
        ("admin:govern_guardpolicy_try", "admin:govern_guardpolicy_try"),
        ("admin:govern_person_access_review", "admin:govern_person_access_review"),
    ],
)
def test_one_entry_of_the_menu_is_lit(view: str, entry: str, signed_in: Callable[[str], Client]) -> None:
    olive = signed_in("olive")
    if view == "event":
        record_event(type="person.signed_out", actor="amy", context={})
        activity = olive.get(reverse("admin:audit_auditevent_activity")).content.decode()
        address = re.search(r'href="(/admin/audit/auditevent/\d+/change/)"', activity)
        assert address is not None
        page = olive.get(address[1])
    else:
        page = olive.get(reverse(view))
    assert _LIT.findall(page.content.decode()) == [reverse(entry)]
