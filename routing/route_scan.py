"""Which model each prompt of a file would be sent to, by recorded outcomes: one JSON object a line in, one out."""

import time
from collections.abc import Iterable, Iterator

import msgspec

from routing.calls import chat_request, read_surfaces
from routing.calls.invalid import InvalidRequest
from routing.describe import asked_last, describe
from routing.ngrams import features
from routing.outcome_model import OutcomeModel
from routing.outcome_rows import OutcomeRow
from routing.predict import Prediction
from routing.sizes import size_of_prompt
from routing.value import cheapest_good, worth_most

MOST_CANDIDATES = 1_000


class Line(msgspec.Struct):
    """One line of input; other fields are ignored. candidates: names of models; without them all whose cost is known are asked about."""

    id: str | int
    messages: list[msgspec.Raw]
    candidates: list[str] | None = None


class Routed(msgspec.Struct):
    """confidence: that the task is told right. scores: candidate → chance of a good answer. expected_usd: None where no price is known.
    microseconds: what describing, predicting and choosing took."""

    id: str | int
    model: str
    task: str
    confidence: float
    scores: dict[str, float]
    expected_usd: dict[str, float | None]
    microseconds: int


class Fault(msgspec.Struct):
    code: str
    message: str


class Unreadable(msgspec.Struct):
    """Stands in the output for line `line` (the first is 1) of the input."""

    line: int
    error: Fault


def scan_lines(
    lines: Iterable[bytes], model: OutcomeModel, willingness_usd: float | None = None
) -> Iterator[Routed | Unreadable]:
    """One result for each line, in order. A line that cannot be read gives `Unreadable` and the scan goes on.

    willingness_usd: what a good answer is worth. Without it the cheapest is taken that is about as good as the best
    (`routing.value.cheapest_good`).
    """
    decode = msgspec.json.Decoder(Line).decode
    known = [name for name, measured in model.manifest.models.items() if measured.usd_per_token is not None]
    for number, raw in enumerate(lines, start=1):
        try:
            yield _routed(decode(raw), model, known, willingness_usd)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            yield _unreadable(number, f'expected one JSON object with an "id" and "messages": {fault}')
        except _Unusable as fault:
            yield _unreadable(number, str(fault))


class _Unusable(ValueError):
    """A line that can be decoded and says nothing that can be decided on."""


def _unreadable(number: int, message: str) -> Unreadable:
    return Unreadable(number, Fault("invalid_line", message))


def _routed(line: Line, model: OutcomeModel, known: list[str], willingness_usd: float | None) -> Routed:
    candidates = known if line.candidates is None else list(dict.fromkeys(line.candidates))
    if not candidates:
        raise _Unusable('"candidates" is empty: name at least one model, or leave it out')
    if len(candidates) > MOST_CANDIDATES:
        raise _Unusable(f'"candidates" names {len(candidates)} models: at most {MOST_CANDIDATES} are looked at')
    messages = [msgspec.json.decode(message) for message in line.messages]
    try:
        request = chat_request({"model": "auto", "messages": messages})
    except InvalidRequest as fault:
        raise _Unusable(f"the messages are not those of a chat completion: {fault}") from None
    started = time.perf_counter_ns()
    surfaces = read_surfaces(request).surfaces
    described = describe(request, surfaces, ("text",), size_of_prompt(request, surfaces))
    prediction = Prediction(model, features(asked_last(surfaces)), described.task)
    chances = {name: prediction.chance(name) for name in candidates}
    usd = {name: prediction.usd(name) for name in candidates}
    if willingness_usd is None:
        usual = {name: prediction.usual(name) for name in candidates}
        chosen = cheapest_good(chances, usual, usd)
    else:
        chosen = worth_most(chances, usd, willingness_usd)
    took = (time.perf_counter_ns() - started) // 1_000
    return Routed(line.id, chosen, described.task, described.confidence, chances, usd, took)


class UnreadableOutcomes(ValueError):
    """A line of a file of recorded outcomes cannot be read; the message says which and why."""


def read_outcome_rows(lines: Iterable[bytes]) -> list[OutcomeRow]:
    """Recorded outcomes, one a line. Raises UnreadableOutcomes: a calibration by half a file would mislead."""
    decode = msgspec.json.Decoder(OutcomeRow).decode
    rows = []
    for number, raw in enumerate(lines, start=1):
        try:
            row = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            raise UnreadableOutcomes(f"line {number} holds no recorded outcome: {fault}") from None
        if not row.outcomes:
            raise UnreadableOutcomes(f'line {number} has no "outcomes": at least one model must have answered')
        rows.append(row)
    if not rows:
        raise UnreadableOutcomes("there is no recorded outcome in it")
    return rows
