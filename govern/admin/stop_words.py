"""What can be stopped, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.policy.bodies import StopBody

TARGETS: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "everything": (
        "public_off",
        gettext_lazy("Everything"),
        gettext_lazy("Every call of every application is refused."),
    ),
    "application": (
        "apps",
        gettext_lazy("One application"),
        gettext_lazy("Its calls are refused; all others go on."),
    ),
    "model": (
        "neurology",
        gettext_lazy("One model"),
        gettext_lazy("Nothing is sent to it; routing takes another one."),
    ),
    "provider": (
        "cloud_off",
        gettext_lazy("One provider"),
        gettext_lazy("Nothing is sent to it; routing takes another one."),
    ),
}
"""Target → icon, word and what happens."""


def stopped_words(body: StopBody) -> str:
    """What is stopped, within a sentence."""
    match body.target:
        case "application":
            return _("the application %(name)s") % {"name": body.of}
        case "model":
            return _("the model %(name)s") % {"name": body.of}
        case "provider":
            return _("the provider %(name)s") % {"name": body.of}
    return _("everything")
