"""Tests: the embedded parts in a home of their own for each run, with secrets that are the same every time.

Importing this starts and writes nothing: lint and type checks read it without a database.
"""

import base64
import os
import tempfile
from pathlib import Path

# The workers of one run inherit the variable from the process that started them, and with it the home.
TEST_HOME = Path(os.environ.setdefault("GOVERN_TEST_HOME", f"{tempfile.gettempdir()}/govern-test-{os.getpid()}"))
os.environ["GOVERN_HOME"] = str(TEST_HOME)
os.environ["GOVERN_PATTERN_CACHE"] = str(Path(__file__).parents[2] / ".cache" / "scanner")  # kept between runs
os.environ["GOVERN_DATABASE_ROLE"] = "owner"
for _name in ("DATABASE_URL", "REDIS_URL", "GOVERN_EMBEDDED_MODEL_URL", "GOVERN_AUDIT"):
    os.environ.pop(_name, None)
for _name in ("SECRET_KEY", "MASTER_KEY", "SIGNING_KEY", "DIGEST_KEY"):
    os.environ[f"GOVERN_{_name}"] = base64.b64encode(_name.encode().ljust(32, b"-")).decode()
for _name in ("SUPERUSER", "OWNER", "APP", "READER", "SEALER"):
    os.environ[f"GOVERN_DATABASE_{_name}_PASSWORD"] = f"test-{_name.lower()}"
os.environ["GOVERN_VALKEY_PASSWORD"] = "test-valkey"  # noqa: S105 (reached through a private socket only)

from govern.settings.embedded import *  # noqa: E402, F403

GOVERN_EMBEDDED_MODEL_URL = ""
ALLOWED_HOSTS = ["*"]

# pytest shows what is logged; a handler of our own would write to a stream that pytest has closed by then.
LOGGING = {"version": 1, "disable_existing_loggers": False}

# Argon2 is meant to be slow; tests sign in often.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
