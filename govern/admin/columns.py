"""Columns of a list: what they are called, how they are set, and what they sort by."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.functional import Promise

F = TypeVar("F", bound=Callable[..., Any])


def column(title: str | Promise, *, css: str = "", order: str | None = None) -> Callable[[F], F]:
    """Marks a method of an admin as a column. `css` is for its cells (`right num`), `order` the field that it sorts by."""

    def mark(method: F) -> F:
        marks: Any = method
        marks.short_description = title
        marks.column_css = css
        if order:
            marks.admin_order_field = order
        return method

    return mark
