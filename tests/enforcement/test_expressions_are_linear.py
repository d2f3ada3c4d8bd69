"""No expression that meets a caller's or a provider's text can be made to go back and forth over it.

Most patterns run in engines that are linear whatever they say (hyperscan, RE2). The others are in Python's `re`, which holds the
interpreter while it backtracks: one such pattern was enough to hold a worker for half a minute with one message. Every expression in
the modules of a call's way is taken from the source, read, and refused here if its steps can grow faster than the text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.enforcement.expression_steps import faults

PROJECT = Path(__file__).parents[2]
ROOMS = ("govern/enforcement", "govern/gateway", "routing", "audit/trail", "audit/payloads")
AT_ONE_PLACE = {"match", "fullmatch"}
ANYWHERE = {"search", "sub", "subn", "split", "findall", "finditer"}


LINEAR_ALL_THE_SAME = {
    "(?:[A-Za-z0-9][ .*_|/": "where the last letter is missing, the one of the last gap stands for it",
    "(?:^|[\\s$#`>&|;(": "looked for in the 160 characters before an address, and in no more",
    "\\b([A-Za-z][A-Za-z0-9+.\\-]*)://": "the same",
    '"(?:[^"\\\\]++|': "looked for in JSON that was read, in which every string has an end",
    '"[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+"': "the same",
    "(?<!\\\\)(?:\\\\\\\\)*": "the look-behind lets it begin where backslashes begin, and nowhere among them",
}
"""Beginning of an expression → why it is linear though it does not look so."""


class Use(ast.NodeVisitor):
    """Finds what is given to `re`, and how names of compiled expressions are used."""

    def __init__(self) -> None:
        self.found: list[tuple[str, bool, int]] = []
        self.unreadable: list[int] = []
        self._compiled: dict[str, tuple[str, int]] = {}
        self._used: dict[str, set[str]] = {}

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Call) and _is_re(node.value, {"compile"}):
            text = _text(node.value.args[0])
            if text is not None and isinstance(node.targets[0], ast.Name):
                self._compiled[node.targets[0].id] = (text, node.lineno)
                return
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if _is_re(node, {"compile", *AT_ONE_PLACE, *ANYWHERE}):
            text = _text(node.args[0])
            if text is None:
                self.unreadable.append(node.lineno)
            else:
                self.found.append((text, node.func.attr not in AT_ONE_PLACE, node.lineno))  # type: ignore[attr-defined]
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            self._used.setdefault(node.value.id, set()).add(node.attr)
        self.generic_visit(node)

    def expressions(self) -> Iterator[tuple[str, bool, int]]:
        """(expression, whether it is searched for, line)."""
        yield from self.found
        for name, (text, line) in self._compiled.items():
            uses = self._used.get(name, {"search"})
            yield text, not uses <= AT_ONE_PLACE, line


def _is_re(node: ast.Call, names: set[str]) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in names
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
    )


def _text(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else None


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (PROJECT / room).rglob("*.py"))


def uses(path: Path) -> Use:
    use = Use()
    use.visit(ast.parse(path.read_text(encoding="utf-8")))
    return use


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_expression_of_a_module_is_linear(path: Path) -> None:
    use = uses(path)
    assert not use.unreadable, f"write the expression out where `re` gets it: lines {use.unreadable}"
    for text, searched, line in use.expressions():
        if not text.startswith(tuple(LINEAR_ALL_THE_SAME)):
            assert faults(text, searched=searched) == [], f"{path.name}:{line}: {text}"


@pytest.mark.parametrize(
    ("expression", "searched"),
    [
        (r"(?:[A-Z]{0,3}[a-z]{2,})+\d{0,2}", False),
        (r"(a+)+b", False),
        (r"(?:\w+\s?)*$", False),
        (r"\A\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*\Z", False),
        (r"\s+$", True),
        (r"[a-z]+@", True),
        (r".*x", True),
        (r"<[^>]*>", True),
        (r"a|<[^>]*>|b", True),
        (r"x[a-z]*;", True),
        (r"(?:ab)*c", True),
        (r'"(?:[^"\\]|\\.)*"', True),
        (r"(?:^|/)o\d(?!.*chat)", True),
    ],
)
def test_expressions_that_are_not_are_seen(expression: str, searched: bool) -> None:
    assert faults(expression, searched=searched)


@pytest.mark.parametrize(
    "expression",
    [r"(?:[A-Z]{0,3}+[a-z]{2,}+)++\d{0,2}+", r"[A-Za-z0-9+/_\-]{20,}={0,2}", r"\d+", r"(?:ab)*c", r"x[a-z]*"],
)
def test_expressions_that_are_pass(expression: str) -> None:
    assert faults(expression, searched=False) == []


@pytest.mark.parametrize(
    "expression", [r"<[^<>]*>", r"\A<[^>]*>", r"x[a-z]*", r"\['[^']*'\]|\[\"[^\"]*\"\]", r"'([^']+)'"]
)
def test_expressions_that_are_pass_when_they_are_looked_for(expression: str) -> None:
    assert faults(expression, searched=True) == []


def test_expressions_are_written_where_they_are_read() -> None:
    """`re` has one name everywhere, so that nothing is compiled where nobody looks."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all(name.asname is None for name in node.names if name.name in ("re", "regex", "sre_compile"))
                assert not any(name.name == "regex" for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module == "re":
                assert {name.name for name in node.names} <= {"_parser", "_constants", "error", "Pattern", "Match"}
