"""Production generates nothing: what is missing is named, with how to set it."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from govern.parts.home import PROJECT

KEY = base64.b64encode(b"k" * 32).decode()
COMPLETE = {
    "GOVERN_SECRET_KEY": "s" * 50,
    "GOVERN_MASTER_KEY": KEY,
    "GOVERN_SIGNING_KEY": KEY,
    "GOVERN_DIGEST_KEY": KEY,
    "DATABASE_URL": "postgresql://govern_app:hidden@db:5432/govern",
    "REDIS_URL": "redis://:hidden@valkey:6379/0",
    "GOVERN_ALLOWED_HOSTS": "govern.example.com,govern.internal",
}
SHOW = """
import json
from django.conf import settings as s
print(json.dumps([s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.DATABASES["default"]["USER"], s.CELERY_BROKER_URL,
    s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.DEBUG]))
"""


def load(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GOVERN_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=PROJECT,
        env={
            **clean,
            "DJANGO_SETTINGS_MODULE": "govern.settings.production",
            "GOVERN_HOME": str(tmp_path / "home"),
            **environment,
        },
        capture_output=True,
        text=True,
    )


def test_complete_settings_load(tmp_path: Path) -> None:
    loaded = load(tmp_path, **COMPLETE)
    assert json.loads(loaded.stdout) == [
        ["govern.example.com", "govern.internal"],
        ["https://govern.example.com", "https://govern.internal"],
        "govern_app",
        "redis://:hidden@valkey:6379/0",
        True,
        True,
        False,
    ]
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    refused = load(tmp_path, **{name: value for name, value in COMPLETE.items() if name != missing})
    last = refused.stderr.strip().splitlines()[-1]
    assert f"{missing} is not set: " in last
    assert f"{missing}_FILE" in last
    assert "hidden" not in refused.stderr


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_each_can_come_from_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text(COMPLETE[name] + "\n")
    given = {
        **{other: value for other, value in COMPLETE.items() if other != name},
        f"{name}_FILE": str(tmp_path / "secret"),
    }
    assert load(tmp_path, **given).stdout == load(tmp_path, **COMPLETE).stdout


def test_the_owner_of_the_schema_needs_a_password_of_its_own(tmp_path: Path) -> None:
    refused = load(tmp_path, **COMPLETE, GOVERN_DATABASE_ROLE="owner")
    assert "GOVERN_DATABASE_OWNER_PASSWORD" in refused.stderr.strip().splitlines()[-1]
    assert load(tmp_path, **COMPLETE, GOVERN_DATABASE_ROLE="owner", GOVERN_DATABASE_OWNER_PASSWORD="p").returncode == 0
