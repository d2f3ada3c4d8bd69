"""When applications are stopped by themselves."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.presentation.typesetting import composed
from audit.presentation.words import SEVERITIES
from govern.admin.sentences.guards import scope_words
from govern.admin.sentences.sentence import Sentence, strong
from govern.policy.containment_body import ContainmentBody

_HOUR, _DAY = 60, 24 * 60


def containment(body: ContainmentBody) -> list[Sentence]:
    """What stops an application, for how long, which ones and why."""
    return [
        Sentence(trigger_words(body), "shield_lock", "warn"),
        Sentence(
            composed(
                _("It stays stopped for {time}, unless others approve sooner that it flows again."),
                time=strong(minutes_words(body.stop_minutes)),
            ),
            "timer",
            "ok",
        ),
        Sentence(scope_words(body.scope), "target"),
        Sentence(composed(_("Because: {reason}"), reason=body.reason), "format_quote"),
    ]


def trigger_words(body: ContainmentBody) -> str:
    """What stops an application, as a sentence."""
    text = ngettext(
        "{n} call of an application with a violation of severity {severity} or graver within {time} stops it.",
        "{n} calls of an application with a violation of severity {severity} or graver within {time} stop it.",
        body.violations,
    )
    return composed(
        text,
        n=strong(body.violations),
        severity=strong(str(SEVERITIES[body.severity].label)),
        time=strong(minutes_words(body.minutes)),
    )


def minutes_words(minutes: int) -> str:
    """A span in whole days or hours, where it is some."""
    if minutes % _DAY == 0:
        return ngettext("%(n)d day", "%(n)d days", minutes // _DAY) % {"n": minutes // _DAY}
    if minutes % _HOUR == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // _HOUR) % {"n": minutes // _HOUR}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
