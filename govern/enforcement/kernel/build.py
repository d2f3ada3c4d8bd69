"""Builds the kernel: ``python -m govern.enforcement.kernel.build [--fetch]``, as ``make setup`` and the Dockerfile do.

With the C compiler that ``CC`` names, or the system's, or the package ``ziglang``. ``--fetch`` lets pip bring that package, for this once,
where there is no other. Without any it says so and ends well: the interpreted path does everything.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from govern.enforcement.kernel.source import FLAGS, FOLDER, SOURCES, built_folder, file_name, source_key

INTERPRETED = "guards run interpreted: the same verdicts, for several times the processor time"
_REQUIREMENTS = Path(__file__).resolve().parents[3] / "requirements" / "compiler.txt"
_ZIG = ("cc", "-mcpu=baseline", "-fno-sanitize=undefined")
"""It would compile for this very processor, and with checks that stop the process, if it were not told otherwise."""


def compiler() -> tuple[str, ...] | None:
    """The command of a C compiler; None where there is none."""
    chosen = os.environ.get("CC")
    if chosen:
        return tuple(shlex.split(chosen))
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return (name,)
    return (sys.executable, "-m", "ziglang", *_ZIG) if find_spec("ziglang") else None


def build(folder: Path, command: tuple[str, ...], environment: Mapping[str, str] = os.environ) -> Path:
    """Compiles into ``folder`` and takes away what other sources left there. Safe beside other builds and running processes.

    Raises ``CalledProcessError`` with what the compiler said, and ``OSError`` where nothing can be written or run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as scratch:
        made = Path(scratch) / "inspection.so"
        define = f'-DGOVERN_SOURCE="{source_key()}"'
        sources = [str(FOLDER / name) for name in SOURCES]
        whole = [*command, *FLAGS, define, *sources, "-lm", "-o", str(made)]
        subprocess.run(whole, check=True, capture_output=True, text=True, env=environment)
        target = folder / file_name(made.read_bytes())
        made.replace(target)
    for other in folder.glob("inspection-*.so"):
        if other != target:
            other.unlink(missing_ok=True)
    return target


def _build_with_a_fetched_compiler(folder: Path) -> None:
    """Raises as ``build`` does; ``CalledProcessError`` also where pip cannot bring it."""
    with tempfile.TemporaryDirectory(prefix="govern-compiler-") as packages:
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-cache-dir"]
        pinned = ["--only-binary", ":all:", "--require-hashes", "--target", packages, "-r", str(_REQUIREMENTS)]
        subprocess.run([*pip, *pinned], check=True, capture_output=True, text=True)
        caches = {"ZIG_LOCAL_CACHE_DIR": packages, "ZIG_GLOBAL_CACHE_DIR": packages}
        build(folder, (f"{packages}/ziglang/zig", *_ZIG), {**os.environ, **caches})


def main() -> int:
    """Builds, saying so. Returns the exit code: 1 where a compiler, or fetching one, failed."""
    parser = argparse.ArgumentParser(description="Build the inspection kernel.")
    parser.add_argument("--fetch", action="store_true", help="fetch a compiler (some 90 MB, not kept) if there is none")
    options = parser.parse_args()
    command = compiler()
    if command is None and not options.fetch:
        print(f"There is no C compiler, so {INTERPRETED}. Install one, or the package ziglang, and run make kernel.")
        return 0
    started = time.monotonic()
    try:
        if command is None:
            print("Compiling the inspection kernel: there is no C compiler, so one is fetched, some 90 MB", flush=True)
            _build_with_a_fetched_compiler(built_folder())
        else:
            print(f"Compiling the inspection kernel with {command[0]}", flush=True)
            build(built_folder(), command)
    except subprocess.CalledProcessError as failure:
        said = failure.stderr.strip().splitlines()[-20:]
        print(f"The kernel could not be built, so {INTERPRETED}.", *said, sep="\n")
        return 1
    except OSError as failure:
        print(f"The kernel could not be built, so {INTERPRETED}: {failure}")
        return 1
    print(f"The kernel was built in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
