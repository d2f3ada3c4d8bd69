"""What is agreed with a provider: facts that people look up and renew. Routing acts on none of them."""

from typing import Annotated

import msgspec

from routing.bodies import Body, Day

Line = Annotated[str, msgspec.Meta(max_length=500)]


class Contract(Body, kw_only=True, frozen=True):
    """The contract with a provider, as far as somebody has written it down."""

    agreement: Line = ""
    """Where the data processing agreement is found."""
    agreed_on: Day = ""
    zero_retention: bool = False
    """Whether the provider has promised to keep nothing of prompts and answers."""
    zero_retention_evidence: Line = ""
    """Where it has promised that."""
    regions: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...] = ()
    """Where it may process data by contract."""
    soc2_report_on: Day = ""
    """Day of its last SOC 2 report."""
    exit_plan: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    """What is done when the contract ends, or the provider."""
    ends_on: Day = ""
