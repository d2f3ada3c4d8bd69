"""Streams of events: `manage.py streams`, `manage.py streams --pause NAME`, `manage.py streams --resume NAME`."""

import getpass
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.models import EventStream
from audit.selectors.streams import StreamState, stream_states
from audit.services.streams import pause_stream, resume_stream


class Command(BaseCommand):
    """Tells how far the streams of GOVERN_STREAMS are, and lets one wait or go on."""

    help = "Tell how far each stream of events is: state, last acknowledged event, lag, last failure. Pause one, or let it go on."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--pause", metavar="NAME", help="send nothing more of this stream; its events wait")
        what.add_argument("--resume", metavar="NAME", help="let it go on after the last event that was taken")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pause"]:
            self._act(options["pause"], pause_stream, "It is paused already.")
        if options["resume"]:
            self._act(options["resume"], resume_stream, "It is not paused.")
        found = stream_states(settings.GOVERN_STREAMS)
        if not found:
            self.stdout.write("There are no streams: name them in GOVERN_STREAMS.")
        for each in found:
            self.stdout.write(_line(each))

    def _act(self, name: str, act: Callable[..., bool], why_not: str) -> None:
        """Raises `CommandError` where nothing changed."""
        if not EventStream.objects.filter(name=name).exists():
            raise CommandError(f"There is no stream {name!r}, or it had no turn yet.")
        if not act(name=name, by=getpass.getuser()):
            raise CommandError(why_not)


def _line(found: StreamState) -> str:
    state, words = found.state, [found.stream.name, found.stream.place]
    if state is None:
        return "  ".join((*words, "not begun"))
    words += [
        "paused" if state.paused_at else "failing" if state.failures else "running",
        f"acknowledged {state.acknowledged_seq or '-'}",
        f"behind {found.behind_words}",
        f"taken {state.told}",
    ]
    return "  ".join((*words, *([state.error] if state.error else [])))
