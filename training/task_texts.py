"""Prompts of each task, generated in several languages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from routing.tasks import TOLD
from training.grammar.expansion import expand
from training.grammar.task_texts import TEXTS
from training.grammar.tasks_chinese import CHINESE, traditional
from training.grammar.tasks_english import ENGLISH
from training.grammar.tasks_languages import LANGUAGES
from training.task_rows import TaskRow

SEED = 20261128
COUNTS = {"own:english": 500, "own:chinese": 250, "own:languages": 50}
"""Texts of each task, by grammar."""
ASKED = 300
"""Prompts about given texts, of each task and language."""
WORKED_ON = ("extraction", "summarisation", "translation")
_SHORT_LINE, _LONGEST_CARRIER = 60, 900
_BLANKS_PER_TEXT = 0.15
_LOWER_PER_TEXT = 0.2


def carriers(rows: Sequence[TaskRow]) -> tuple[list[str], list[str]]:
    """What recorded prompts that work on a text are about, without what they ask for; English ones and Chinese ones. Any text may be
    translated, summed up or read for facts, so its own words must not say which."""
    english, chinese = [], []
    for row in rows:
        if row.task not in WORKED_ON:
            continue
        lines = row.text.strip().split("\n")
        if len(lines) == 1:
            lines = [row.text.partition(": ")[2] or row.text.partition("：")[2] or row.text.partition("？")[2]]
        else:
            lines = [line for line in lines[1:-1] if len(line) > _SHORT_LINE] or [max(lines, key=len)]
        body = "\n".join(lines)[:_LONGEST_CARRIER].strip()
        if len(body) > _SHORT_LINE // 2:
            (chinese if row.language == "zh" else english).append(body)
    return english, chinese


def asked_about(texts: Sequence[str], language: str, count: int, seed: int = SEED) -> Iterator[TaskRow]:
    """As many prompts of each task that works on a text, about given texts."""
    chance = random.Random(seed)
    name, entries = ("文", CHINESE) if language == "zh" else ("passage", TEXTS | ENGLISH)
    entries = {**entries, name: ("\x00",)}
    for task in WORKED_ON:
        for _ in range(count if texts else 0):
            asked = expand("{" + task + "}", entries, chance)
            if language == "zh" and chance.random() < 0.3:
                asked = traditional(asked)
            body = chance.choice(texts)
            yield _row(asked.replace("\x00\x00", "\x00").replace("\x00", body), task, language, "own:asked")


def generate(counts: dict[str, int] = COUNTS, seed: int = SEED) -> Iterator[TaskRow]:
    """The same counts and seed give the same texts."""
    chance = random.Random(seed)
    english, chinese, languages = TEXTS | ENGLISH, CHINESE, TEXTS | ENGLISH | LANGUAGES
    for task in TOLD:
        for _ in range(counts["own:english"]):
            yield _row(_worn(expand("{" + task + "}", english, chance), chance), task, "en", "own:english")
        for _ in range(counts["own:chinese"]):
            text = expand("{" + task + "}", chinese, chance)
            yield _row(traditional(text) if chance.random() < 0.5 else text, task, "zh", "own:chinese")
        for _ in range(counts["own:languages"] if task in LANGUAGES else 0):
            yield _row(expand("{" + task + "}", languages, chance), task, "other", "own:languages")


def _row(text: str, task: str, language: str, source: str) -> TaskRow:
    return TaskRow(text.strip(), task, language, source, "CC0-1.0")


def _worn(text: str, chance: random.Random) -> str:
    """As people type it: without capitals, or without the last mark."""
    if chance.random() < _LOWER_PER_TEXT:
        text = text.lower()
    return text.rstrip(".?!") if chance.random() < _BLANKS_PER_TEXT else text
