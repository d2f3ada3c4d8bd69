"""Schemathesis reads the platform's own OpenAPI description and sends what nobody thought of.

Whatever is sent, nothing answers with a 5xx of ours, nothing hangs, and no page of the admin is down afterwards.
"""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.faults.platform import PROJECT, Platform
from tests.fuzz.conftest import nothing_is_down
from tests.govern.gateway.installation import HELPDESK

pytestmark = pytest.mark.long
SEED = "20261126"
"""Kept, so that a failure can be found again."""
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def fuzz(platform: Platform, browser: httpx.Client, *options: str) -> None:
    """Runs Schemathesis over some operations of the description; a server error fails the test with how to repeat it."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(CONFIGURATION),
        "run",
        f"{platform.url}/api/schema/",
    ]
    command += [
        "--url",
        platform.url,
        "--checks",
        "not_a_server_error",
        "--max-examples",
        "40",
        "--seed",
        SEED,
        "--workers",
        "1",
    ]
    command += [
        "--phases",
        "coverage,fuzzing",
        "--request-timeout",
        "20",
        "--generation-database",
        "none",
        "--no-color",
    ]
    for name in ("X-CSRFToken", "Referer"):
        command += ["-H", f"{name}: {browser.headers[name]}"]
    command += ["-H", f"Cookie: {cookies}", *options]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=600)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-6_000:]
    assert "Tested: 0" not in said


def test_the_data_plane_answers_whatever_is_sent(platform: Platform, browser: httpx.Client) -> None:
    fuzz(platform, browser, "--include-path-regex", "^/v1", "-H", f"Authorization: Bearer {HELPDESK}")
    nothing_is_down(platform, browser)


def test_the_management_api_answers_whatever_is_sent(platform: Platform, browser: httpx.Client) -> None:
    fuzz(platform, browser, "--include-path-regex", "^/api")
    nothing_is_down(platform, browser)
