"""Conditions written for the older, wider names of tasks hold for the tasks that those cover."""

import pytest

from govern.policy.conditions import compile_condition
from govern.policy.task_names import with_covered_tasks
from routing.tasks import COVERS, TASKS, TOLD


@pytest.mark.parametrize(
    ("condition", "task", "holds"),
    [
        ('task == "reasoning"', "math", True),
        ('task == "reasoning"', "reasoning", True),
        ('task == "reasoning"', "coding", False),
        ('"simple" == task', "chat", True),
        ("task == 'simple' && hour == 1", "factual", True),
        ('task != "general"', "translation", False),
        ('task != "general"', "coding", True),
        ('!(task == "general")', "summarisation", False),
        ('task in ["coding", "reasoning"]', "math", True),
        ("task in ['coding', 'x\\'y']", "math", False),
        ('task == "math"', "math", True),
        ('task == "math"', "reasoning", False),
        ('task == "coding"', "coding", True),
    ],
)
def test_a_wider_name_holds_for_what_it_covers(condition: str, task: str, holds: bool) -> None:
    assert compile_condition(condition)({"task": task, "hour": 1}) is holds


@pytest.mark.parametrize(
    "condition",
    [
        'metadata.task == "reasoning"',
        '"task == \\"reasoning\\"" == model',
        'model == "task" && team == "reasoning"',
        "true",
        'task == "financial_compliance"',
        'mytask == "simple"',
    ],
)
def test_nothing_else_is_changed(condition: str) -> None:
    assert with_covered_tasks(condition) == condition


def test_every_task_that_is_told_has_a_name_of_old() -> None:
    covered = {task for tasks in COVERS.values() for task in tasks}
    assert covered | {"coding", "financial_compliance"} == set(TOLD) - {"math"} | {"math"}
    assert set(TASKS) >= covered | COVERS.keys()
