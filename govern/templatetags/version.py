"""Which version of Govern this is."""

from django import template

from govern import VERSION

register = template.Library()


@register.simple_tag
def govern_version() -> str:
    """As `/healthz` has it."""
    return VERSION
