"""What the documentation lists is what the code has."""

import re
from pathlib import Path

from audit.trail.events import EVENT_TYPES
from govern.gateway.refusal_codes import CODES
from govern.management.commands.document import with_codes

ROOT = Path(__file__).parents[2]
NAMES = re.compile(
    r"(?:env\.(?:str|int|bool|list|float)|choice|given_secret|required|\.secret|environ\.get)\(\s*\"([A-Z][A-Z_]+)\""
)
INTERNAL = {"DJANGO_SETTINGS_MODULE", "GOVERN_READY_FILE", "ONCE"}


def text(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_setting_is_documented() -> None:
    sources = [path for package in ("govern", "audit", "routing") for path in (ROOT / package).rglob("*.py")]
    used = {name for path in sources for name in NAMES.findall(path.read_text())} - INTERNAL
    assert "GOVERN_HOME" in used
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", text("docs/settings.md")))
    assert sorted(used - documented) == []


def test_the_table_of_errors_is_that_of_the_code() -> None:
    """Each code says what its rows are (`govern/gateway/refusal_codes.py`); `manage.py document` writes them."""
    assert with_codes(text("docs/errors.md")) == text("docs/errors.md")
    assert all(f"`{code}`" in text("docs/errors.md") for code in CODES)


def test_every_event_type_is_documented() -> None:
    documented = re.findall(r"`([\w.]+(?:\.\*)?)`", text("docs/auditors.md"))
    families = {name[:-1] for name in documented if name.endswith(".*")}
    missing = [name for name in EVENT_TYPES if name not in documented and not any(map(name.startswith, families))]
    assert missing == []


def test_every_make_target_is_a_target_that_help_lists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
    named = set(
        re.findall(r"`make ([a-z-]+)", text("README.md") + text("docs/developers.md") + text("docs/operators.md"))
    )
    assert named <= targets


def test_links_between_documents_lead_somewhere() -> None:
    for path in (ROOT / "README.md", ROOT / "THREAT_MODEL.md", *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name} links to {link}"
