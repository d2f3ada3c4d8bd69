"""Guard policies of files, for commands that look at texts without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import CommandError

from govern.changes.document import DocumentInvalid, read_document
from govern.enforcement import Enforcement, GuardPolicyBody, PolicyInvalid, compile_enforcement


def read_policy(path: Path) -> GuardPolicyBody:
    """The body of a guard policy as JSON or YAML. Raises `CommandError`."""
    try:
        return msgspec.convert(read_document(path).value, GuardPolicyBody)
    except DocumentInvalid as fault:
        raise CommandError(str(fault)) from None
    except msgspec.ValidationError as fault:
        raise CommandError(f"{path}: {fault}") from None


def compiled(body: GuardPolicyBody) -> Enforcement:
    """What inspects by it, ready for the first text. Raises `CommandError`."""
    try:
        enforcement = compile_enforcement([(body.name, body)], compile_condition=_no_conditions)
        enforcement.warm_up()
    except PolicyInvalid as fault:
        raise CommandError(str(fault)) from None
    return enforcement


def _no_conditions(expression: str) -> Any:
    raise ValueError("a rule needs the facts of a call, which a text in a file has not")
