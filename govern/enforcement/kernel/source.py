"""What a built kernel is made from, and where it lies: its file's name says both, so that one built from something else is never taken."""

from __future__ import annotations

import hashlib
import os
import platform
import struct
import sys
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = ("workspace.c", "view.c", "reading.c", "scores.c")
FLAGS = ("-std=c11", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-ffp-contract=off")
"""No more than the first of its kind of processor has; a product and a sum stay two steps, as NumPy rounds them."""


def built_folder() -> Path:
    """``GOVERN_KERNEL``, or ``built`` beside the sources."""
    chosen = os.environ.get("GOVERN_KERNEL", "")
    return Path(chosen) if chosen and not is_off() else FOLDER / "built"


def is_off() -> bool:
    """Whether ``GOVERN_KERNEL`` asks for the interpreted path."""
    return os.environ.get("GOVERN_KERNEL", "").lower() == "off"


@cache
def source_key() -> str:
    """A digest of the sources, of how they are compiled, and of the kind of machine that they are compiled for."""
    machine = f"{sys.platform} {platform.machine()} {struct.calcsize('P')} {sys.byteorder} {' '.join(FLAGS)}"
    state = hashlib.sha256(machine.encode())
    for name in ("kernel.h", *SOURCES):
        state.update((FOLDER / name).read_bytes())
    return state.hexdigest()[:16]


def file_name(content: bytes) -> str:
    """The name of a library that holds these bytes: damage shows, too."""
    return f"inspection-{source_key()}-{hashlib.sha256(content).hexdigest()[:16]}.so"
