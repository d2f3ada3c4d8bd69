"""One measurement: a load on one address, and what it cost whom."""

import json
import subprocess
import sys
import urllib.request
from typing import NamedTuple

import msgspec

from bench.bootstrap import KEY, MODELS
from bench.load import Load
from bench.pace import pace_ms
from bench.processors import cpu_ms_of, usage_of


class Scenario(NamedTuple):
    """How the load is: to which model, from how many connections, streamed or not."""

    name: str
    model: str
    connections: int
    streamed: bool = False


SCENARIOS = (
    Scenario("0 ms, 16 connections", "instant", 16),
    Scenario("0 ms, 64 connections", "instant", 64),
    Scenario("60 ms, 16 connections", "distant", 16),
    Scenario("60 ms, 64 connections", "distant", 64),
    Scenario("stream of 50 chunks 2 ms apart, 8 connections", "paced", 8, streamed=True),
)


class Subject(NamedTuple):
    """What a load is put on. Without a `worker` it is not the gateway but the provider itself."""

    name: str
    url: str
    """Of the chat endpoint; `{model}` stands for where the provider of a model is."""
    worker: int | None = None
    """Process id whose processor time counts."""
    database: int | None = None


class Measurement(msgspec.Struct):
    """A load and its cost."""

    subject: str
    scenario: str
    load: Load
    cpu_ms: float | None
    """Processor time of the gateway's process for each answered call, in milliseconds."""
    database_cpu_ms: float | None
    """The same of all of PostgreSQL's processes."""
    resident_bytes: int | None
    """Memory of the gateway's process afterwards."""
    pace_ms: float
    """Of the machine right before (`bench.pace`)."""


def measure(subject: Subject, scenario: Scenario, seconds: float) -> Measurement:
    """Puts a load on a subject for so long. Raises `subprocess.CalledProcessError`."""
    pace = pace_ms()
    before = _spent(subject)
    command = [sys.executable, "-m", "bench.load", subject.url.replace("{model}", MODELS[scenario.model])]
    command += ["--key", KEY, "--model", scenario.model, "--connections", str(scenario.connections)]
    command += ["--seconds", str(seconds), *(["--stream"] if scenario.streamed else [])]
    load = msgspec.json.decode(subprocess.run(command, check=True, capture_output=True).stdout, type=Load)
    after = _spent(subject)
    calls = load.answered or 1
    return Measurement(
        subject=subject.name,
        scenario=scenario.name,
        load=load,
        cpu_ms=round((after[0] - before[0]) / calls, 4) if subject.worker else None,
        database_cpu_ms=round((after[1] - before[1]) / calls, 4) if subject.database else None,
        resident_bytes=usage_of(subject.worker).resident_bytes if subject.worker else None,
        pace_ms=pace,
    )


def _spent(subject: Subject) -> tuple[float, float]:
    worker = usage_of(subject.worker).cpu_ms if subject.worker else 0.0
    return worker, cpu_ms_of(subject.database) if subject.database else 0.0


def calls_at_provider(provider_url: str) -> int:
    """How many calls the loopback provider has received."""
    with urllib.request.urlopen(f"{provider_url}/count", timeout=10) as answer:
        count: int = json.loads(answer.read())
    return count
