"""The forms around a change: what it says of itself, and breaking the glass."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.admin.forms import PageForm

HOURS = ("1", "2", "4", "8", "12", "24")


class MomentInput(forms.DateTimeInput):
    """A day and a time of it, chosen in the browser."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DescribeForm(PageForm):
    """What a change says of itself, and when it may come into force."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Why this is right, for whoever approves it and whoever audits it."),
    )
    effective_at = forms.DateTimeField(
        label=gettext_lazy("Takes effect"),
        required=False,
        widget=MomentInput(),
        help_text=gettext_lazy("Empty: as soon as somebody applies it. A later time: by itself, once it is approved."),
    )
    apply_by = forms.DateTimeField(
        label=gettext_lazy("Must be applied by"),
        required=False,
        widget=MomentInput(),
        help_text=gettext_lazy("After that it expires. Empty: a week after the time for approving has ended."),
    )

    def clean(self) -> dict[str, Any]:
        """Times lie ahead, and in order."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        effective_at, apply_by = cleaned.get("effective_at"), cleaned.get("apply_by")
        now = timezone.now()
        if effective_at and effective_at <= now:
            self.add_error("effective_at", _("This time has passed. Choose a later one, or leave it empty."))
        if apply_by and apply_by <= max(now, effective_at or now):
            self.add_error("apply_by", _("It must be later than now, and later than when it takes effect."))
        return cleaned


class BreakGlassForm(PageForm):
    """What must be said before the glass is broken."""

    incident = forms.CharField(
        label=gettext_lazy("Incident"),
        max_length=120,
        help_text=gettext_lazy("Its number or address, so that others can follow what happened."),
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("Lapses by itself after"),
        coerce=int,
        initial="4",
        help_text=gettext_lazy("Unless two others ratify it before. Take the least that will do."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours: Any = self.fields["hours"]
        hours.choices = [(n, _("%(n)s hours") % {"n": n} if n != "1" else _("1 hour")) for n in HOURS]
