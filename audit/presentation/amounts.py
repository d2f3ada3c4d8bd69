"""Numbers as people read them: money, time and counts."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NANO = 1_000_000_000


def usd(nano_usd: int | None) -> str:
    """Nano-dollars as dollars: two decimals from one dollar on, four below, and for less than that as many as show two digits."""
    if nano_usd is None:
        return "–"
    sign, amount = "-" if nano_usd < 0 else "", abs(nano_usd)
    if amount == 0 or amount >= _NANO:
        decimals = 2
    elif amount >= _NANO // 10_000:
        decimals = 4
    else:
        decimals = min(9, 9 - len(str(amount)) + 2)
    return f"{sign}${number_format(Decimal(amount) / _NANO, decimals, use_l10n=True, force_grouping=True)}"


def duration(microseconds: int | None) -> str:
    """Microseconds in the unit that suits them."""
    if microseconds is None:
        return "–"
    if microseconds < 1_000:
        return f"{microseconds} µs"
    if microseconds < 10_000:
        return f"{microseconds / 1_000:.1f} ms"
    if microseconds < 1_000_000:
        return f"{microseconds / 1_000:.0f} ms"
    return f"{microseconds / 1_000_000:.1f} s"


def count(number: int) -> str:
    """A whole number with its thousands apart."""
    return number_format(number, force_grouping=True)


def share(part: int, whole: int) -> str:
    """A part in percent of the whole."""
    if not whole:
        return "0%"
    percent = 100 * part / whole
    return f"{percent:.1f}%" if 0 < percent < 10 else f"{percent:.0f}%"


def span(length: timedelta) -> str:
    """A length of time in its largest unit."""
    seconds = round(abs(length.total_seconds()))
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 3_600:
        return ngettext("%(n)d minute", "%(n)d minutes", round(seconds / 60)) % {"n": round(seconds / 60)}
    if seconds < 2 * 86_400:
        return ngettext("%(n)d hour", "%(n)d hours", round(seconds / 3_600)) % {"n": round(seconds / 3_600)}
    return ngettext("%(n)d day", "%(n)d days", round(seconds / 86_400)) % {"n": round(seconds / 86_400)}


def moment(at: datetime, *, precise: bool = False) -> str:
    """A time with its date and zone, to the second; `precise` to the millisecond."""
    local = timezone.localtime(at)
    fraction = f".{local.microsecond // 1_000:03d}" if precise else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{fraction} {local:%Z}"


def distance(at: datetime) -> str:
    """How long ago, or in how long."""
    away = at - timezone.now()
    if abs(away.total_seconds()) < 5:
        return _("just now")
    return (_("in %(span)s") if away > timedelta() else _("%(span)s ago")) % {"span": span(away)}


def size(number: int) -> str:
    """Bytes in the unit that suits them."""
    if number < 1_024:
        return _("%(n)d bytes") % {"n": number}
    if number < 1 << 20:
        return f"{number / 1_024:.1f} KiB"
    return f"{number / (1 << 20):.1f} MiB"
