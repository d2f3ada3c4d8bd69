"""What anchors hold, for verification: their checkpoints, and which of them could not be asked."""

from collections.abc import Iterator

import msgspec
from django.utils.translation import gettext as _

from audit.anchors.interface import AnchorDiffers, AnchorFailed, ConfiguredAnchor, Kept
from audit.models import AnchorDelivery
from audit.verification.published import Published


class AnchorReport(msgspec.Struct, kw_only=True):
    """What one anchor contributed.

    checkpoints: how many it holds.
    problem: why less counts than was delivered; empty if nothing is wrong.
    """

    name: str
    checkpoints: int = 0
    problem: str = ""


class AnchorForged(Exception):
    """What an anchor's evidence says is not what was delivered. The sentence names the anchor and the first such checkpoint."""


def read_holdings(anchor: ConfiguredAnchor, report: AnchorReport) -> Iterator[Published]:
    """The checkpoints that an anchor holds; `report` says afterwards what there was. Raises `AnchorForged`."""
    try:
        for note in anchor.anchor.held(_kept(anchor.name)):
            report.checkpoints += 1
            yield Published(note, anchor.name)
    except AnchorDiffers as error:
        raise AnchorForged(f"{anchor.name}: {_(error.template) % error.facts}") from None
    except AnchorFailed as error:
        report.problem = _(error.template) % error.facts
        return
    delivered = AnchorDelivery.objects.delivered().filter(anchor=anchor.name).count()
    if report.checkpoints < delivered:
        report.problem = _("It holds %(held)s of the %(delivered)s checkpoints that were delivered to it.") % {
            "held": report.checkpoints,
            "delivered": delivered,
        }


def _kept(name: str) -> Iterator[Kept]:
    deliveries = AnchorDelivery.objects.filter(anchor=name).exclude(note="").order_by("checkpoint_id")
    for number, note, evidence in deliveries.values_list("checkpoint_id", "note", "evidence").iterator():
        yield Kept(number, note, evidence if isinstance(evidence, dict) else {})
