"""Putting a pack together: every control of a framework with what the trail has to show for its statements."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import NamedTuple

from django.utils import timezone, translation

from audit.evidence.answers import Answer
from audit.evidence.catalogue import Framework, frameworks
from audit.evidence.queries import QUERIES
from audit.evidence.records import Records, Span
from audit.models import Checkpoint

LANGUAGES = ("en", "zh-hant")


class ShownStatement(NamedTuple):
    """A statement and its answer; None where the span has no data for it."""

    query: str
    text: str
    answer: Answer | None


class ShownControl(NamedTuple):
    """A control in the language of the pack."""

    id: str
    title: str
    asks: str
    not_covered: str
    statements: Sequence[ShownStatement]


class Sealed(NamedTuple):
    """The checkpoint that a pack rests on."""

    number: int
    size: int
    root: str
    at: str


class Pack(NamedTuple):
    """A pack in one language. The same name, span and checkpoint give the same pack, whoever makes it and when."""

    stem: str
    language: str
    name: str
    about: str
    source: str
    checked: str
    checked_on: str
    verified: bool
    start: str
    end: str
    checkpoint: Sealed | None
    controls: Sequence[ShownControl]

    @property
    def statements(self) -> int:
        """How many there are."""
        return sum(len(control.statements) for control in self.controls)

    @property
    def without_data(self) -> int:
        """How many of them have no data."""
        return sum(said.answer is None for control in self.controls for said in control.statements)


def build_pack(stem: str, span: Span, language: str, checkpoint: Checkpoint | None) -> Pack:
    """A pack. Raises `KeyError` for an unknown framework."""
    framework = frameworks()[stem]
    with translation.override(language), timezone.override(UTC):
        answers = {name: QUERIES[name] for name in framework.queries}
        return _told(stem, framework, span, language, checkpoint, _asked(answers, Records(span, checkpoint)))


def _asked(queries: dict[str, Callable[[Records], Answer | None]], records: Records) -> dict[str, Answer | None]:
    return {name: query(records) for name, query in queries.items()}


def _told(
    stem: str,
    framework: Framework,
    span: Span,
    language: str,
    checkpoint: Checkpoint | None,
    answers: dict[str, Answer | None],
) -> Pack:
    sealed = None
    if checkpoint is not None:
        at = f"{checkpoint.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        sealed = Sealed(checkpoint.number, checkpoint.size, bytes(checkpoint.root).hex(), at)
    return Pack(
        stem,
        language,
        str(framework.name),
        str(framework.about),
        framework.source,
        str(framework.checked),
        framework.checked_on.isoformat(),
        framework.verified,
        f"{span.start.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        f"{span.end.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        sealed,
        [
            ShownControl(
                str(control.id),
                str(control.title),
                str(control.asks),
                str(control.not_covered or ""),
                [ShownStatement(said.query, str(said.text), answers[said.query]) for said in control.statements],
            )
            for control in framework.controls
        ],
    )
