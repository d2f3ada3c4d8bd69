"""Logs: one JSON object a line on standard error, without prompts, answers, keys or passwords."""

from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

CONFIDENTIAL = frozenset(
    [
        "answer",
        "api_key",
        "apikey",
        "authorization",
        "body",
        "content",
        "cookie",
        "credential",
        "credentials",
        "key",
        "messages",
        "output",
        "password",
        "prompt",
        "request_body",
        "response_body",
        "secret",
        "set_cookie",
        "text",
        "token",
        "x_api_key",
        "x_goog_api_key",
    ]
)

LONGEST_EVENT = 200
"""Characters of a sentence. What a caller writes into an address does not fill the log."""


def withhold_confidential(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values that must never be in a log, whoever logged them, and cut what is long; a Django record carries its request, which
    is dropped.
    """
    event.pop("request", None)
    if len(str(event.get("event", ""))) > LONGEST_EVENT:
        event["event"] = f"{str(event['event'])[:LONGEST_EVENT]}…"
    for name in event:
        if name.lower().replace("-", "_") in CONFIDENTIAL:
            event[name] = "[withheld]"
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    withhold_confidential,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING: every logger, structlog's and the standard library's, through the same processors."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # The SDK logs whole bodies at DEBUG and addresses with query strings at INFO.
            "httpx": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            # Whoever comes under another name is told so; each with its stack would fill the log.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }
