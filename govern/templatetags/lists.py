"""How the list template reads a change list."""

from datetime import datetime
from typing import Any, NamedTuple

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page

from audit.templatetags.trail import moment

register = template.Library()


class Cell(NamedTuple):
    """One cell of a list."""

    label: str
    css: str
    value: Any
    address: str | None


@register.simple_tag
def headers(cl: ChangeList) -> list[dict[str, Any]]:
    """The headers of a list, each with how to sort by it."""
    columns = zip(result_headers(cl), cl.list_display, strict=False)
    return [
        {**header, "css": getattr(getattr(cl.model_admin, str(name), None), "column_css", "")}
        for header, name in columns
    ]


@register.simple_tag
def rows(cl: ChangeList) -> list[list[Cell]]:
    """The cells of a list, row by row; the first cell of a row leads to its page."""
    labels = [str(label_for_field(name, cl.model, cl.model_admin)) for name in cl.list_display]
    return [_row(cl, labels, found) for found in cl.result_list]


def _row(cl: ChangeList, labels: list[str], found: Any) -> list[Cell]:
    cells = []
    for position, (name, label) in enumerate(zip(cl.list_display, labels, strict=True)):
        method = getattr(cl.model_admin, str(name), None)
        value = method(found) if callable(method) else getattr(found, str(name))
        value = moment(value) if isinstance(value, datetime) else value
        address = cl.url_for_result(found) if position == 0 else None
        cells.append(Cell(label.capitalize(), getattr(method, "column_css", ""), value, address))
    return cells


@register.simple_tag
def page_of(cl: ChangeList) -> Page[Any]:
    """The page of a list that is shown."""
    return cl.paginator.page(cl.page_num)


@register.simple_tag
def page_query(cl: ChangeList, number: int) -> str:
    """The query that leads to a page of a list."""
    return cl.get_query_string({"p": number})
