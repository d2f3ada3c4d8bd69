"""What the measured installation has in force: everything on."""

from typing import Any

KEY = "gk-bench-everything-0123456789abcdef"
MODELS = {"instant": "", "distant": "/after/60", "paced": "/pace/2"}
"""Catalogue model → where its provider is found below the loopback provider's address."""
PRICES = {"input": "0.001", "output": "0.002"}


def document(provider_url: str, *, budgets: bool) -> dict[str, Any]:
    """A bootstrap file as plain values: a key, a routing policy, guards on input and output, and three budgets that block.

    `budgets` False leaves those out: only then does the audit mode `overlapped` differ from `write_ahead`, since a budget that blocks
    has to admit a call before it is sent.
    """
    return {
        "teams": [{"name": "payments", "tags": ["finance"]}],
        "applications": [
            {"name": "risk-engine", "team": "payments", "tags": ["finance"], "keys": [{"name": "main", "secret": KEY}]}
        ],
        "providers": [
            {"name": name, "kind": "openai_compatible", "base_url": f"{provider_url}{path}/v1", "region": "local"}
            for name, path in MODELS.items()
        ],
        "models": [
            {"name": name, "context_window": 32_768, "max_output_tokens": 1_024, "usd_per_1k": PRICES}
            for name in MODELS
        ],
        "deployments": [
            {"model": name, "provider": name, "upstream_model": "bench", "allow_private_address": True}
            for name in MODELS
        ],
        "routing_policies": [
            {
                "name": "default",
                "rules": [
                    {
                        "name": "long",
                        "when": "input_tokens > 16000",
                        "candidates": ["distant"],
                        "fallbacks": ["instant"],
                    },
                    {"name": "rest", "candidates": ["instant"], "fallbacks": ["distant"]},
                ],
            }
        ],
        "guard_policies": [
            {
                "name": "baseline",
                "guards": [
                    {"guard": "prompt_injection", "on": ["input"], "action": "block"},
                    {"guard": "pii", "on": ["input", "output"], "action": "redact"},
                    {"guard": "secrets", "on": ["input", "output"], "action": "block"},
                ],
            }
        ],
        "budgets": [
            {"name": "organisation", "period": "month", "limit_usd": "900000", "action": "block"},
            {
                "name": "payments",
                "scope": {"team": "payments"},
                "period": "month",
                "limit_usd": "900000",
                "action": "block",
            },
            {
                "name": "risk-engine",
                "scope": {"application": "risk-engine"},
                "period": "month",
                "limit_usd": "900000",
                "action": "block",
            },
        ]
        if budgets
        else [],
        "approval_rules": [
            {"kinds": ["*"], "risk": ["medium", "high", "critical"], "quorum": 2, "groups": ["approver"]}
        ],
    }
