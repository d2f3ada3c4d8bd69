"""The walk over an answer: every text of it, and what guards cannot read.

Every string counts, at any depth and under any name, and so do long numbers and the names of fields that no format documents. Left
out are only the values of `CONSTANTS` where a format expects one of them, and what `answer_fields.OPAQUE` names.
"""

from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from routing.calls.surfaces.answer_fields import (
    CONSTANT_FIELDS,
    CONSTANTS,
    FIELDS,
    LAST_STEPS,
    OPAQUE,
    SCORES,
    TIMES,
    Encoding,
)
from routing.calls.surfaces.contents import Content, base64_content, data_uri_content, is_sealed
from routing.calls.surfaces.request_walk import Unscanned
from routing.calls.surfaces.walk import Path, SurfaceRole, chosen_name

Form = Literal["text", "name", "number", "numbers", "document", "sealed", "identifier", "written", "words", "logprobs"]
"""How a text stands in the answer, which says what becomes of it when another one has to stand there:

- `text`, `number`: the other text stands there. `identifier`: a new identifier does.
- `name`: the field gets another name. `numbers`: the list is emptied.
- `document`: base64 or a data URI of the other text. `written`: nothing stays there.
- `words`: a name or identifier with its underscores as blanks, which a secret can stand between; the other text stands there.
- `sealed`: the field goes. `logprobs`: so do the log probabilities of the choice.
"""

MOST_DIGITS_UNSEEN = 6
"""Shorter numbers cannot hold what guards look for."""
MOST_DIGITS_OF_COUNTS = 8
_SCORED_BELOW = 10_000.0
_TIMES_S = range(1_000_000_000, 10_000_000_000)
_SEALED_READ_CHARACTERS = 4_096
_NAME_CHARACTERS = 256
_LONG_TOKEN = 16
"""A token of so many characters is read alone as well: beside its neighbours a value may be none."""
_SAID = frozenset(("content", "refusal", "reasoning"))


class Place(NamedTuple):
    """A text of an answer and where it stands."""

    role: SurfaceRole
    path: Path
    text: str
    form: Form = "text"


