"""A command that meets what was written around Govern says so in words: no traceback, and exit code 1 as of every refusal."""

import pytest
from django.core.management import CommandError, call_command

from tests.govern.admin.test_not_as_signed import forge
from tests.govern.parts.installation import BOOTSTRAP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("budget", ["policy_export"]),
        ("budget", ["policy_propose", str(BOOTSTRAP), "--dry-run"]),
        ("provider_credential", ["rotate_credential", "openai-main"]),
    ],
)
def test_what_was_written_around_govern_is_said_in_a_sentence(kind: str, command: list[str]) -> None:
    forge("canonical = canonical || ' '", kind)
    with pytest.raises(CommandError, match="is not the one that was approved: somebody wrote around Govern") as refused:
        call_command(*command)
    assert "puts the row back from a backup" in str(refused.value)
    assert refused.value.returncode == 1
