"""What people do to streams, as the trail has it."""

from audit.trail.events import event, gettext_noop


@event(gettext_noop("{actor} paused the stream of events {stream}"), severity="warning")
def stream_paused(*, actor: str, stream: str) -> None:
    """Its events wait."""


@event(gettext_noop("{actor} let the stream of events {stream} go on"), severity="notice")
def stream_resumed(*, actor: str, stream: str) -> None:
    """From where it was."""
