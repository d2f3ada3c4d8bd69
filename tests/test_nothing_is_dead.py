"""What is registered is written, what is documented is read, and what is defined is used by more than its tests."""

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from django.db.models import Model

from audit.trail import events
from audit.trail.events import EVENT_TYPES

ROOT = Path(__file__).parents[1]
PACKAGES = ("govern", "routing", "audit")
REGISTRY = ROOT / "audit/trail/events.py"
BY_CONVENTION = re.compile(r"get_\w+|clean_\w+|on_\w+|handler\d+|process_view|do_[A-Z]+|from_db_value|a?sync_capable")
"""Names that a framework looks up by themselves: serializers' fields, forms' checks, error pages, servers' methods, fields, middleware, what a
parser calls."""
DECORATORS = {"property", "cached_property", "staticmethod", "classmethod", "cache", "contextmanager", "abstractmethod"}
"""Those after which a name still has to be used by somebody; others register it somewhere."""


@cache
def sources() -> dict[Path, str]:
    """Every module of the packages but migrations."""
    return {
        path: path.read_text()
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    }


@cache
def mentions() -> Counter[str]:
    """How often each word stands in code, migrations, templates and what the project is configured with."""
    texts = [*sources().values(), (ROOT / "pyproject.toml").read_text(), (ROOT / "manage.py").read_text()]
    texts += [path.read_text() for path in sorted((ROOT / "govern/migrations").glob("*.py"))]
    for folder in ("templates", "bench", "training"):
        texts += [
            path.read_text() for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".html", ".py", ".txt")
        ]
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


def defined(module: str, body: list[ast.stmt], owner: object) -> Iterator[str]:
    """Names that a module or a class defines for others to use: neither registered by a decorator nor expected by a base class."""
    for node in body:
        names: list[str] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                named = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
                if len(named) == len(node.decorator_list) and named <= DECORATORS:
                    names = [node.name]
            case ast.Assign():
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names = [name]
        for name in names:
            if not name.startswith("__") and not expected(owner, name):
                yield name
        if isinstance(node, ast.ClassDef):
            inner = getattr(owner, node.name, None)
            if isinstance(inner, type) and not issubclass(inner, (msgspec.Struct, Model)) and node.name != "Meta":
                yield from defined(module, node.body, inner)


def expected(owner: object, name: str) -> bool:
    """Whether a base class has the name, so that somebody calls it without knowing this class."""
    return isinstance(owner, type) and (name == "Meta" or any(hasattr(base, name) for base in owner.__mro__[1:]))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_is_used(package: str) -> None:
    unused = []
    for path, text in sources().items():
        place = path.relative_to(ROOT)
        if place.parts[0] != package or "settings" in place.parts or place.name == "apps.py":
            continue
        module = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        unused += [
            f"{place}: {name}"
            for name in defined(module, ast.parse(text).body, importlib.import_module(module))
            if mentions()[name] < 2 and not BY_CONVENTION.fullmatch(name)
        ]
    assert unused == []


def test_every_event_that_is_registered_is_written() -> None:
    code = "\n".join(text for path, text in sources().items() if path != REGISTRY)
    named = {getattr(events, name): name for name in ("INTENT", "OUTCOME", "REJECTED", "FALLBACK")}
    unwritten = [
        event
        for event in EVENT_TYPES
        if f'"{event}"' not in code
        and not (event in named and re.search(rf"\b{named[event]}\b", code))
        and len(re.findall(rf"(?<!def )\b{event.replace('.', '_', 1)}\b", code)) < 2  # imported, and called
    ]
    assert unwritten == []


def test_every_setting_that_is_documented_is_read() -> None:
    documented = set(re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    names = {name for row in documented for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    code = "\n".join(sources().values())
    outside = "\n".join(text for path, text in sources().items() if "settings" not in path.parts)
    assert len(names) > 30
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code) and name not in built(code)] == []
    own = re.findall(
        r"^([A-Z][A-Z0-9_]+)(?::[^=]+)? = env", (ROOT / "govern/settings/base.py").read_text(), re.MULTILINE
    )
    unread = [name for name in own if name in names and not re.search(rf"\b{name}\b", outside)]
    assert [name for name in unread if not is_djangos(name)] == []


def built(code: str) -> set[str]:
    """Names of variables that code puts together: one password for each of the database's roles."""
    roles = {role.upper() for role in re.findall(r"govern_(\w+)", code)}
    return {f"GOVERN_DATABASE_{role}_PASSWORD" for role in roles}


def is_djangos(name: str) -> bool:
    """Whether Django itself reads the setting."""
    from django.conf import global_settings

    return hasattr(global_settings, name)
