"""GOVERN_HOME: the one folder that holds data, secrets, logs and the sockets of an installation."""

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from govern.parts.problem import Problem, storage_problem
from govern.parts.secrets import given_secret, kept_secret

PROJECT = Path(__file__).resolve().parents[2]

# sun_path holds 108 bytes including the closing NUL (unix(7)). The longest name in a socket folder is PostgreSQL's.
SOCKET_PATH_LIMIT_BYTES = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Home:
    """The folders of one installation. Paths are absolute, without symbolic links: every process derives the same."""

    path: Path

    @classmethod
    def current(cls) -> "Home":
        """The home that GOVERN_HOME names; `.govern` beside manage.py by default."""
        named = os.environ.get("GOVERN_HOME")
        return cls(Path(named).expanduser().resolve() if named else PROJECT / ".govern")

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def run(self) -> Path:
        """Locks, process ids and what the running parts tell each other."""
        return self.path / "run"

    def sockets(self, part: str) -> Path:
        """The private folder of `part`'s Unix socket: below `run`, or below /tmp when that path would be too long.

        Derived from the path of the home alone: a client needs no running server to know the address.
        """
        folder = self.run / part
        if len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES:
            return folder
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path("/tmp") / f"govern-{digest}-{part}"  # noqa: S108 (`private_folder` checks that it is ours)

    def secret(self, name: str) -> str:
        """The secret `name` (GOVERN_MASTER_KEY, …): from the environment if given there, else kept in this home."""
        return given_secret(name) or self._kept(name)

    def _kept(self, name: str) -> str:
        self.prepare()
        return kept_secret(self.path / "secrets" / re.sub(r"^GOVERN_", "", name).lower())

    def prepare(self) -> None:
        """Create the folders of this home that are not there yet. Raises `Problem` if that cannot be done."""
        try:
            for folder in (self.path, self.run, self.logs, self.path / "secrets"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise storage_problem(error, self.path) from error


def private_folder(path: Path, owner: int) -> Path:
    """Create `path` with mode 0700 for the user id `owner`, or check that it is just that.

    A folder below /tmp could have been put there by someone else, to read what is sent to the socket in it: `Problem`
    is raised then.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and found.st_uid != owner:
            os.chown(path, owner, -1)
            found = path.lstat()
    except OSError as error:
        raise storage_problem(error, path) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) & 0o077:
        raise Problem(f"{path} belongs to someone else or is open to others: remove it, then start again.")
    return path
