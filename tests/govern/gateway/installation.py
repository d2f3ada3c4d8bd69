"""An installation for the gateway's tests: two applications, a simulated provider, and models named for what they do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import yaml
from asgiref.sync import sync_to_async
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.genesis import bootstrap_installation

T = TypeVar("T")
RISK_ENGINE = "gk-test-risk-engine-0123456789"
HELPDESK = "gk-test-helpdesk-0123456789abc"
PRICES = {"input": "0.001", "output": "0.002"}
MODELS = {
    "echo": "echo",
    "leaky": "say:Write to jane.doe@example.com today.",
    "spilling": "say:The key is AKIAQ7WZ4NTR2LKD8MXB, keep it.",
    "broken": "fail:500",
    "refusing": "fail:400",
    "slow": "slow:30",
    "silent": "silent",
    "cut": "cut",
    "drip": "drip",
    "long": "say:" + "abc " * 40,
}
"""Catalogue name → what the simulator is asked for."""


def document(provider_url: str, **changes: Any) -> dict[str, Any]:
    """A bootstrap file as plain values; `changes` replaces whole sections."""
    names = [*MODELS, "unreachable"]
    values = {
        "teams": [{"name": "payments", "tags": ["finance"]}, {"name": "support"}],
        "applications": [
            {"name": "risk-engine", "team": "payments", "keys": [{"name": "main", "secret": RISK_ENGINE}]},
            {"name": "helpdesk", "team": "support", "keys": [{"name": "main", "secret": HELPDESK}]},
        ],
        "providers": [
            {"name": "simulated", "kind": "openai_compatible", "base_url": provider_url, "region": "eu"},
            {"name": "nowhere", "kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"},
        ],
        "models": [{"name": name, "max_output_tokens": 100, "usd_per_1k": PRICES} for name in names],
        "deployments": [
            *(
                {"model": name, "provider": "simulated", "upstream_model": upstream, "allow_private_address": True}
                for name, upstream in MODELS.items()
            ),
            {"model": "unreachable", "provider": "nowhere", "upstream_model": "x", "allow_private_address": True},
        ],
        "routing_policies": [
            {
                "name": "default",
                "rules": [
                    {
                        "name": "resilient",
                        "when": 'metadata.case == "fallback"',
                        "candidates": ["unreachable"],
                        "fallbacks": ["echo"],
                    },
                    {"name": "rest", "candidates": ["echo"]},
                ],
            }
        ],
        "guard_policies": [
            {
                "name": "baseline",
                "guards": [
                    {"guard": "prompt_injection", "on": ["input"], "block_at": 0.9, "flag_at": 0.5},
                    {"guard": "pii", "on": ["output"], "types": ["email"], "action": "redact"},
                    {"guard": "secrets", "on": ["input", "output"], "action": "block"},
                ],
            }
        ],
        **changes,
    }
    served = {deployment["provider"] for deployment in values["deployments"]}
    values["providers"] = [one for one in values["providers"] if one["name"] != "nowhere" or "nowhere" in served]
    return values


def install(folder: Path, values: dict[str, Any]) -> None:
    """Bootstraps the test's database from a document."""
    path = folder / "bootstrap.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    bootstrap_installation(bootstrap=read_bootstrap(path))


def conninfo() -> str:
    """Where the test's database is, for connections beside Django's."""
    there = connection.settings_dict
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return make_conninfo(**{word: str(there[name]) for word, name in words.items() if there[name]})


async def with_orm(work: Callable[[], T]) -> T:
    """Runs a service of Django's side in a thread, and leaves no connection behind."""

    def run() -> T:
        try:
            return work()
        finally:
            connection.close()

    return await sync_to_async(run)()


async def rows(sql: str, *parameters: Any) -> list[dict[str, Any]]:
    """What a query gives, from a connection of its own."""
    async with await psycopg.AsyncConnection.connect(conninfo(), row_factory=dict_row, autocommit=True) as opened:
        cursor = await opened.execute(sql, parameters)
        return await cursor.fetchall()


async def trail() -> list[dict[str, Any]]:
    """The events of calls, oldest first."""
    return await rows("SELECT * FROM audit_event WHERE type LIKE 'call.%%' ORDER BY seq")
