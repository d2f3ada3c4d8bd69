"""What the page calls things that a simulation says: a word, an icon and a tone for each."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.presentation.words import Word
from govern.changes.simulation.report import Kind

EFFECTS: Mapping[Kind, Word] = {
    "newly_blocked": Word(_("Newly blocked"), "block", "bad"),
    "newly_allowed": Word(_("Newly allowed"), "lock_open", "warn"),
    "newly_redacted": Word(_("Newly redacted"), "ink_eraser", "mask"),
    "no_longer_redacted": Word(_("No longer redacted"), "visibility", "warn"),
    "newly_flagged": Word(_("Newly flagged"), "flag", "info"),
    "no_longer_flagged": Word(_("No longer flagged"), "outlined_flag", "calm"),
}
ALWAYS_SHOWN: tuple[Kind, ...] = ("newly_blocked", "newly_allowed", "newly_redacted")

WAITING = Word(_("Waiting"), "hourglass_empty", "info")
RUNNING = Word(_("Running"), "hourglass_top", "info")
FAILED = Word(_("Failed"), "error", "bad")
STALE = Word(_("Of earlier content"), "history", "warn")
OUTDATED = Word(_("Outdated"), "update", "warn")
UNREADABLE = Word(_("Not as it was written"), "gpp_bad", "bad")
UNTOUCHED = Word(_("No call would be treated otherwise"), "check", "ok")
TOUCHED = Word(_("Finished"), "science", "ok")
