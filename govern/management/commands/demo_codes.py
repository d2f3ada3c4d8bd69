"""Shows the codes of the demonstration's authenticator apps."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from govern.demo.authenticators import demo_apps, seconds_left
from govern.demo.table import columns
from govern.management.commands.demo import PASSWORD

_HEAD = ("Person", "Now", "Next", "Sets up an app of your own")


class Command(BaseCommand):
    """`manage.py demo_codes`; with `--watch` it goes on every half minute until Ctrl-C."""

    help = "Sets up an authenticator app for each person of the demonstration and shows the codes of this half minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="show the next codes as well, until Ctrl-C")

    def handle(self, *args: Any, watch: bool, **options: Any) -> None:
        password = os.environ.get("GOVERN_DEMO_PASSWORD") or PASSWORD
        while True:
            apps = demo_apps(password=password)
            if not apps:
                raise CommandError(
                    "Nobody here has the demonstration's password: run `make demo` first, in the same GOVERN_HOME."
                )
            self.stdout.write(columns([_HEAD, *((app.username, app.code, app.next_code, app.address) for app in apps)]))
            self.stdout.write(f"“Now” is right for {seconds_left()} seconds, once.")
            if not watch:
                return
            time.sleep(seconds_left())
            self.stdout.write("")
