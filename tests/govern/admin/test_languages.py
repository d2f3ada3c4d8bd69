"""Traditional Chinese is complete: every string of ours has a translation, and the compiled catalogue is the current one."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from audit.trail.events import EVENT_TYPES
from govern.admin.navigation import GROUPS

FOLDER = Path(settings.BASE_DIR) / "locale/zh_Hant/LC_MESSAGES"
_BLOCK = re.compile(r'{%-? (?:translate|trans) "([^"]+)"(?: context "([^"]+)")?')
_HAN = re.compile(r"[\u4e00-\u9fff]")


def catalogue() -> gettext.GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def entries() -> list[str]:
    """The blocks of the source catalogue, without its header."""
    return (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]


def test_no_entry_is_empty_or_fuzzy() -> None:
    for entry in entries():
        assert not re.search(r'msgstr(?:\[0\])? ""$', entry), entry
        assert "fuzzy" not in entry, entry


def test_the_compiled_catalogue_is_made_of_the_source() -> None:
    compiled = {key if isinstance(key, str) else key[0]: value for key, value in catalogue()._catalog.items() if key}
    for entry in entries():
        found = re.search(r'^msgid "(.+)"$', entry, re.MULTILINE)
        said = re.search(r'^msgstr(?:\[0\])? "(.+)"$', entry, re.MULTILINE)
        context = re.search(r'^msgctxt "(.+)"$', entry, re.MULTILINE)
        assert found is not None, entry
        assert said is not None, entry
        key = f"{context.group(1)}\x04{found.group(1)}" if context else found.group(1)
        assert compiled.pop(key.replace('\\"', '"')) == said.group(1).replace('\\"', '"'), entry
    assert compiled == {}


def test_every_string_of_a_template_is_in_it() -> None:
    known = catalogue()._catalog
    for file in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        for text, context in _BLOCK.findall(file.read_text(encoding="utf-8")):
            assert (f"{context}\x04{text}" if context else text) in known, f"{file.name}: {text}"


def test_every_event_and_entry_of_the_menu_can_be_said() -> None:
    known = catalogue()._catalog
    assert [event.template for event in EVENT_TYPES.values() if event.template not in known] == []
    with translation.override("zh-hant"):
        assert [
            str(entry.title) for _title, entries in GROUPS for entry in entries if not _says(str(entry.title))
        ] == []


def _says(text: str) -> bool:
    return bool(_HAN.search(text))


@pytest.mark.parametrize("name", ["account/login.html", "govern/page.html", "audit/call.html"])
def test_templates_are_ours(name: str) -> None:
    assert "/templates/" in str(get_template(name).origin)  # type: ignore[attr-defined]
    assert "site-packages" not in str(get_template(name).origin)  # type: ignore[attr-defined]
