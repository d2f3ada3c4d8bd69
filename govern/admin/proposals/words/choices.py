"""What the values of choices are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from govern.admin.role_words import ROLES
from govern.models import GOVERNED, ChangeRequest

Text = str | Promise

CHOICES: dict[str, Text] = {
    # actions
    "action.flag": _("Flag: let it pass and note it"),
    "action.redact": _("Redact: take it out and let the rest pass"),
    "action.block": _("Block: refuse the call"),
    "action.retry": _("Ask again once, then block"),
    "BudgetBody.action.block": _("Block: never let it be exceeded"),
    "BudgetBody.action.alert": _("Only tell"),
    # guards
    "mode.enforce": _("Enforce: do what the guards decide"),
    "mode.observe": _("Observe: record, never act"),
    "on_error.block": _("Block the call"),
    "on_error.flag": _("Flag the call"),
    "on_error.allow": _("Let the call pass"),
    "tool_results.replace": _("Take it out and let the call go on"),
    "tool_results.block": _("Block the call"),
    "streaming.window": _("Inspected window by window"),
    "streaming.buffer": _("Held back until all of it is inspected"),
    "payload.metadata": _("A digest only"),
    "payload.redacted": _("The redacted text"),
    "payload.full": _("The whole text"),
    "on.input": _("What callers send"),
    "on.output": _("Answers"),
    "deep.auto": _("When the score is in between"),
    "deep.always": pgettext_lazy("classifier", "Always"),
    "deep.never": pgettext_lazy("classifier", "Never"),
    "redaction.mask": _("Stars, the last characters stay"),
    "redaction.placeholder": _("A placeholder, such as <EMAIL>"),
    "redaction.hash": _("A keyed digest"),
    "redaction.vault": _("A placeholder that is turned back in the answer"),
    "must.match": _("match the pattern"),
    "must.not_match": _("not contain the pattern"),
    "when.grey": _("When the injection guard is unsure"),
    "when.always": _("For every call"),
    # routing
    "objective.quality": _("Quality: the best by its scores"),
    "objective.cost": _("Cost: the cheapest"),
    "objective.latency": _("Latency: the fastest"),
    "objective.balanced": _("Balance of the three"),
    "objective.priority": _("Priority: the first that can take it"),
    "objective.weighted": _("Weight: drawn by their weights"),
    "sticky.application": _("Calls of an application"),
    "sticky.user": _("Calls of a user"),
    "sticky.conversation": _("Calls of a conversation"),
    "sticky.request": _("Nobody: drawn for each call"),
    "trim.off": _("Nothing"),
    "trim.oldest": _("The oldest messages"),
    "trim.middle": _("The middle"),
    "unsupported.drop": _("are left out"),
    "unsupported.refuse": _("refuse the call"),
    # catalogue
    "kind.openai": _("OpenAI, chat completions"),
    "kind.openai_responses": _("OpenAI, responses"),
    "kind.anthropic": _("Anthropic, messages"),
    "kind.google": _("Google, generate content"),
    "kind.openai_compatible": _("Compatible with OpenAI"),
    "modalities.text": pgettext_lazy("modality", "Text"),
    "modalities.image": pgettext_lazy("modality", "Images"),
    "modalities.audio": pgettext_lazy("modality", "Audio"),
    "modalities.document": pgettext_lazy("modality", "Documents"),
    # organisation and money
    "environment.development": _("Development"),
    "environment.test": _("Test"),
    "environment.staging": _("Staging"),
    "environment.production": _("Production"),
    "data_class.public": _("Public"),
    "data_class.internal": _("Internal"),
    "data_class.confidential": _("Confidential"),
    "data_class.restricted": _("Restricted"),
    "record.digest": _("By a keyed digest"),
    "record.plain": _("As they are called"),
    "period.day": _("A day"),
    "period.week": _("A week"),
    "period.month": _("A month"),
    "period.quarter": _("A quarter"),
    "period.year": _("A year"),
    "period.total": _("For ever"),
    "risk.low": ChangeRequest.Risk.LOW.label,
    "risk.medium": ChangeRequest.Risk.MEDIUM.label,
    "risk.high": ChangeRequest.Risk.HIGH.label,
    "risk.critical": ChangeRequest.Risk.CRITICAL.label,
    "target.everything": _("Everything"),
    "target.application": _("An application"),
    "target.model": _("A model"),
    "target.provider": _("A provider"),
    "kinds.*": _("everything"),
}
"""Field and value, or struct, field and value, → what it is called."""


def choice_label(struct: type, field: str, value: str) -> Text:
    """A value in words; one that is not known here, as it is."""
    if field == "groups" and value in ROLES:
        return ROLES[value].label
    if field == "kinds" and value in GOVERNED:
        return GOVERNED[value]._meta.verbose_name_plural or value
    return CHOICES.get(f"{struct.__name__}.{field}.{value}") or CHOICES.get(f"{field}.{value}") or value


def choice_about(field: str, value: str) -> Text:
    """What is good to know about a value."""
    return ROLES[value].about if field == "groups" and value in ROLES else ""
