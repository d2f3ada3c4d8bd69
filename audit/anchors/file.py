"""A directory: one file a checkpoint, written whole or not at all, and never over another.

Of use where who owns the database cannot write: a volume of another machine, write-once storage.
"""

import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote

import msgspec

from audit.anchors.interface import MOST_NOTE_BYTES, AnchorDiffers, AnchorFailed, Evidence, Kept
from audit.anchors.options import BadAddress, Options

_NAME = re.compile(r"checkpoint-(\d{12,19})\.txt")
_OPEN = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def absolute_path(parts: SplitResult) -> str:
    """The path of `file:///…` and `git:///…`. Raises `BadAddress`."""
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("/") or path == "/" or "\0" in path or ".." in PurePosixPath(path).parts:
        raise BadAddress(f"a path on this machine is written {parts.scheme}:///path/to/it")
    return path


class FileAnchor(msgspec.Struct, frozen=True):
    """`file:///directory`"""

    directory: str

    @classmethod
    def at(cls, parts: SplitResult, _options: Options) -> "FileAnchor":
        return cls(absolute_path(parts))

    def publish(self, number: int, note: str) -> Evidence:
        name, content = f"checkpoint-{number:012}.txt", note.encode()
        with self._opened() as directory, _told():
            held = _read(directory, name)
            if held is None:
                _write(directory, name, content)
                held = _read(directory, name)
            if held != content:
                raise AnchorDiffers("The file %(name)s holds another checkpoint.", name=name)
        return {"file": name}

    def held(self, _kept: Iterable[Kept]) -> Iterator[str]:
        with self._opened() as directory, _told():
            for name in sorted(found for found in os.listdir(directory) if _NAME.fullmatch(found)):  # noqa: PTH208 (of a handle)
                content = _read(directory, name)
                if content is not None:
                    yield content.decode(errors="replace")

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Everything goes by this handle: what the path leads to later changes nothing."""
        try:
            directory = os.open(self.directory, os.O_DIRECTORY | _OPEN)
        except OSError as error:
            raise AnchorFailed(
                "The directory cannot be opened (%(error)s). It must exist, and be no symbolic link.",
                error=error.strerror,
            ) from None
        try:
            yield directory
        finally:
            os.close(directory)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AnchorFailed(
            "The directory cannot be used (%(error)s). Check its space and who may write there.", error=error.strerror
        ) from None


def _write(directory: int, name: str, content: bytes) -> None:
    """Under a name of its own first; a link then makes it appear whole, and fails where something stands already."""
    unfinished = f".{name}.{secrets.token_hex(8)}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN, 0o444, dir_fd=directory)
    try:
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.link(unfinished, name, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
    finally:
        os.unlink(unfinished, dir_fd=directory)
    os.fsync(directory)


def _read(directory: int, name: str) -> bytes | None:
    """None where there is no such file. Raises `AnchorFailed` for what is no plain file."""
    try:
        handle = os.open(name, os.O_RDONLY | _OPEN, dir_fd=directory)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise AnchorFailed("%(name)s is no plain file. Take it away.", name=name)
        return file.read(MOST_NOTE_BYTES + 1)
