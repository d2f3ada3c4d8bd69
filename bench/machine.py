"""What was measured on: figures mean nothing without it."""

import os
import platform
import statistics
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.pace import pace_ms

_PACKAGES = ("uvicorn", "uvloop", "msgspec", "psycopg", "django")


def machine(folder: Path) -> dict[str, Any]:
    """The machine now, with the time that a flush to the disk under `folder` takes."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "busy_before": round(os.getloadavg()[0], 2),
        "flush_ms": flush_ms(folder),
        "pace_ms": round(pace_ms(), 3),
    }


def flush_ms(folder: Path, times: int = 100) -> float:
    """Median time of writing 8 KB and waiting until they are on the disk, as PostgreSQL does at each commit."""
    file = folder / "flushed"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        took = []
        for number in range(2 * times):
            started = time.perf_counter()
            os.pwrite(descriptor, b"\x01" * 8_192, number % times * 8_192)
            os.fdatasync(descriptor)
            took.append((time.perf_counter() - started) * 1_000)
    finally:
        os.close(descriptor)
        file.unlink()
    return round(statistics.median(took[times:]), 2)  # the first half also made the file longer


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
