"""How a text stands in a body, and how another is put in its place."""

import base64
import re
from typing import Any, Literal

Form = Literal["text", "number", "names", "numbers", "uri", "base64"]
"""How a text stands in the body: as it is, as a number, as the names or the numbers of an object or list joined, or
encoded as a document in a data URI or in base64."""

_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def put_in_form(written: Any, form: Form, text: str) -> str:
    """A text as the one it stands for was `written`."""
    if form not in ("uri", "base64"):
        return text
    head, _, _ = written.rpartition(",")
    media_type = _CHARSET.sub("", _without_base64(head))
    data = base64.b64encode(text.encode("utf-8", "replace")).decode()
    return f"{media_type};base64,{data}" if head else data


def _without_base64(head: str) -> str:
    """The head of a data URI without the word that says how its data is written."""
    media_type, mark, last = head.rpartition(";")
    return media_type.rstrip() if mark and last.strip().lower() == "base64" else head
