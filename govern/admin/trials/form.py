"""What is tried: a text, who says it, who calls and which model they ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import count
from govern.admin.forms import PageForm
from govern.changes.compiled import RevisionInForce
from govern.gateway.trial import MOST_BYTES
from govern.models import ChangeRequest
from govern.policy.compilation import CompiledApplication

SAID = (
    ("user", gettext_lazy("Input: a user writes it")),
    ("tool", gettext_lazy("Input: a tool or document returns it")),
    ("system", gettext_lazy("Input: it is the system prompt")),
    ("answer", gettext_lazy("Output: the model answers it")),
)


class TrialForm(PageForm):
    """Offers what is in force."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 11, "spellcheck": "false", "autofocus": True}),
        error_messages={"required": gettext_lazy("Write or paste a text first.")},
    )
    said = forms.ChoiceField(label=gettext_lazy("Direction"), choices=SAID, initial="user")
    who = forms.ChoiceField(label=gettext_lazy("Caller"), required=False)
    model = forms.ChoiceField(label=gettext_lazy("Model"), initial="auto", required=False)
    change = forms.ChoiceField(label=gettext_lazy("Beside what is in force"), required=False)

    def __init__(self, data: Any, *, revision: RevisionInForce, changes: Sequence[ChangeRequest]) -> None:
        super().__init__(data)
        self._revision = revision
        self._changes = {str(each.pk): each for each in changes}
        change: Any = self.fields["change"]
        change.choices = [
            ("", _("No change")),
            *((key, f"{each} · {each.title}") for key, each in self._changes.items()),
        ]
        who: Any = self.fields["who"]
        who.choices = [
            ("", _("Anybody: only what covers everyone")),
            (_("Applications"), [(f"application {name}", name) for name in revision.applications]),
            (_("Teams"), [(f"team {name}", name) for name in revision.teams]),
        ]
        model: Any = self.fields["model"]
        model.choices = [
            ("auto", _("auto: policy decides")),
            (_("Models"), [(name, name) for name in sorted(revision.compiled.catalog)]),
        ]

    def clean_text(self) -> str:
        """The text with the line ends that programs send, not those of forms."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        size_bytes = len(text.encode("utf-8", "replace"))
        if size_bytes > MOST_BYTES:
            raise forms.ValidationError(
                _("The text has %(size)s bytes; at most %(most)s (100 KB) can be tried at once. Try a part of it.")
                % {"size": count(size_bytes), "most": count(MOST_BYTES)}
            )
        return text

    def chosen_change(self) -> ChangeRequest | None:
        """The change under which the same call is routed, too."""
        return self._changes.get(self.cleaned_data["change"])

    def caller(self) -> CompiledApplication:
        """Who calls."""
        kind, _blank, name = self.cleaned_data["who"].partition(" ")
        found = self._revision.caller(**{kind: name} if kind else {})
        assert found is not None  # the choices are those of this revision
        return found
