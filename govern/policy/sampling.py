"""How many calls of an application are drawn each week for people to rate."""

from collections.abc import Iterable

from govern.enforcement.bodies import GuardPolicyBody
from govern.policy.scope import covers


def sampled_a_week(
    policies: Iterable[GuardPolicyBody], application: str, team: str, tags: tuple[str, ...]
) -> tuple[int, str]:
    """The most that a guard policy that covers the application asks for, and that policy's name; 0 for none."""
    asking = [(body.sampled_a_week, body.name) for body in policies if covers(body.scope, application, team, tags)]
    return max(asking, key=lambda asked: asked[0], default=(0, ""))
