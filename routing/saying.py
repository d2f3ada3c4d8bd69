"""A sentence that is made in English, where it is found, and may be said in another language where it is shown."""

from collections.abc import Mapping
from typing import Any, Self


class Saying(str):
    """The sentence in English. It remembers its template, with `%(name)s` for values, and the values, which may be sayings too."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        said = super().__new__(cls, template % values if values else template)
        said.template, said.values = template, values
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.template, dict(self.values))


def _again(template: str, values: dict[str, Any]) -> Saying:
    return Saying(template, **values)
