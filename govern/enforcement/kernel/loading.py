"""Finds the built kernel and makes it callable, or says in one sentence why guards run interpreted."""

from __future__ import annotations

import ctypes
import logging
import threading
from functools import cache
from pathlib import Path
from typing import Any

from govern.enforcement.kernel.source import built_folder, file_name, is_off, source_key

_log = logging.getLogger(__name__)
_HEADS = 24
_LONG = 1 << 18
"""From so many characters on the memory that a text needed is given back."""

Text = tuple[bytes, int, int]
"""A text for the kernel: its bytes, how many characters it has, and how wide each is."""


class Workspace:
    """The kernel's memory of one thread. ``head`` is what its functions report."""

    def __init__(self, library: Library) -> None:
        self._close = library.close
        self.address = library.open() or 0
        if not self.address:
            raise MemoryError
        self.head = (ctypes.c_int64 * _HEADS).from_address(self.address)

    def __del__(self) -> None:
        if self.address:
            self._close(self.address)


class Library:
    """The functions of a loaded kernel. Share it between threads. They run without the interpreter lock."""

    def __init__(self, loaded: ctypes.CDLL) -> None:
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        self.view = _declared(loaded.govern_view, pointer, pointer, ctypes.c_char_p, number, number)
        self.survey = _declared(loaded.govern_survey, pointer, pointer, ctypes.c_char_p, number)
        self.read = _declared(loaded.govern_read, pointer, pointer, pointer, ctypes.c_char_p, number, number)
        self._trim = _declared(loaded.govern_trim, pointer, result=None)
        self.close = _declared(loaded.govern_close, pointer, result=None)
        self.open = _declared(loaded.govern_open, result=pointer)
        self.source: str = _declared(loaded.govern_source, result=ctypes.c_char_p)().decode()
        self._of_thread = threading.local()

    def workspace(self) -> Workspace:
        """That of this thread. What lies in it stays until the thread's next call."""
        try:
            found: Workspace = self._of_thread.workspace
        except AttributeError:
            found = self._of_thread.workspace = Workspace(self)
        return found

    def done(self, work: Workspace, size: int) -> None:
        """To be called when everything of a text of ``size`` characters has been taken out."""
        if size > _LONG:
            self._trim(work.address)


def _declared(function: Any, *arguments: type, result: type | None = ctypes.c_int64) -> Any:
    function.argtypes = arguments
    function.restype = result
    return function


def as_text(text: str) -> Text:
    """A text as the kernel takes it."""
    if text.isascii():
        return text.encode(), len(text), 1
    return text.encode("utf-32-le", "surrogatepass"), len(text), 4


@cache
def library() -> Library | None:
    """The kernel that was built from these sources for this machine. None, and one line in the log, where there is none."""
    if is_off():
        return None
    folder = built_folder()
    try:
        return load(folder)
    except Unusable as reason:
        _log.warning("The inspection kernel %s: guards run interpreted. Run make kernel.", reason)
        return None


class Unusable(Exception):
    """Why there is no kernel, to be read after "The inspection kernel"."""


def load(folder: Path) -> Library:
    """The kernel in a folder. Raises ``Unusable``."""
    there = sorted(folder.glob("inspection-*.so"))
    mine = [path for path in there if path.name.startswith(f"inspection-{source_key()}-")]
    if not mine:
        raise Unusable("was built from other sources or for another machine" if there else "has not been built")
    for path in mine:
        try:
            whole = file_name(path.read_bytes()) == path.name
            if whole and (found := Library(ctypes.CDLL(str(path.resolve())))).source == source_key():
                return found
        except (OSError, AttributeError) as fault:
            raise Unusable(f"cannot be loaded ({fault})") from None
    raise Unusable("is damaged")
