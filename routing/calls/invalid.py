"""Requests that cannot be read, each with a sentence that says what to send instead."""

import re

import msgspec

_ROLES = "system, developer, user, assistant, tool"
_PARTS = "text, image_url, input_audio, file, refusal, thinking, redacted_thinking, native"
_TYPE_NAMES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a string",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_EXPECTED = re.compile(
    r"^Expected `(?P<expected>[^`]+)`(?:, got `(?P<got>[^`]+)`| (?P<bound>(?:of length )?[<>=]+ [-\d.e]+))?"
)
_MISSING = re.compile(r"^Object missing required field `(?P<field>[^`]+)`")
_PATH = re.compile(r"- at `\$\.?(?P<path>[^`]*)`$")


class InvalidRequest(ValueError):
    """A request body that cannot be read. `message` never holds a value from the body; `param` is the path of the
    culprit.
    """

    def __init__(self, message: str, param: str | None = None):
        super().__init__(message)
        self.message = message
        self.param = param


def _words(types: str) -> str:
    return " or ".join(_TYPE_NAMES.get(name, name) for name in types.split(" | "))


def explain(error: msgspec.ValidationError) -> InvalidRequest:
    """The same error in words for the caller. Values are left out: a prompt must not travel in an error message."""
    text = str(error)
    where = _PATH.search(text)
    path = where["path"] if where else ""
    if missing := _MISSING.match(text):
        field = f"{path}.{missing['field']}" if path else missing["field"]
        return InvalidRequest(f"`{field}` is missing; add it.", field)
    if expected := _EXPECTED.match(text):
        name = f"`{path}`" if path else "The request body"
        if expected["bound"]:
            return InvalidRequest(f"{name} must be {_words(expected['expected'])} {expected['bound']}.", path or None)
        got = f", not {_words(expected['got'])}" if expected["got"] else ""
        return InvalidRequest(f"{name} must be {_words(expected['expected'])}{got}.", path or None)
    if path.endswith("role"):
        return InvalidRequest(f"`{path}` must be one of {_ROLES}.", path)
    if path.endswith(".type"):
        return InvalidRequest(f"`{path}` must be a content type that is known here: {_PARTS}.", path)
    return InvalidRequest(
        f"`{path}` has a value that is not allowed here." if path else "The body is not valid.", path or None
    )
