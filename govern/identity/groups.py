"""The groups that people belong to, and what each may see and do."""

from typing import Any

GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "policy_author": {"view": ("governed", "calls", "violations")},
    "approver": {"view": ("governed", "calls", "violations")},
    "compliance_officer": {"view": ("governed", "calls", "violations", "keys"), "change": ("violation", "apikey")},
    "auditor": {"view": ("governed", "calls", "violations", "keys", "people")},
    "credential_custodian": {"view": ("governed",)},
    "platform_administrator": {
        "view": ("governed", "calls", "violations", "keys", "people"),
        "add": ("apikey", "person"),
        "change": ("apikey", "person"),
    },
    "application_owner": {"view": ("governed", "keys"), "add": ("apikey",), "change": ("apikey",)},
}
"""Group → what it may view, add and change. A word for several models is spelt out in `AREAS`."""

AREAS: dict[str, tuple[str, ...]] = {
    "governed": (
        "team",
        "application",
        "provider",
        "providercredential",
        "catalogmodel",
        "deployment",
        "routingpolicy",
        "guardpolicy",
        "budget",
        "budgetaccount",
        "approvalrule",
        "version",
        "revision",
    ),
    "calls": ("auditevent",),
    "violations": ("violation", "violationcomment"),
    "keys": ("apikey",),
    "people": ("person", "group"),
}


def permissions_of(group: str) -> set[tuple[str, str]]:
    """(action, model) pairs that a group holds."""
    return {
        (action, model)
        for action, words in GROUPS[group].items()
        for word in words
        for model in AREAS.get(word, (word,))
    }


def create_groups(*, using: str, **_: Any) -> None:
    """Makes the groups and gives each exactly its permissions. Runs after every migration."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for label in ("auth", "audit", "govern"):
        create_permissions(apps.get_app_config(label), using=using, verbosity=0)
    held = {
        (p.codename): p
        for p in Permission.objects.using(using).filter(content_type__app_label__in=("auth", "audit", "govern"))
    }
    for name in GROUPS:
        group, _created = Group.objects.using(using).get_or_create(name=name)
        codenames = {f"{action}_{model}" for action, model in permissions_of(name)}
        group.permissions.set([held[code] for code in sorted(codenames) if code in held])
