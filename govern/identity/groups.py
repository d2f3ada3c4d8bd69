"""The groups that people belong to, and what each may see and do."""

from typing import Any

from govern.models import GOVERNED

OWNER = "application_owner"
OFFICER = "compliance_officer"

GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "policy_author": {"view": ("governed", "changes", "calls", "violations"), "propose": ("change",)},
    "approver": {
        "view": ("governed", "changes", "calls", "violations"),
        "review": ("change",),
        "apply": ("change",),
        "stop": ("traffic",),
        "rate": ("sampledcall",),
    },
    OFFICER: {
        "view": ("governed", "changes", "calls", "violations", "keys", "campaigns", "integrity"),
        "change": ("violation", "apikey"),
        "verify": ("trail",),
        "propose": ("change",),
        "review": ("change", "access"),
        "apply": ("change",),
        "stop": ("traffic",),
        "break": ("glass",),
        "reveal": ("payload",),
        "make": ("evidence",),
        "rate": ("sampledcall",),
    },
    "auditor": {
        "view": ("governed", "changes", "calls", "violations", "keys", "people", "campaigns", "integrity"),
        "verify": ("trail",),
        "reveal": ("payload",),
        "make": ("evidence",),
    },
    "credential_custodian": {"view": ("governed", "changes"), "propose": ("change",)},
    "platform_administrator": {
        "view": ("governed", "changes", "calls", "violations", "keys", "people", "campaigns", "integrity"),
        "verify": ("trail",),
        "review": ("access",),
        "add": ("apikey", "person"),
        "change": ("apikey", "person"),
        "propose": ("change",),
        "stop": ("traffic",),
        "break": ("glass",),
    },
    OWNER: {"own": ("applications",)},
}
"""Group → what it may view, add and change. A word for several models is spelt out in `AREAS`. What an owner may do with what is
theirs is in `govern.identity.ownership`."""

AREAS: dict[str, tuple[str, ...]] = {
    "governed": (*(kind.replace("_", "") for kind in GOVERNED), "budgetaccount", "version", "revision", "detectionrun"),
    "changes": ("changerequest", "changeitem", "review", "changecomment", "changetransition"),
    "calls": ("auditevent",),
    "violations": ("violation", "violationcomment", "regressioncase", "sampledcall"),
    "integrity": ("checkpoint",),
    "keys": ("apikey",),
    "people": ("person", "group"),
    "campaigns": ("accesscampaign",),
}

APPROVING = frozenset({"approver", OFFICER})
"""Groups that may approve changes."""
PRIVILEGED = APPROVING | {"credential_custodian", "platform_administrator", "policy_author"}
"""Groups through which what is in force can be influenced."""


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
