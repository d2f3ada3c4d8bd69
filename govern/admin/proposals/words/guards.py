"""What the sorts of guards are for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GUARDS: dict[str, tuple[str, str | Promise]] = {
    "prompt_injection": ("vaccines", _("Orders that are smuggled in by users, tools and documents; jailbreaks.")),
    "pii": ("fingerprint", _("Personal data by kind, such as card numbers, IBANs and e-mail addresses.")),
    "secrets": ("key", _("Keys, tokens, private keys, connection strings and passwords.")),
    "topics": ("label", _("Words and patterns of your organisation.")),
    "leak": ("plumbing", _("The system prompt coming back in an answer.")),
    "json_schema": ("data_object", _("Answers must be JSON that fits a schema.")),
    "regex": ("regular_expression", _("Answers must match a pattern, or must not contain it.")),
    "length": ("straighten", _("Bounds of an answer in characters and words.")),
    "rule": ("rule", _("A condition over the facts of the call, such as its region and data class.")),
    "classifier": ("psychology", _("A second opinion of a model or service about what untrusted text wants.")),
}
"""Sort → (symbol, what it looks for)."""
