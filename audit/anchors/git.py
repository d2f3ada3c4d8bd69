"""A git repository: a commit a checkpoint, on a branch that only grows, pushed where one is named.

The branch holds one file, `checkpoint`, so that a commit stays small however many there are; its history holds every checkpoint.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import SplitResult

import msgspec

from audit.anchors.file import absolute_path
from audit.anchors.interface import MOST_NOTE_BYTES, AnchorFailed, Evidence, Kept
from audit.anchors.options import BadAddress, Options

_FILE = "checkpoint"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_TIMEOUT_S = 30
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=10",
    "GIT_ALLOW_PROTOCOL": "file:https:ssh",
    "GIT_AUTHOR_NAME": "Govern",
    "GIT_AUTHOR_EMAIL": "govern@localhost",
    "GIT_COMMITTER_NAME": "Govern",
    "GIT_COMMITTER_EMAIL": "govern@localhost",
    "LC_ALL": "C",
}
"""Nobody is there to answer a question."""
_PASSED_ON = ("PATH", "HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
"""What git gets of our own environment, which holds secrets."""


class GitAnchor(msgspec.Struct, frozen=True):
    """`git:///repository?branch=checkpoints&push=origin`"""

    repository: str
    branch: str
    remote: str

    @classmethod
    def at(cls, parts: SplitResult, options: Options) -> "GitAnchor":
        branch, remote = options.word("branch", "checkpoints"), options.word("push")
        for name, word in (("branch", branch), ("push", remote)):
            if word and not _NAME.fullmatch(word):
                raise BadAddress(f"{name} is a plain name of letters, digits, _ and -")
        return cls(absolute_path(parts), branch or "checkpoints", remote)

    def publish(self, number: int, note: str) -> Evidence:
        ref, content = f"refs/heads/{self.branch}", note.encode()
        tip = self._tip(ref)
        if tip is None or self._git("cat-file", "blob", f"{tip}:{_FILE}") != content:
            blob = self._word("hash-object", "-w", "--stdin", given=content)
            tree = self._word("mktree", given=f"100644 blob {blob}\t{_FILE}\n".encode())
            parents = ("-p", tip) if tip else ()
            commit = self._word("commit-tree", tree, *parents, given=f"Checkpoint {number}\n".encode())
            self._git("update-ref", ref, commit, tip or "0" * len(commit))
            tip = commit
        if self._tip(ref) != tip or self._git("cat-file", "blob", f"{tip}:{_FILE}") != content:
            raise AnchorFailed("The commit is not in the branch. Does something else write there?")
        evidence = {"commit": tip, "branch": self.branch}
        if self.remote:
            self._git("push", "--quiet", self.remote, f"{tip}:{ref}")
            if self._word("ls-remote", self.remote, ref).partition("\t")[0] != tip:
                raise AnchorFailed("The remote %(name)s does not have the commit that was pushed.", name=self.remote)
            evidence["remote"] = self.remote
        return evidence

    def held(self, _kept: Iterable[Kept]) -> Iterator[str]:
        ref = f"refs/heads/{self.branch}"
        if self.remote:
            self._git("fetch", "--quiet", "--no-write-fetch-head", self.remote, f"+{ref}:refs/govern/fetched")
            ref = "refs/govern/fetched"
        if self._tip(ref) is None:
            return
        commits = self._git("rev-list", "--reverse", ref).split()
        for start in range(0, len(commits), 1_000):
            asked = b"".join(commit + f":{_FILE}\n".encode() for commit in commits[start : start + 1_000])
            yield from _contents(self._git("cat-file", "--batch", given=asked))

    def _tip(self, ref: str) -> str | None:
        found = self._word("for-each-ref", "--format=%(objectname)", ref)
        return found or None

    def _word(self, *arguments: str, given: bytes = b"") -> str:
        return self._git(*arguments, given=given).decode(errors="replace").strip()

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git prints. Raises `AnchorFailed`; git's own words stay out, since they may quote an address with a password."""
        try:
            done = subprocess.run(
                ["git", "-C", self.repository, *arguments],
                input=given,
                capture_output=True,
                timeout=_TIMEOUT_S,
                env=self._environment(),
                check=False,
            )
        except FileNotFoundError:
            raise AnchorFailed(
                "git is not installed on the worker's machine. Install it, or take this anchor away."
            ) from None
        except subprocess.TimeoutExpired:
            raise AnchorFailed(
                "git %(command)s took more than %(seconds)s seconds.", command=arguments[0], seconds=_TIMEOUT_S
            ) from None
        except OSError as error:
            raise AnchorFailed("git could not be run (%(error)s).", error=error.strerror) from None
        if done.returncode:
            raise AnchorFailed(
                "git %(command)s failed with status %(status)s. Run it by hand in the repository, as the "
                "worker's user; a missing one is made with git init --bare.",
                command=arguments[0],
                status=done.returncode,
            )
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """Git does not look for a repository above the one that is named."""
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {**passed_on, **_ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(Path(self.repository).parent)}


def _contents(batch: bytes) -> Iterator[str]:
    """The contents of `git cat-file --batch`: a line with name, type and size, the content, and a line's end."""
    place = 0
    while place < len(batch):
        line, _, _ = batch[place : place + 200].partition(b"\n")
        words = line.split(b" ")
        if len(words) != 3 or words[1] != b"blob" or int(words[2]) > MOST_NOTE_BYTES:
            raise AnchorFailed("A commit of the branch has no file %(name)s, or one that is no checkpoint.", name=_FILE)
        place += len(line) + 1
        yield batch[place : place + int(words[2])].decode(errors="replace")
        place += int(words[2]) + 1
