"""What fields of several kinds are called, and what is good to know about them."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Words(NamedTuple):
    """A field in words."""

    label: Text
    help: Text = ""


COMMON: dict[str, Words] = {
    "name": Words(_("Name"), _("Letters, digits and . _ : / @ -; beginning with a letter or a digit.")),
    "description": Words(_("Description"), _("What it is for, for people who meet it later.")),
    "tags": Words(_("Tags"), _("Words by which policies can select it.")),
    "action": Words(_("What happens")),
    "when": Words(_("Condition"), _("A CEL expression over the facts of a call; “true” holds for every call.")),
    "scope": Words(_("Whom it covers"), _("Nothing given: everyone. Of several, each that is given must hold.")),
    "weight": Words(_("Weight"), _("Its share among its equals; 0 takes no calls.")),
    "team": Words(_("Team")),
    "teams": Words(_("Teams")),
    "applications": Words(_("Applications")),
    "provider": Words(_("Provider")),
    "model": Words(_("Model")),
    "allow_private_address": Words(_("May be at a private address"), _("Only for a server of your own network.")),
}
"""Field → its words, where several kinds have it. The others are in `govern/admin/kinds`."""
