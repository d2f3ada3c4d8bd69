"""Log lines are JSON and carry no prompt, key or password, whoever logs them."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from govern.settings.logs import logging_settings

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What has been logged, parsed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.config.dictConfig(logging_settings("INFO"))
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers = handlers
    root.setLevel(level)


def test_a_line_is_an_object(lines: Lines) -> None:
    structlog.get_logger("govern.example").info("started", port=8000)
    (line,) = lines()
    assert line["event"] == "started"
    assert line["port"] == 8000
    assert line["level"] == "info"
    assert line["logger"] == "govern.example"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["prompt", "messages", "authorization", "X-Api-Key", "password", "output"])
def test_confidential_values_are_withheld(lines: Lines, name: str) -> None:
    structlog.get_logger("govern.example").warning("failed", **{name: "hush"})
    logging.getLogger("library").warning("failed", extra={name: "hush"})
    for line in lines():
        assert line[name] == "[withheld]"


def test_the_request_of_a_django_record_is_dropped(lines: Lines) -> None:
    logging.getLogger("django.request").error("Internal Server Error: %s", "/", extra={"request": object()})
    (line,) = lines()
    assert "request" not in line
    assert line["event"] == "Internal Server Error: /"


def test_an_address_does_not_fill_a_line(lines: Lines) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/admin/" + "x" * 50_000)
    (line,) = lines()
    assert len(line["event"]) < 250
