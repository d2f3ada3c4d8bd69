"""What the page of streams of events shows: where events go, and how far each stream is."""

from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.presentation.words import Word
from audit.selectors.streams import StreamState, stream_states
from audit.streams.interface import SEVERITIES

_KINDS = {
    "webhook": gettext_lazy("Webhook"),
    "syslog": gettext_lazy("Syslog"),
    "otlp": gettext_lazy("OpenTelemetry logs"),
}
_NEW = Word(gettext_lazy("Not begun"), "schedule", "calm")
_PAUSED = Word(gettext_lazy("Paused"), "pause_circle", "warn")
_FAILING = Word(gettext_lazy("Failing"), "error", "bad")
_BEHIND = Word(gettext_lazy("Catching up"), "sync", "info")
_LEVEL = Word(gettext_lazy("Up to date"), "check", "ok")
_BEHIND_AFTER_S = 60


class ShownStream(NamedTuple):
    """One of them. least: of which severity events are told; empty for all."""

    found: StreamState
    word: Word
    kind: str | Promise
    least: str


def streams_shown() -> list[ShownStream]:
    """Every stream of the setting, in its order."""
    return [
        ShownStream(
            found,
            _word(found),
            _KINDS[found.stream.kind],
            SEVERITIES[found.stream.least] if found.stream.least else "",
        )
        for found in stream_states(settings.GOVERN_STREAMS)
    ]


def _word(found: StreamState) -> Word:
    state = found.state
    if state is None:
        return _NEW
    if state.paused_at is not None:
        return _PAUSED
    if state.failures:
        return _FAILING
    return _BEHIND if found.behind is not None and found.behind.total_seconds() > _BEHIND_AFTER_S else _LEVEL
