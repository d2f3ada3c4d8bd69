"""How templates write amounts, badges and icons."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import AuditEvent
from audit.presentation import amounts, directory, outcomes, values, words
from audit.trail.actors import actor_label

register = template.Library()


def _of_numbers(say: Callable[[int], str]) -> Callable[[Any], str]:
    """Says a dash for what is no number: a row of the trail may hold anything."""

    def filter_(value: Any) -> str:
        return say(value) if type(value) is int and -(2**63) <= value < 2**63 else "–"

    return filter_


register.filter("usd", _of_numbers(amounts.usd))
register.filter("duration", _of_numbers(amounts.duration))
register.filter("count", _of_numbers(amounts.count))
register.filter("bytesize", _of_numbers(amounts.size))
register.filter("distance", amounts.distance)
register.filter("span", amounts.span)
register.filter("moment_text", amounts.moment)
register.filter("code_label", words.code_label)
register.filter("guard_label", words.guard_label)
register.filter("done_label", words.done_label)
register.filter("verdict_word", words.verdict_word)
register.filter("actor_label", actor_label)
register.filter("setting_label", values.setting_label)
register.filter("modality_label", values.modality_label)
register.filter("task_label", values.task_label)
register.filter("described_label", values.described_label)
register.filter("finish_label", values.finish_label)
register.filter("rule_label", values.rule_label)
register.filter("reason_label", values.reason_label)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of the icon font, silent for screen readers."""
    return format_html('<span class="material-symbols-outlined icon {}" aria-hidden="true">{}</span>', size, name)


@register.simple_tag
def badge(word: words.Word, quiet: bool = False) -> SafeString:
    """A word with its icon, in the colour of its tone."""
    return format_html(
        '<span class="badge {}{}">{}{}</span>',
        f"tone-{word.tone}",
        " quiet" if quiet else "",
        icon(word.icon),
        word.label,
    )


@register.simple_tag
def verdict(value: str | None) -> SafeString:
    """The badge of a call's verdict."""
    return badge(words.verdict_word(value))


@register.simple_tag
def outcome(event: AuditEvent, quiet: bool = False) -> SafeString:
    """The badge of how an event's call ended."""
    return badge(outcomes.outcome_word(outcomes.ended_of(event)), quiet)


@register.simple_tag
def severity(value: str) -> SafeString:
    """The badge of a severity."""
    return badge(words.SEVERITIES[value])


@register.simple_tag
def state(value: str) -> SafeString:
    """The badge of a case's state."""
    return badge(words.STATES[value], quiet=True)


@register.simple_tag
def moment(at: datetime | None, precise: bool = False) -> SafeString:
    """A time as evidence: with its date and its zone, wherever it stands. `precise` shows milliseconds; the whole appears on pointing."""
    if at is None:
        return SafeString("–")
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        local.strftime("%Y-%m-%d %H:%M:%S.%f %Z"),
        amounts.moment(at, precise=precise),
    )


@register.simple_tag
def when(at: datetime | None) -> SafeString:
    """How long ago or in how long, and the time itself, with date and zone."""
    if at is None:
        return SafeString("–")
    return format_html('<span class="ago">{}</span> {}', amounts.distance(at), moment(at))


@register.simple_tag
def linked(kind: str, name: Any) -> SafeString:
    """A name, linked to its page if somebody registered where pages of its kind are."""
    if name in (None, ""):
        return SafeString("–")
    address = directory.address_of(kind, str(name))
    return format_html('<a class="name" href="{}">{}</a>', address, name) if address else format_html("{}", name)
