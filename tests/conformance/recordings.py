"""Recorded exchanges with providers: those in `../shared/recordings`, if it is there, and our own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / ".." / "shared" / "recordings"

KINDS = {
    "openai.chat": "openai_compatible",
    "openai.responses": "openai_responses",
    "anthropic.messages": "anthropic",
    "google.generate": "google",
}


class Exchange(NamedTuple):
    """One request and its answer."""

    id: str
    api: str
    host: str
    stream: bool
    status: int
    content_type: str
    request: dict[str, Any] | None
    response: str

    @property
    def kind(self) -> str:
        return KINDS[self.api]

    @property
    def good(self) -> bool:
        """Whether it is an answer: neither a refusal, nor a failure that a stream tells, nor two messages in one stream."""
        return self.status == 200 and not any(mark in self.response for mark in ("response.failed", "msg_second"))


def _read(path: Path) -> Iterator[Exchange]:
    for number, line in enumerate(path.read_bytes().splitlines()):
        entry = msgspec.json.decode(line)
        yield Exchange(
            f"{path.stem}:{number}:{entry['id']}",
            entry["api"],
            entry.get("host", ""),
            entry["stream"],
            entry["status"],
            entry["content_type"],
            entry.get("request"),
            entry["response"],
        )


def exchanges() -> list[Exchange]:
    """All of them, without embeddings."""
    paths = sorted((HERE / "exchanges").glob("*.jsonl")) + sorted(SHARED.glob("*.jsonl"))
    return [exchange for path in paths for exchange in _read(path) if exchange.api in KINDS]
