"""What is asked before an API key is issued, rotated or revoked."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from audit.selectors.reach import Applications
from govern.admin.forms import PageForm
from govern.models import Application

_LIFETIMES = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("one year"),
    "": gettext_lazy("no end"),
}
_GRACES = {
    "0": gettext_lazy("no longer: it ends at once"),
    "1": gettext_lazy("one hour"),
    "24": gettext_lazy("one day"),
    "168": gettext_lazy("one week"),
    "720": gettext_lazy("30 days"),
}
"""By hours."""


class IssueForm(PageForm):
    """What is asked before a key is issued."""

    application = forms.ModelChoiceField(
        Application.objects.none(), label=gettext_lazy("Application"), empty_label=gettext_lazy("Choose an application")
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy(
            "The service that will use it, such as “scoring-worker”. It stands beside every call in the trail."
        ),
    )
    lifetime = forms.ChoiceField(
        choices=_LIFETIMES.items(),
        initial="90",
        required=False,
        label=gettext_lazy("Valid for"),
        help_text=gettext_lazy("A key that expires cannot be forgotten. It can be replaced at any time."),
    )

    def __init__(self, *args: Any, within: Applications, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Application.objects.in_force()
        if within is not None:
            offered = offered.filter(name__in=within)
        self.fields["application"].queryset = offered  # type: ignore[attr-defined]


class RotateForm(PageForm):
    """What is asked before a key gets a new secret."""

    grace = forms.ChoiceField(
        choices=_GRACES.items(),
        initial="168",
        label=gettext_lazy("The old secret works for"),
        help_text=gettext_lazy(
            "Time to put the new one in its place. The old one ends by itself, and at its own expiry at the latest."
        ),
    )
    lifetime = forms.ChoiceField(
        choices=_LIFETIMES.items(), initial="90", required=False, label=gettext_lazy("The new secret is valid for")
    )


class RevokeForm(PageForm):
    """Why a key is revoked."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is kept with the key and in the trail."),
    )


def end_of(lifetime_days: str) -> datetime | None:
    """When a key ends that is valid for so long; None for never."""
    return timezone.now() + timedelta(days=int(lifetime_days)) if lifetime_days else None
