"""What the guards of the baseline cost by themselves: processor time of one inspection, in milliseconds and in paces of the machine.

    python -m bench.guards [--rounds 15] [--json]

Nothing that is asked was asked before, except what a case calls seen.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

import msgspec

from bench.pace import pace_ms
from bench.prompts import PROSE, SYSTEM, a_word
from govern.enforcement import Enforcement, Surface, compile_enforcement
from govern.enforcement.baseline import BASELINE
from routing.calls import chat_request, read_surfaces

TURN_CHARACTERS = 1_500
ANSWER_CHARACTERS = 300
STREAM_CHUNKS = 50
CHUNK_CHARACTERS = 24
TOOLS = 24
_ROUND_S = 0.1
"""Of each case in each round."""
_WORD = a_word(0)


class Figure(msgspec.Struct):
    """One case: the medians over the rounds of its processor time, and of that time in paces (`bench.pace`)."""

    name: str
    cpu_ms: float
    paces: float


def measure(enforcement: Enforcement, rounds: int) -> list[Figure]:
    """All cases in turn, round by round, each with the pace of the machine right before it."""
    cases = {name: make(enforcement) for name, make in CASES.items()}
    cpu_ms: dict[str, list[float]] = {name: [] for name in cases}
    paces: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            pace = pace_ms()
            cpu_ms[name].append(_cpu_ms(case))
            paces[name].append(cpu_ms[name][-1] / pace)
    return [Figure(name, statistics.median(cpu_ms[name]), statistics.median(paces[name])) for name in cases]


def _cpu_ms(case: Callable[[], None]) -> float:
    """Processor time of one run, from as many as a round has time for."""
    runs = 0
    started = now = time.thread_time()
    while now - started < _ROUND_S:
        for _ in range(10):
            case()
        runs += 10
        now = time.thread_time()
    return (now - started) * 1_000 / runs


def _prose(characters: int) -> Iterator[str]:
    """Texts of which no two are alike."""
    text = PROSE * (characters // len(PROSE) + 1)
    for number in count(1):
        yield f"Case {a_word(number)}: {text}"[:characters]


def _turn(enforcement: Enforcement) -> Callable[[], None]:
    texts = _prose(TURN_CHARACTERS)
    messages = [{"role": "system", "content": SYSTEM}]
    for _ in range(2):
        messages += [{"role": "user", "content": next(texts)}, {"role": "assistant", "content": next(texts)}]
    seen = list(read_surfaces(chat_request({"model": "m", "messages": messages})).surfaces)
    place = f"messages[{len(messages)}].content"

    def case() -> None:
        enforcement.inspect_input([*seen, Surface("user", place, next(texts))], {})

    return case


def _answer(enforcement: Enforcement) -> Callable[[], None]:
    texts = _prose(ANSWER_CHARACTERS)
    beside = [Surface("parameter", "id", "chatcmpl-bench"), Surface("parameter", "system_fingerprint", "fp_bench")]

    def case() -> None:
        said = Surface("assistant", "choices[0].message.content", next(texts))
        enforcement.inspect_output([*beside, said], {}, system_prompt=SYSTEM)

    return case


def _tools(enforcement: Enforcement) -> Callable[[], None]:
    surfaces = _of_tools(_WORD)
    numbers = count(1)

    def case() -> None:
        word = a_word(next(numbers))
        enforcement.inspect_input([Surface(s.role, s.location, s.text.replace(_WORD, word)) for s in surfaces], {})

    return case


def _tools_seen(enforcement: Enforcement) -> Callable[[], None]:
    surfaces = _of_tools(_WORD)

    def case() -> None:
        enforcement.inspect_input(surfaces, {})

    return case


def _of_tools(word: str) -> list[Surface]:
    """The texts of a request with tools whose every description holds the word."""
    tools = []
    for number in range(TOOLS):
        properties = {
            "merchant_id": {"type": "string", "description": f"The merchant's number in {word}"},
            "settled_before": {
                "type": "string",
                "description": f"A day of {word}, as the reports of that day write it",
            },
            "limit": {"type": "integer", "description": f"How many rows of {word} to give back at most"},
        }
        parameters = {"type": "object", "properties": properties, "required": ["merchant_id"]}
        said = f"Looks settlements up in the reports that {word} number {number} gets from the acquirer, newest first. "
        said += (
            "Use it when somebody asks why an amount has not arrived, and quote the day of the report with the amount."
        )
        function = {"name": f"look_up_{word}_{number}", "description": said, "parameters": parameters}
        tools.append({"type": "function", "function": function})
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": PROSE}]
    read = read_surfaces(chat_request({"model": "m", "messages": messages, "tools": tools})).surfaces
    return [Surface(*surface) for surface in read]


def _stream(enforcement: Enforcement) -> Callable[[], None]:
    texts = _prose(STREAM_CHUNKS * CHUNK_CHARACTERS)

    def case() -> None:
        stream = enforcement.open_stream({}, system_prompt=SYSTEM)
        assert stream is not None
        text = next(texts)
        for at in range(0, len(text), CHUNK_CHARACTERS):
            stream.feed((0, "content"), text[at : at + CHUNK_CHARACTERS], location="choices[0].message.content")
        stream.finish({})

    return case


CASES: dict[str, Callable[[Enforcement], Callable[[], None]]] = {
    "a new turn of 1.5 KB after five texts seen": _turn,
    f"an answer of {ANSWER_CHARACTERS} characters": _answer,
    f"{TOOLS} new tools": _tools,
    f"the same {TOOLS} tools again": _tools_seen,
    f"a stream of {STREAM_CHUNKS} chunks": _stream,
}


def table(figures: list[Figure]) -> str:
    """Milliseconds and paces beside each other."""
    width = max(len(figure.name) for figure in figures)
    lines = [f"  {figure.name:<{width}}  {figure.cpu_ms:8.3f}  × {figure.paces:.3f}" for figure in figures]
    return "\n".join([f"  {'guards of the baseline':<{width}}    CPU ms  × pace", *lines])


def main() -> int:
    """Measures and prints. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.guards", description="Measure the guards by themselves.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    enforcement = compile_enforcement([(BASELINE.name, BASELINE)], compile_condition=no_conditions)
    enforcement.warm_up()
    gc.freeze()
    figures = measure(enforcement, options.rounds)
    print(msgspec.json.encode(figures).decode() if options.json else table(figures))
    return 0


def no_conditions(expression: str) -> Callable[..., bool]:
    """Stands for the compiler of conditions, of which the baseline has none."""
    raise ValueError("the baseline has no conditions")


if __name__ == "__main__":
    sys.exit(main())
