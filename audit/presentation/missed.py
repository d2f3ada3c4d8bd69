"""What passed by guards, and why something was not inspected, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.words import guard_label, unreadable
from audit.selectors.coverage import ANSWERS, EMBEDDINGS, EXEMPT, NO_POLICY, NUMBERS, REQUESTS, STREAMS, UNREAD

SURFACES: dict[str, str | Promise] = {
    REQUESTS: gettext_lazy("Requests"),
    ANSWERS: gettext_lazy("Answers, whole"),
    STREAMS: gettext_lazy("Answers, streamed"),
    EMBEDDINGS: gettext_lazy("Texts to embed"),
}
"""What passes, by direction."""


def reason_missed(reason: str) -> str:
    """A reason of `audit.selectors.coverage`."""
    if reason == NO_POLICY:
        return _("no policy looks there")
    if reason == NUMBERS:
        return _("token numbers instead of text")
    guard, _colon, why = reason.partition(": ")
    if guard == EXEMPT:
        exempt, _colon, exemption = why.partition(": ")
        return _("%(guard)s: not asked, by the exemption %(exemption)s") % {
            "guard": guard_label(exempt),
            "exemption": exemption,
        }
    if guard == UNREAD:
        return str(unreadable(why))
    return _("%(guard)s: %(why)s") % {"guard": guard_label(guard), "why": why}
