"""Celery's application: work that is done outside of calls."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.embedded")

app = Celery("govern")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
@beat_init.connect
def say_ready(**_: Any) -> None:
    """Tell whoever started this process that it works now, by the file that GOVERN_READY_FILE names."""
    if file := os.environ.get("GOVERN_READY_FILE"):
        Path(file).touch()
