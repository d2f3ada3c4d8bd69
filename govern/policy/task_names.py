"""Conditions that name a task by an older, wider name also hold for the tasks that it covers (`routing.tasks.COVERS`).

`task == "reasoning"` was written when nothing told mathematics from other reasoning, and still holds for both.
"""

import re

from routing.tasks import COVERS

_TEXT = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_TOKEN = re.compile(
    rf"(?P<first>{_TEXT})\s*(?P<sign>==|!=)\s*task\b(?!\s*[.(\[])"
    rf"|(?<![\w.])task\s*(?P<behind>==|!=)\s*(?P<second>{_TEXT})"
    rf"|(?<![\w.])task\s+in\s*\[(?P<list>(?:\s*(?:{_TEXT})\s*,?)*)\]"
    rf"|{_TEXT}"
)


def with_covered_tasks(condition: str) -> str:
    """The condition, which must be valid CEL, with comparisons of `task` to a wider name made to hold for what it covers."""
    return _TOKEN.sub(_widened, condition)


def _widened(found: re.Match[str]) -> str:
    if found["list"] is not None:
        written = re.findall(_TEXT, found["list"])
        covered = [f'"{each}"' for text in written for each in COVERS.get(text[1:-1], ())]
        return f"task in [{', '.join([*written, *covered])}]" if covered else found[0]
    text, sign = (found["first"], found["sign"]) if found["first"] else (found["second"], found["behind"])
    if text is None or text[1:-1] not in COVERS:
        return found[0]
    names = ", ".join(f'"{each}"' for each in (text[1:-1], *COVERS[text[1:-1]]))
    return f"{'!' if sign == '!=' else ''}(task in [{names}])"
