"""The kill switch waits for nobody: whoever holds a lock that it needs is taken out of its way.

A session of the application that keeps others waiting for longer than a moment is ended by PostgreSQL, and what it had not committed is
rolled back. The application's role may end its own sessions and no others'.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

MOMENT_S = 0.25
_LOOK_EVERY_S = 0.1
_log = logging.getLogger("govern.changes")

_END_BLOCKERS = """
SELECT count(pg_terminate_backend(a.pid)), string_agg(DISTINCT a.application_name, ', ')
FROM unnest(pg_blocking_pids(%s)) AS blocking (pid) JOIN pg_stat_activity a ON a.pid = blocking.pid
WHERE a.usename = current_user AND a.pid <> pg_backend_pid()
"""


@contextmanager
def clear_way() -> Iterator[None]:
    """Ends the sessions of the application that keep this thread's connection waiting for more than a moment."""
    connection.ensure_connection()
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(connection.connection, done), name="clear way", daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


def _watch(ours: psycopg.Connection[object], done: threading.Event) -> None:
    if done.wait(MOMENT_S):
        return
    try:
        with psycopg.connect(ours.info.dsn, password=ours.info.password, autocommit=True, connect_timeout=2) as other:
            while not done.wait(_LOOK_EVERY_S):
                ended, names = other.execute(_END_BLOCKERS, [ours.info.backend_pid]).fetchone() or (0, "")
                if ended:
                    _log.warning("The kill switch ended %s sessions that held its locks (%s).", ended, names)
    except psycopg.Error as error:
        _log.error("Nobody watches that the kill switch is not kept waiting: %s", type(error).__name__)


def clear_way_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Clears the way of the whole request that stops traffic: its session and its person are rows that can be locked too."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path != reverse("admin:govern_stop_now"):
            return get_response(request)
        with clear_way():
            return get_response(request)

    return answer
