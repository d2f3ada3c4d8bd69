"""Background work: the Celery worker, and beat, which tells it what is due.

python -m govern.parts.background worker|beat
"""

import os
import sys

from govern.parts.home import Home

CELERY = [sys.executable, "-m", "celery", "--app", "govern.celery", "--quiet"]


def worker_program() -> list[str]:
    """The worker's command line. It works in threads: its work mostly waits, and a process takes 100 MB."""
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*CELERY, "worker", "--pool", "threads", "--concurrency", "4", *alone]


def beat_program(home: Home) -> list[str]:
    """The command line of beat. When each task was last due is kept in `home`."""
    return [*CELERY, "beat", "--schedule", str(home.run / "beat.schedule"), "--pidfile="]


def main() -> None:
    home = Home.current()
    home.prepare()
    program = beat_program(home) if sys.argv[1:] == ["beat"] else worker_program()
    os.execv(program[0], program)  # noqa: S606 (a fixed command line)


if __name__ == "__main__":
    main()
