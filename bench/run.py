"""The benchmark: interleaved rounds on one machine, every promise of the trail checked afterwards.

    python -m bench [--quick] [--rounds 3] [--seconds 5] [--against DIRECTORY]

The gateway's process has one processor for itself; database, provider and load generator share the others. Figures of one run may be
compared with each other, not with those of another run.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from bench import guards
from bench.installation import Installation, NotMeasurable
from bench.machine import machine
from bench.measuring import SCENARIOS, Measurement, Scenario, Subject, calls_at_provider, measure
from bench.processors import Layout, pin
from bench.report import DIRECT, table, write_results

WARM_UP = Scenario("warm up", "instant", 64)
WARM_UP_S = 3.0
QUICK = (0, 1, 3)
"""The scenarios of a quick run."""


def main() -> int:
    """Runs the benchmark. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the gateway against a loopback provider."
    )
    parser.add_argument("--quick", action="store_true", help="one short round of the main scenarios")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument(
        "--against", type=Path, metavar="DIRECTORY", help="another tree of this code, measured in turn with this one"
    )
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print(
            "The benchmark reads processor times from /proc and pins processes to processors: it runs on Linux alone."
        )
        return 2
    layout = Layout.of_this_machine()
    with tempfile.TemporaryDirectory(prefix="govern-bench-") as folder:
        facts = machine(Path(folder))
    print(
        f"{facts['processors']} x {facts['processor']}, load {facts['busy_before']}, {facts['flush_ms']} ms a flush to disk, "
        f"{facts['pace_ms']} ms a pace"
    )
    if layout.gateway == layout.others:
        print("There is one processor: the gateway shares it with what measures it.")
    pin(layout.others)
    print("Measuring the guards by themselves", flush=True)
    figures = _guards_alone(layout, rounds=5 if options.quick else 15)
    print(guards.table(figures))
    try:
        with ExitStack() as stack:
            bench = Bench(stack, layout, options)
            measurements = bench.run()
            trails = bench.check()
    except NotMeasurable as error:
        print(error)
        return 1
    print()
    print(table(measurements))
    print(f"Written to {write_results(facts, figures, measurements, trails)}")
    return 0


class Bench:
    """The installations under measurement and what was asked of them."""

    def __init__(self, stack: ExitStack, layout: Layout, options: argparse.Namespace) -> None:
        self._rounds = 1 if options.quick else options.rounds
        self._seconds = 2.5 if options.quick else options.seconds
        self._scenarios = [SCENARIOS[number] for number in QUICK] if options.quick else list(SCENARIOS)
        self._provider_url = stack.enter_context(_provider())
        self._installations: dict[str, Installation] = {}
        self._sent: dict[str, int] = {}
        self._at_provider = 0
        self._subjects = [Subject(DIRECT, f"{self._provider_url}{{model}}/v1/chat/completions")]
        everything = self._install(stack, layout, "everything on", budgets=True)
        self._serve(everything, "write_ahead", "write_ahead")
        if options.against is not None:
            self._serve(everything, "write_ahead", f"write_ahead of {options.against}", options.against.resolve())
        elif not options.quick:
            unbudgeted = self._install(stack, layout, "without budgets", budgets=False)
            self._serve(unbudgeted, "write_ahead", "write_ahead, no budget")
            self._serve(unbudgeted, "overlapped", "overlapped, no budget")

    def _install(self, stack: ExitStack, layout: Layout, name: str, *, budgets: bool) -> Installation:
        print(f"Setting up an installation: {name}", flush=True)
        installation = Installation(self._provider_url, budgets=budgets, processors=layout.gateway)
        self._installations[name] = stack.enter_context(installation)
        return installation

    def _serve(self, installation: Installation, audit: str, name: str, tree: Path | None = None) -> None:
        web = installation.serve(audit=audit, tree=tree)
        self._subjects.append(Subject(name, web.url, web.worker, installation.database))
        self._sent[name] = 0

    def run(self) -> list[Measurement]:
        """All measurements. Raises `NotMeasurable` if a call is not answered."""
        for subject in self._subjects:
            self._measure(subject, WARM_UP, WARM_UP_S)
        measurements = []
        for number in range(self._rounds):
            for scenario in self._scenarios:
                # Nobody is always first after the others.
                turn = number % len(self._subjects)
                for subject in (*self._subjects[turn:], *self._subjects[:turn]):
                    print(f"Round {number + 1} of {self._rounds}: {scenario.name}, {subject.name}", flush=True)
                    measurements.append(self._measure(subject, scenario, self._seconds))
        return sorted(measurements, key=lambda m: [s.name for s in self._subjects].index(m.subject))

    def _measure(self, subject: Subject, scenario: Scenario, seconds: float) -> Measurement:
        try:
            measurement = measure(subject, scenario, seconds)
        except subprocess.CalledProcessError as error:
            raise NotMeasurable(f"The load on {subject.name} failed: {error.stderr.decode()[-2_000:]}") from None
        load = measurement.load
        if subject.name == DIRECT:
            self._at_provider -= load.sent
        else:
            self._sent[subject.name] += load.sent
        if load.errors or load.answered != load.sent:
            raise NotMeasurable(
                f"{subject.name}, {scenario.name}: {load.sent} sent, {load.answered} answered, {load.errors}"
            )
        return measurement

    def check(self) -> dict[str, dict[str, object]]:
        """What `audit_verify` says of each trail. Raises `NotMeasurable` unless every call left its two events and was sent once."""
        sent_in_all = sum(self._sent.values())
        reached = calls_at_provider(self._provider_url) + self._at_provider
        if reached != sent_in_all:
            raise NotMeasurable(f"{sent_in_all} calls were made, but the provider got {reached}.")
        trails = {name: installation.verified() for name, installation in self._installations.items()}
        for name, trail in trails.items():
            print(f"Trail {name}: {trail['intents']} intents, {trail['outcomes']} outcomes, ok {trail['ok']}")
            if not trail["ok"] or trail["intents"] != trail["outcomes"]:
                raise NotMeasurable(f"The trail of the installation {name} has a fault: {trail}")
        recorded = sum(int(trail["intents"]) for trail in trails.values())
        if recorded != sent_in_all:
            raise NotMeasurable(f"{sent_in_all} calls were made, but the trails hold {recorded}.")
        return trails


def _guards_alone(layout: Layout, *, rounds: int) -> list[guards.Figure]:
    """In a process of its own, on the gateway's processor."""
    command = [sys.executable, "-m", "bench.guards", "--json", "--rounds", str(rounds)]
    alone = subprocess.run(command, check=True, stdout=subprocess.PIPE, preexec_fn=lambda: pin(layout.gateway))
    return msgspec.json.decode(alone.stdout, type=list[guards.Figure])


@contextmanager
def _provider() -> Iterator[str]:
    """The loopback provider's address, while it runs."""
    process = subprocess.Popen([sys.executable, "-m", "bench.provider"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
