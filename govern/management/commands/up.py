"""Run Govern: every part, watched over until Ctrl-C."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govern.parts import up


class Command(BaseCommand):
    """On the command line `govern.parts.commands` runs `up` without Django, which the process that watches does not
    need.
    """

    help = "Run Govern: PostgreSQL, Valkey, the model, the worker, beat and the web process, watched over until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        up.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        raise SystemExit(up.up(Namespace(**options)))
