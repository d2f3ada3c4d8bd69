"""The sample with its cast, and sightings as gateways write them."""

import time
import uuid
from collections.abc import Callable

import pytest

from audit.services.opening import open_case
from audit.trail.sightings import Sighting
from govern.models import Revision
from tests.govern.changes.conftest import as_application, installation

__all__ = ["as_application", "installation"]

See = Callable[..., None]


@pytest.fixture
def see() -> See:
    """Records calls in which something was seen: `see(3)` three of helpdesk, under the revision in force."""

    def record(
        calls: int = 1,
        *,
        application: str = "helpdesk",
        severity: str = "high",
        rule: str = "email",
        seconds_ago: float = 0,
        revision: int | None = None,
        call: bytes | None = None,
    ) -> None:
        current = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
        for _ in range(calls):
            open_case(
                Sighting(
                    application=application,
                    team="support",
                    guard="pii",
                    rule=rule,
                    severity=severity,
                    at_us=time.time_ns() // 1_000 - int(seconds_ago * 1e6),
                    call_id=call or uuid.uuid4().bytes,
                    revision=revision or current,
                )
            )

    return record
