"""A change that is submitted to a running installation is replayed by its worker, in processes of their own."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.govern.parts.installation import BOOTSTRAP, Installation

pytestmark = pytest.mark.long

MORE = """
people:
- {username: amy, groups: [policy_author], password_env: AMY_PASSWORD}
- {username: ben, groups: [approver], password_env: BEN_PASSWORD}
- {username: cara, groups: [approver], password_env: CARA_PASSWORD}
budgets: [{name: organisation, period: month, limit_usd: "100.00"}]
"""
SUBMIT = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from tests.factories.calls import record_call
from tests.govern.changes.changing import submitted
with transaction.atomic():
    for number in range(1_200):
        record_call(at=timezone.now() - timedelta(seconds=1, milliseconds=100 * number))  # the trail takes nothing older than minutes
submitted()
"""
LOOK = """
from govern.models import Simulation
found = Simulation.objects.get()
print(found.state, found.done, found.total, found.problem)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation in an empty home, checked to have left no process when the test ends."""
    own = Installation(tmp_path / "home")
    yield own
    own.stop()
    assert own.await_end() == []


def test_the_worker_replays_a_submitted_change(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "bootstrap.yaml"
    file.write_text(BOOTSTRAP.read_text() + MORE)
    installation.environment |= {f"{name}_PASSWORD": f"a long password of {name}" for name in ("AMY", "BEN", "CARA")}
    installation.up("--bootstrap", str(file))
    submitted = installation.run("shell", "--verbosity", "0", "-c", SUBMIT)
    assert submitted.returncode == 0, submitted.stderr
    deadline = time.monotonic() + 120
    while (said := installation.run("shell", "--verbosity", "0", "-c", LOOK).stdout.split())[:1] != ["finished"]:
        assert time.monotonic() < deadline, (said, installation.said())
        time.sleep(0.5)
    assert said[1:3] == ["1200", "1200"]
