"""A policy document: YAML in the order people write it, with the line of everything that may be wrong in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from routing.saying import Saying

MAX_BYTES = 16 << 20


class Problem(NamedTuple):
    """Something wrong in a document, where, and what to do about it."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.place}: {self.message}" if self.place else f"line {self.line}: {self.message}"


class DocumentInvalid(ValueError):
    """A document that cannot be used, with every problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Document:
    """Plain values of a YAML mapping and the line of each of them, by path such as `budgets[0].scope.team`."""

    def __init__(self, value: dict[str, Any], lines: dict[str, int], problems: list[Problem]) -> None:
        self.value = value
        self.lines = lines
        self.problems = problems

    def line(self, place: str) -> int:
        """The line of a place, or of the nearest thing around it that the file has."""
        while place and place not in self.lines:
            place = re.sub(r"(\.[^.\[\]]*|\[[^\[\]]*\])$", "", place) if re.search(r"[.\[]", place) else ""
        return self.lines.get(place, 1)

    def report(self, place: str, message: str) -> None:
        """Notes a problem at a place."""
        self.problems.append(Problem(self.line(place), place, message))

    def section(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The mappings listed under a top-level name, each with its place."""
        items = self.value.get(name) or []
        if not isinstance(items, list):
            self.report(name, Saying("must be a list; start each entry with `- `."))
            return
        for index, item in enumerate(items):
            place = f"{name}[{index}]"
            if isinstance(item, dict):
                yield place, item
            else:
                self.report(place, Saying("must be a mapping such as `{name: …}`."))


def read_document(path: Path) -> Document:
    """Reads a YAML file. Raises `DocumentInvalid` when it is no YAML mapping at all."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise DocumentInvalid([Problem(1, "", f"cannot read {path}: {error.strerror}. Check the path.")]) from None
    if len(text) > MAX_BYTES:
        raise DocumentInvalid([Problem(1, "", f"is larger than {MAX_BYTES >> 20} MiB; split it.")])
    return parse_document(text)


def parse_document(text: bytes) -> Document:
    """Reads YAML, of which JSON is a part. Raises `DocumentInvalid` when it is no mapping at all."""
    try:
        root = yaml.compose(text.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise DocumentInvalid(
            [Problem(text[: error.start].count(b"\n") + 1, "", Saying("is not UTF-8; save it as UTF-8."))]
        ) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DocumentInvalid(
            [Problem(line, "", Saying("is not valid YAML: %(fault)s.", fault=str(error.problem)))]
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise DocumentInvalid([Problem(1, "", Saying("is not valid YAML."))]) from None
    if not isinstance(root, yaml.MappingNode):
        raise DocumentInvalid(
            [Problem(1, "", Saying("must be a mapping with sections such as `teams:` and `applications:`."))]
        )
    document = Document({}, {}, [])
    document.value = _build(root, "", document, yaml.SafeLoader(""))
    return document


def _build(node: yaml.Node, place: str, document: Document, loader: yaml.SafeLoader, depth: int = 0) -> Any:
    if depth > 64:
        document.report(place, Saying("is nested too deeply."))
        return None
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)  # as written: YAML would read the key `on` as true
            inner = f"{place}.{key}" if place else key
            document.lines[inner] = key_node.start_mark.line + 1
            if key in mapping:
                document.report(inner, Saying("is given twice; keep one."))
            mapping[key] = _build(value_node, inner, document, loader, depth + 1)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, f"{place}[{index}]", document, loader, depth + 1) for index, item in enumerate(node.value)]
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):
        document.report(place, Saying("is not a value that YAML knows here; quote it if it is text."))
        return None


_AT = re.compile(r" - at `\$\.?([^`]*)`")
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `([^`]*)`")
_MISSING_FIELD = re.compile(r"Object missing required field `([^`]*)`")


def decode_body(document: Document, place: str, value: dict[str, Any], type_: type[msgspec.Struct]) -> Any:
    """Converts a mapping to its struct, reporting every misfit; None when there was any.

    msgspec stops at the first misfit. So what it named is taken out of a copy, and the rest is tried again.
    """
    remaining = msgspec.json.decode(msgspec.json.encode(value))
    taken: set[str] = set()
    clean = True
    for _ in range(100):
        try:
            body = msgspec.convert(remaining, type_)
        except msgspec.ValidationError as error:
            clean = False
            if not _report_misfit(document, place, remaining, taken, str(error)):
                return None
        else:
            return body if clean else None
    return None


def _report_misfit(document: Document, place: str, value: Any, taken: set[str], error: str) -> bool:
    """Notes one misfit and removes its cause. False when nothing is left to try."""
    at = _AT.search(error)
    inner = at[1] if at else ""
    message = _AT.sub("", error)
    if missing := _MISSING_FIELD.search(message):
        path = f"{inner}.{missing[1]}".lstrip(".")
        if path not in taken:
            document.report(f"{place}.{inner}".rstrip("."), Saying("`%(name)s` is missing.", name=missing[1]))
        return False
    if unknown := _UNKNOWN_FIELD.search(message):
        path = f"{inner}.{unknown[1]}".lstrip(".")
        document.report(f"{place}.{path}", Saying("is not known here; check the spelling."))
    else:
        path = inner
        document.report(f"{place}.{inner}".rstrip("."), f"{message[:1].lower()}{message[1:].rstrip('.')}.")
    taken.add(path)
    return _remove(value, path)


def _remove(value: Any, path: str) -> bool:
    steps = [int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]
    if not steps or path.endswith("[...]"):
        return False
    try:
        for step in steps[:-1]:
            value = value[step]
        del value[steps[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True
