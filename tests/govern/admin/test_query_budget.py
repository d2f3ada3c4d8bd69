"""How many queries each page asks: committed beside this file, the same at few rows and at many."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govern.models import ApiKey, Application
from tests.factories.calls import INJECTION, record_call
from tests.factories.changes import new_body, propose, submit
from tests.factories.violations import open_case
from tests.govern.admin.pages import MODELS, list_of

FILE = Path(__file__).with_name("query_budget.json")
BUDGET: dict[str, int] = json.loads(FILE.read_text())
ADDRESSES = {
    "access_review": "admin:govern_person_access_review",
    "security": "mfa_index",
    "home": "admin:index",
    "activity": "admin:audit_auditevent_activity",
    "rejected": "admin:audit_auditevent_rejected",
    "evidence": "admin:audit_auditevent_evidence",
    "try": "admin:govern_guardpolicy_try",
}


def address(name: str) -> str:
    if name in ADDRESSES:
        return reverse(ADDRESSES[name])
    return next(list_of(model) for model in MODELS if model._meta.label_lower == name)


def queries(client: Client, name: str) -> list[str]:
    client.get(address(name))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address(name)).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def add_many() -> None:
    """Ten times as many rows of what grows."""
    for number in range(40):
        record_call(input=INJECTION, code="prompt_injection", message="No.")
        open_case(rule=f"rule {number}", count=number + 1)
    for number in range(6):
        body = new_body("budget", name=f"budget-{number}", limit_usd="10.00")
        submit(propose(f"Budget {number}", "It has none.", ("budget", body)))
    application = Application.objects.get(name="helpdesk")
    ApiKey.objects.bulk_create(
        ApiKey(
            application=application, name=f"key {number}", digest=f"{number:064}", prefix="gk-test", last_four="last"
        )
        for number in range(40)
    )


def test_every_list_has_a_budget() -> None:
    assert set(BUDGET) == {*ADDRESSES, *(model._meta.label_lower for model in MODELS)}


@pytest.mark.parametrize("name", [*ADDRESSES, *(model._meta.label_lower for model in MODELS)])
def test_a_page_asks_as_many_queries_as_its_budget_however_many_rows(
    name: str, signed_in: Callable[[str], Client], day: None
) -> None:
    olive = signed_in("olive")
    few = queries(olive, name)
    add_many()
    many = queries(olive, name)
    assert len(few) == len(many) == BUDGET[name], "\n".join(many)
