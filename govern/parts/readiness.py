"""Asking the web process whether calls are served, and telling the person at the terminal."""

import http.client
import json
import time
from collections.abc import Callable

PATIENCE_SECONDS = 30


def answers_http(host: str, port: int, path: str) -> bool:
    """Whether GET `path` is answered with 200."""
    return _get(host, port, path)[0] == 200


class Announcement:
    """Says once that calls are served; and until then, once, what is missing."""

    def __init__(self, host: str, port: int, url: str, say: Callable[[str], None]) -> None:
        self.host = host
        self.port = port
        self.url = url
        self.say = say
        self._since = time.monotonic()
        self._explained = False

    def made(self) -> bool:
        """Whether it has been said that calls are served. Call again until it returns True."""
        status, body = _get(self.host, self.port, "/readyz")
        if status == 200:
            self.say(f"Govern is ready at {self.url}")
            return True
        if not self._explained:
            self._explain(body)
        return False

    def _explain(self, body: bytes) -> None:
        if _is_empty_installation(body):
            self.say(f"Govern runs at {self.url}, with nothing in force yet: run `manage.py bootstrap FILE`.")
            self._explained = True
        elif time.monotonic() - self._since > PATIENCE_SECONDS:
            self.say(
                f"Govern runs at {self.url} but serves no calls yet: {body.decode(errors='replace') or 'no answer'}"
            )
            self._explained = True


def _is_empty_installation(body: bytes) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("trail") is True and said.get("revision", 0) is None


def _get(host: str, port: int, path: str) -> tuple[int, bytes]:
    """Status and body of the answer to GET `path`; 0 if there is none."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
