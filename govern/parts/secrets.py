"""Secrets: from the environment, from a file that the environment names, or generated once and kept in GOVERN_HOME."""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from pathlib import Path

from govern.parts.problem import Problem, storage_problem


def given_secret(name: str) -> str | None:
    """The secret `name` from the variable NAME, or from the file that NAME_FILE names, without blanks and line breaks at its ends;
    None if neither is set.

    Raises `Problem` if the file cannot be read or both are set.
    """
    value = os.environ.get(name, "").strip() or None
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return value
    if value is not None:
        raise Problem(f"{name} and {name}_FILE are both set: unset one of them.")
    try:
        return Path(file).read_text().strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            f"{name}_FILE names {file}, which cannot be read ({error}): make it readable or set {name}."
        ) from error


def is_sendable(secret: str) -> bool:
    """Whether a secret can stand in a header: printable ASCII, so no line break, control character or pasted mark."""
    return secret.isascii() and secret.isprintable()


def given_key(name: str) -> str | None:
    """As `given_secret`, for a key that is sent in a header. Raises `Problem` also for one that cannot be."""
    secret = given_secret(name)
    if secret is not None and not is_sendable(secret):
        raise Problem(
            f"{name} (or {name}_FILE) holds a line break, a control character or a letter that no header can carry: "
            "set it to the key alone."
        )
    return secret


def kept_secret(path: Path) -> str:
    """The secret kept in `path`, generated (32 random bytes in base64) when the file is not there yet.

    Two processes that start at once get the same secret: the file appears complete, and the first to link it wins.
    """
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise storage_problem(error, path) from error
    candidate = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(base64.b64encode(secrets.token_bytes(32)).decode())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was first: its secret counts
                os.link(candidate, path)
        finally:
            candidate.unlink(missing_ok=True)
        return path.read_text()
    except OSError as error:
        raise storage_problem(error, path.parent) from error


def key_bytes(value: str, name: str) -> bytes:
    """The 32 bytes of the base64 key `value`. Raises `Problem` naming the variable `name` if it is anything else."""
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise Problem(f"{name} must be 32 bytes in base64: make one with `openssl rand -base64 32`.")
    return key
