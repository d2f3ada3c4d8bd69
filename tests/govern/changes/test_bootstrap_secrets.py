"""Secrets that a bootstrap file takes from the environment: stripped, or refused by the name of their variable."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.document import DocumentInvalid
from govern.changes.genesis import bootstrap_installation
from govern.identity.credential_binding import secret_binding
from govern.identity.keyring import Sealed, keyring
from govern.models import CredentialSecret

DOCUMENT: dict[str, Any] = {
    "teams": [{"name": "support"}],
    "applications": [{"name": "helpdesk", "team": "support"}],
    "providers": [
        {"name": "openai", "kind": "openai", "base_url": "https://api.openai.com/v1", "credential_env": "EXAMPLE_KEY"}
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bootstrap.yaml"
    path.write_text(yaml.safe_dump(DOCUMENT, sort_keys=False))
    return path


@pytest.mark.parametrize("value", ["sk-0123456789abcdef\n", " sk-0123456789abcdef\r\n"])
def test_line_breaks_at_the_ends_are_no_part_of_it(
    transactional_db: None, file: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", value)
    bootstrap_installation(bootstrap=read_bootstrap(file))
    stored = CredentialSecret.objects.get()
    sealed = Sealed(stored.key_id, bytes(stored.nonce), bytes(stored.ciphertext))
    assert keyring().open(sealed, bound_to=secret_binding(stored.credential.name)) == "sk-0123456789abcdef"


def test_a_line_break_within_is_refused_by_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", "sk-first\nsk-second")
    with pytest.raises(DocumentInvalid) as caught:
        read_bootstrap(file)
    said = str([str(problem) for problem in caught.value.problems])
    assert "EXAMPLE_KEY" in said
    assert "sk-first" not in said