class AnswerWalk:
    """Collects the places of one answer, or of a piece of one."""

    def __init__(self, *, known: frozenset[str] = frozenset()) -> None:
        self.places: list[Place] = []
        self.unscanned: list[Unscanned] = []
        self._known = known
        """Texts that need not be read again."""

    def choice(self, choice: dict[str, Any], path: Path) -> None:
        """A choice in the call format inside; a part of its fields will do."""
        for key, value in choice.items():
            if key == "message":
                self.message(value, (*path, key))
            elif key == "logprobs":
                self._logprobs(value, (*path, key), choice.get("message") or {})
            else:
                self.value(value, (*path, key))

    def message(self, message: dict[str, Any], path: Path) -> None:
        """What was said is of the assistant, everything beside it a parameter."""
        for key, value in message.items():
            if key in _SAID:
                if value:
                    self.places.append(Place("assistant", (*path, key), value))
            elif key == "tool_calls":
                for index, call in enumerate(value):
                    self.tool_call(call, (*path, key, index))
            elif key == "audio":
                transcript = value.get("transcript")
                if transcript and type(transcript) is str:
                    self.places.append(Place("assistant", (*path, key, "transcript"), transcript))
                    value = {name: item for name, item in value.items() if name != "transcript"}
                self.value(value, (*path, key))
            else:
                self.value(value, (*path, key))

    def tool_call(self, call: dict[str, Any], path: Path) -> None:
        """A tool call of the call format inside."""
        for key, value in call.items():
            if key == "id":
                if value:
                    self.places.append(Place("parameter", (*path, key), value, "identifier"))
                    self._words(value, (*path, key))
            elif key in ("function", "custom"):
                for name, text in value.items():
                    role: SurfaceRole = "parameter" if name == "name" else "tool_arguments"
                    if text:
                        self.places.append(Place(role, (*path, key, name), text))
                        if name == "name":
                            self._words(text, (*path, key, name))
            else:
                self.value(value, (*path, key))

    def value(self, value: Any, path: Path, role: SurfaceRole = "parameter") -> None:
        """Anything at a place."""
        kind = type(value)
        if kind is str:
            if value:
                self._text(value, path, role)
        elif kind is dict:
            for position, (key, item) in enumerate(value.items()):
                if key not in FIELDS:
                    step = chosen_name(key, position)
                    if key and key not in self._known:
                        self.places.append(Place(role, (*path, step, "#name"), key, "name"))
                        self._words(key, (*path, step, "#name"))
                    self.value(item, (*path, step), role)
                else:
                    self.value(item, (*path, key), role)
        elif kind is list:
            self._numbers(value, path, role)
            for index, item in enumerate(value):
                self.value(item, (*path, index), role)
        elif kind is int or kind is float:
            self._number(value, path, role)

    def _number(self, value: float, path: Path, role: SurfaceRole) -> None:
        field = _field(path)
        if type(value) is float and field in SCORES and abs(value) < _SCORED_BELOW:
            return
        digits = str(value) if type(value) is int or not value.is_integer() else str(int(value))
        count = sum(map(str.isdigit, digits))
        if count <= MOST_DIGITS_UNSEEN or (field in TIMES and int(value) == value and int(value) in _TIMES_S):
            return
        if count <= MOST_DIGITS_OF_COUNTS and (str(field).endswith(("tokens", "TokenCount", "tokenCount"))):
            return
        self.places.append(Place(role, path, digits, "number"))

    def _numbers(self, values: list[Any], path: Path, role: SurfaceRole) -> None:
        short = [str(item) for item in values if type(item) is int]
        if len(short) > 1 and sum(map(len, short)) > MOST_DIGITS_UNSEEN and _field(path) not in SCORES:
            self.places.append(Place(role, (*path, "#numbers"), " ".join(short), "numbers"))

    def _text(self, text: str, path: Path, role: SurfaceRole) -> None:
        field = _field(path)
        if field in CONSTANT_FIELDS and text in CONSTANTS:
            return
        if text in self._known:
            return
        if field in LAST_STEPS:
            encoding = OPAQUE.get(".".join([step for step in path if isinstance(step, str)]))
            if encoding is not None:
                self._encoded(text, path, role, encoding)
                return
        self.places.append(Place(role, path, text))
        self._words(text, path)
        if text.lstrip()[:5].lower() == "data:":
            content = data_uri_content(text)
            if content is not None and content.text:
                self.places.append(Place("document", (*path, "#decoded"), content.text, "written"))

    def _words(self, text: str, path: Path) -> None:
        """Beside an underscore a secret is none to who looks for words."""
        if "_" in text and len(text) <= _NAME_CHARACTERS and not text.isalpha():
            self.places.append(Place("sealed", (*path, "#words"), text.replace("_", " "), "words"))

    def _encoded(self, text: str, path: Path, role: SurfaceRole, encoding: Encoding) -> None:
        if encoding == "sealed":
            if is_sealed(text):
                self._sealed(text, path, Unscanned("sealed", len(text) * 3 // 4))
            else:
                self.places.append(Place(role, path, text, "sealed"))
                self._decoded(text, path)
            return
        content = data_uri_content(text) if encoding == "uri" else None
        if content is not None and (head := text.partition(",")[0]).removesuffix(";base64")[5:] not in CONSTANTS:
            self.places.append(Place(role, (*path, "#head"), head, "written"))
        content = content or base64_content(text)
        if content is None:
            self.places.append(Place(role, path, text))
        elif content.text is not None:
            self._document(text, content, path, role)
        elif content.kind:
            self.unscanned.append(Unscanned(content.kind, content.size_bytes))
        elif is_sealed(text.rpartition(",")[2]):
            self._sealed(text, path, Unscanned("unknown", content.size_bytes))
        else:
            self.unscanned.append(Unscanned("unknown", content.size_bytes))
            self.places.append(Place(role, path, text, "sealed"))

    def _sealed(self, text: str, path: Path, unscanned: Unscanned) -> None:
        """Nobody can read it, but the letters themselves can be a secret."""
        self.unscanned.append(unscanned)
        if len(text) <= _SEALED_READ_CHARACTERS:
            self.places.append(Place("sealed", path, text, "sealed"))

    def _decoded(self, text: str, path: Path) -> None:
        content = base64_content(text)
        if content is not None and content.text:
            self.places.append(Place("document", (*path, "#decoded"), content.text, "written"))

    def _document(self, text: str, content: Content, path: Path, role: SurfaceRole) -> None:
        assert content.text is not None
        self.places.append(Place("document", path, content.text, "document"))
        if not content.exact:
            self.places.append(Place(role, (*path, "#written"), text, "written"))

    def _logprobs(self, logprobs: Any, path: Path, message: dict[str, Any]) -> None:
        """Tokens joined: those that were chosen, unless they are what was said, and their rivals rank by rank. Their bytes say the
        same again, or are read as well."""
        if not logprobs:
            return
        walk = AnswerWalk()
        lines: list[str] = []
        for key, tokens in logprobs.items() if type(logprobs) is dict else ():
            if type(tokens) is not list or key not in ("content", "refusal"):
                walk.value({key: tokens}, path)
                lines += _in_columns(tokens)
                continue
            chosen, ranks, rest = _spelled(tokens)
            lines += [line for line in (chosen, *ranks) if line and line != message.get(key)]
            for item in rest:
                walk.value(item, path)
        if lines:
            self.places.append(Place("parameter", (*path, "#tokens"), "\n".join(lines), "logprobs"))
        for number, place in enumerate(walk.places):
            self.places.append(Place(place.role, (*path, f"#{number}"), place.text, "logprobs"))


def _spelled(tokens: list[Any]) -> tuple[str, list[str], list[Any]]:
    """The chosen tokens joined, their rivals joined by rank with what their bytes say otherwise, and what is no token."""
    chosen: list[str] = []
    spelled = bytearray()
    ranks: dict[int, list[str]] = {}
    rest: list[Any] = []
    for token in tokens:
        if type(token) is not dict:
            rest.append(token)
            continue
        word = _word(token, rest)
        chosen.append(word)
        spelled += _bytes(token, word)
        rivals = token.get("top_logprobs")
        for rank, rival in enumerate(rivals if type(rivals) is list else ()):
            if type(rival) is dict:
                other = _word(rival, rest)
                ranks.setdefault(rank, []).append(other)
                if (raw := bytes(_bytes(rival, other))) != other.encode("utf-8", "replace"):
                    ranks.setdefault(-1 - rank, []).append(raw.decode("utf-8", "replace"))
            else:
                rest.append(rival)
        if rivals and type(rivals) is not list:
            rest.append(rivals)
    said = "".join(chosen)
    lines = ["".join(words) for words in ranks.values()]
    lines += [word for words in (chosen, *ranks.values()) for word in words if len(word) >= _LONG_TOKEN]
    if bytes(spelled) != said.encode("utf-8", "replace"):
        lines.append(spelled.decode("utf-8", "replace"))
    return said, lines, rest


def _in_columns(tokens: Any) -> list[str]:
    """Tokens of another form: a list of them, or of objects that have them for names, joined rank by rank."""
    if type(tokens) is not list:
        return []
    ranks = [[token] if type(token) is str else list(token) if type(token) is dict else [] for token in tokens]
    return ["".join(filter(None, rank)) for rank in zip_longest(*ranks)]


def _word(token: dict[str, Any], rest: list[Any]) -> str:
    word, score = token.get("token"), token.get("logprob")
    others = {key: item for key, item in token.items() if key not in ("token", "logprob", "bytes", "top_logprobs")}
    if others:
        rest.append(others)
    if word is not None and type(word) is not str:
        rest.append(word)
    if score is not None and not (type(score) is float and abs(score) < _SCORED_BELOW):
        rest.append(score)
    return word if type(word) is str else ""


def _bytes(token: dict[str, Any], word: str) -> bytes:
    raw = token.get("bytes")
    if raw is None:
        return word.encode("utf-8", "replace")
    try:
        return bytes(raw) if type(raw) is list else str(raw).encode("utf-8", "replace")
    except (ValueError, TypeError):
        return str(raw).encode("utf-8", "replace")


def _field(path: Path) -> str | int:
    """The name of the field that a place belongs to, past positions in lists."""
    return next((step for step in reversed(path) if type(step) is not int), "")
