"""Starts the platform, sends the demonstration's calls, and shows what happened to each."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import govern.demo
from govern.demo.table import render

PASSWORD = "govern-demo"  # noqa: S105 (printed for whoever looks at the demonstration, which listens on this machine only)
BOOTSTRAP = Path(govern.demo.__file__).with_name("bootstrap.yaml")
READY = "Govern is ready at "


class Command(BaseCommand):
    """`manage.py demo`; `ONCE=1` in the environment ends it after the calls."""

    help = (
        "Starts Govern with its embedded parts, sends a dozen governed calls and serves until Ctrl-C (ONCE=1: exits)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from govern.demo.scenarios import scenarios
        except ImportError:
            raise CommandError("The demonstration needs the openai package: run `make setup`.") from None
        once = os.environ.get("ONCE", "") not in ("", "0")
        password = os.environ.setdefault("GOVERN_DEMO_PASSWORD", PASSWORD)
        platform, url = self._start()
        try:
            rows = []
            for scenario in scenarios(_issue_key):
                seen = scenario.send(url)
                ok = seen.result == scenario.expected and scenario.holds(seen)
                why = (
                    scenario.why(seen)
                    if seen.result == scenario.expected
                    else f"expected {scenario.expected}: {seen.text[:80]}"
                )
                rows.append(
                    (ok, scenario.title, seen.result, why, f"{url}/admin/audit/auditevent/call/{seen.call_id}/")
                )
            self.stdout.write(f"\n{render(rows)}\n")
            failed = sum(not row[0] for row in rows)
            self.stdout.write(f"\n{len(rows) - failed} of {len(rows)} calls ended as expected.")
            self.stdout.write(f"Sign in at {url}/admin/ as olive, amy, ben, cara or dan with the password {password}.")
            self.stdout.write(
                "Approving asks for a second factor: the page shows how to set one up. Without a telephone: make demo-codes"
                " (from then on signing in asks everybody for a code as well)."
            )
            if not once:
                self.stdout.write("Serving until Ctrl-C.")
                self._pass_on(platform)
        except KeyboardInterrupt:
            pass
        finally:
            _stop(platform)
        if failed:
            raise CommandError(f"{failed} of the demonstration's calls did not end as expected.")

    def _start(self) -> tuple["subprocess.Popen[str]", str]:
        """Starts `up` and passes on what it says until it is ready. Returns the process and its URL."""
        platform = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "up", "--bootstrap", str(BOOTSTRAP)],
            cwd=settings.BASE_DIR,
            env={name: value for name, value in os.environ.items() if name != "GOVERN_DATABASE_ROLE"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        ready = self._pass_on(platform, until=READY)
        if ready is not None:
            return platform, ready.split(READY, 1)[1].split()[0].rstrip("/.")
        raise CommandError(f"Govern did not start (exit {platform.wait()}); the lines above say why.")

    def _pass_on(self, platform: "subprocess.Popen[str]", *, until: str | None = None) -> str | None:
        """Prints what the platform says; returns the first line that holds `until`, or None at its end."""
        assert platform.stdout is not None
        for line in platform.stdout:
            self.stdout.write(line.rstrip())
            if until is not None and until in line:
                return line
        return None


def _issue_key() -> tuple[str, Callable[[], None]]:
    from govern.identity.api_keys import issue_key, revoke_key
    from govern.models import Application

    key, secret = issue_key(
        application=Application.objects.get(name="helpdesk"), name=f"demo-{secrets.token_hex(4)}", by=None
    )

    def revoke() -> None:
        revoke_key(key=key, by=None, reason="To show that a revoked key is refused.")

    return secret, revoke


def _stop(platform: "subprocess.Popen[str]") -> None:
    if platform.poll() is None:
        platform.send_signal(signal.SIGTERM)
        try:
            platform.wait(timeout=60)
        except subprocess.TimeoutExpired:
            platform.kill()
