"""Conditions in CEL, compiled once when a policy is written and evaluated on every call.

Unknown names and wrong types are refused when the rule is written. A condition that fails while it is evaluated raises
`ConditionFailed`; whoever asked decides what that means (guards: the policy's `on_error`; routes: the rule does not match and the
record says so). Evaluation is bounded by the engine's iteration budget.
"""

import difflib
import re
from collections.abc import Mapping
from functools import cache

from cel_expr_python import cel

from govern.policy.task_names import with_covered_tasks
from routing.saying import Saying

_T = cel.Type
NAMES = {
    "task": _T.STRING,
    "complexity": _T.DOUBLE,
    "model": _T.STRING,
    "stream": _T.BOOL,
    "input_tokens": _T.INT,
    "output_tokens": _T.INT,
    "modalities": _T.List(_T.STRING),
    "tools": _T.List(_T.STRING),
    "language": _T.STRING,
    "application": _T.STRING,
    "team": _T.STRING,
    "tags": _T.List(_T.STRING),
    "environment": _T.STRING,
    "data_class": _T.STRING,
    "region": _T.STRING,
    "hour": _T.INT,
    "weekday": _T.INT,
    "metadata": _T.Map(_T.STRING, _T.STRING),
    "verdicts": _T.List(_T.STRING),
    "end_user.id": _T.STRING,
    "end_user.verified": _T.BOOL,
    "end_user.groups": _T.List(_T.STRING),
    "end_user.claims": _T.Map(_T.STRING, _T.STRING),
}
"""What a condition may read. `hour` is 0–23 and `weekday` 1 (Monday) to 7, both in UTC.
`end_user.id` is what the caller says unless `end_user.verified`; groups and claims are empty unless it is."""

_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']+)' applied to '\(([^']*)\)'")
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): ([^\n]+)")
_IDENTIFIER = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|(end_user\s*\.\s*[a-z]+|[A-Za-z_]\w*)')


class ConditionInvalid(ValueError):
    """The text is no condition. column: from 1, 0 where it is the whole. reason: what is wrong there, and what may have been meant.
    said: all of it, with the text."""

    def __init__(self, text: str, column: int, reason: Saying, unknown: str = "") -> None:
        self.column, self.reason, self.unknown = column, reason, unknown
        self.said = (
            Saying("`%(text)s`, column %(column)d: %(reason)s", text=text, column=column, reason=reason)
            if column
            else Saying("`%(text)s` %(reason)s", text=text, reason=reason)
        )
        super().__init__(self.said)


class ConditionFailed(Exception):
    """The condition could not be evaluated for this call."""


class Condition:
    """A compiled condition: call it with the facts of a call."""

    __slots__ = ("_always", "_expression", "names", "text")

    def __init__(self, text: str, expression: cel.Expression) -> None:
        self.text = text
        self._expression = expression
        self._always = text.strip() == "true"
        self.names = frozenset(NAMES.keys() & {"".join(name.split()) for name in _IDENTIFIER.findall(text)})

    def __call__(self, facts: Mapping[str, object]) -> bool:
        """True or false for these facts. Raises `ConditionFailed`."""
        if self._always:
            return True
        try:
            value = self._expression.eval(data=facts).value()
        except Exception as error:
            raise ConditionFailed(self.text) from error
        if value is True or value is False:
            return bool(value)
        raise ConditionFailed(self.text)  # the engine reports a missing map key and the like as an error value


@cache
def _environment() -> cel.Env:
    return cel.NewEnv(variables=NAMES)


def compile_condition(text: str) -> Condition:
    """Compiles CEL. Raises `ConditionInvalid` with the place and a suggestion."""
    try:
        expression = _environment().compile(text)
    except Exception as error:
        raise _explained(text, str(error)) from None
    if expression.return_type() != _T.BOOL:
        given = str(expression.return_type().name())
        raise ConditionInvalid(text, 0, Saying("gives %(type)s, but a condition must be true or false.", type=given))
    widened = with_covered_tasks(text)
    if widened != text:
        expression = _environment().compile(widened)
    return Condition(text, expression)


def _explained(text: str, error: str) -> ConditionInvalid:
    place = _PLACE.search(error)
    column, reason = (int(place[2]), place[3].split("[INVALID")[0].strip()) if place else (1, error.splitlines()[0])
    if unknown := _UNDECLARED.search(reason):
        return ConditionInvalid(text, column, _unknown(unknown[1]), unknown[1])
    if overload := _OVERLOAD.search(reason):
        return ConditionInvalid(
            text,
            column,
            Saying(
                "`%(operator)s` cannot be used with %(types)s.", operator=overload[1].strip("_@"), types=overload[2]
            ),
        )
    if "Syntax error" in reason:
        return ConditionInvalid(
            text,
            column,
            Saying("Syntax error: %(said)s", said=reason.split(" expecting")[0].partition(": ")[2] or reason),
        )
    return ConditionInvalid(text, column, Saying("%(said)s", said=reason))


def _unknown(name: str) -> Saying:
    near = difflib.get_close_matches(name, NAMES, n=1)
    if near:
        return Saying("there is no name `%(name)s`. Did you mean `%(near)s`?", name=name, near=near[0])
    return Saying("there is no name `%(name)s`. Known names: %(names)s.", name=name, names=", ".join(sorted(NAMES)))
