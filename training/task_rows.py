"""Prompts with their task and where they come from."""

from __future__ import annotations

from pathlib import Path

import msgspec

from training.examples import SHARED

FILE = SHARED / "task-dev.jsonl"


class TaskRow(msgspec.Struct, frozen=True):
    text: str
    task: str
    language: str
    source: str
    licence: str


def read_tasks(file: Path = FILE) -> list[TaskRow]:
    """Raises FileNotFoundError."""
    decoder = msgspec.json.Decoder(TaskRow)
    return [decoder.decode(line) for line in file.read_bytes().splitlines()]
