"""Honest text that Django ships (BSD-3-Clause): interface messages in a hundred languages, several joined to a text, and source code."""

from __future__ import annotations

import gettext
import random
from functools import cache
from pathlib import Path

import django

SOURCE = "django_messages"
_ROOT = Path(django.__file__).parent


@cache
def messages() -> dict[str, tuple[str, ...]]:
    """Messages of at least twelve characters by language code, in a fixed order."""
    found: dict[str, list[str]] = {}
    for catalogue in sorted(_ROOT.glob("**/locale/*/LC_MESSAGES/*.mo")):
        language = catalogue.parts[-3]
        with catalogue.open("rb") as file:
            entries = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # the module has no other way to list them
        texts = [
            text for key, text in sorted(entries.items(), key=str) if key and isinstance(text, str) and len(text) >= 12
        ]
        found.setdefault(language, []).extend(texts)
    return {language: tuple(texts) for language, texts in found.items() if len(texts) >= 20}


def compose(language: str, chance: random.Random, count: int) -> str:
    picked = chance.sample(messages()[language], count)
    return chance.choice((" ", "\n", ". ")).join(picked)


@cache
def _source_files() -> tuple[str, ...]:
    files = sorted(path for kind in ("py", "js", "css", "html", "txt") for path in _ROOT.glob(f"**/*.{kind}"))
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files if "locale" not in path.parts)
    return tuple(text for text in texts if len(text) >= 300)


def source_code(chance: random.Random) -> str:
    """A stretch of one file, as somebody pastes it: cut anywhere."""
    text = chance.choice(_source_files())
    length = chance.choice((300, 800, 1500, 3000))
    start = chance.randrange(max(1, len(text) - length))
    return (
        chance.choice(("", "", "Explain this code:\n", "Find the bug:\n", "Summarize:\n"))
        + text[start : start + length]
    )
