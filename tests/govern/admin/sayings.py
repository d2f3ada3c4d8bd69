"""Every sentence that is made in English where it is found: the templates of `Saying` in the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def templates() -> Iterator[str]:
    """The first argument of each `Saying(…)`, and what the reading of an address says."""
    for part in ("govern", "routing"):
        for file in (Path(settings.BASE_DIR) / part).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if "Saying(" not in text and "_invalid(" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Name):
                    continue
                first = node.args[0]
                if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                    continue
                if node.func.id == "Saying":
                    yield first.value
                elif file.name == "origins.py" and node.func.id == "_invalid":
                    yield f"{first.value}."
