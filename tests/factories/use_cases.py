"""Use cases of the register."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.changes import new_body


def use_case(**fields: Any) -> Any:
    """A use case that Amy answers for and Olive watches, to be reviewed in a year, with some fields otherwise."""
    given = {
        "name": "customer-replies",
        "purpose": "Drafts replies to customers; a person sends them.",
        "owner": "amy",
        "overseer": "olive",
        "eu_ai_act_class": "limited",
        "impact": "low",
        "complexity": "low",
        "reliance": "low",
        "data_classes": ["internal"],
        "retention_days": 400,
        "review_by": (timezone.now() + timedelta(days=365)).isoformat(),
        "disclosure": "A line under each reply.",
    }
    return new_body("use_case", **{**given, **fields})
