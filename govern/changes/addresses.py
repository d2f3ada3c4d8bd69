"""Whether the addresses that proposed bodies mention may be called: said when they are proposed, not when the first call fails.

The same ranges are checked at each connection (`routing/client/addresses.py`), since a name may lead anywhere later.
"""

from collections.abc import Mapping
from typing import Any

from govern.changes.document import Document
from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.classifier import Classifier
from govern.policy.bodies import ApplicationBody
from govern.policy.compilation import EMBEDDED
from routing.bodies import DeploymentBody
from routing.client import fault_of_url
from routing.provider_body import ProviderBody
from routing.saying import Saying

Proposed = Mapping[tuple[str, str], tuple[str, Any]]
"""(kind, name) → (place, body; None if it is retired)."""


def check_addresses(document: Document, proposed: Proposed, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Reports every address that may not be called. bodies: kind → name → body, as they would be in force.

    A provider is judged if it, or a deployment of it, is proposed: a deployment says whether its address may be private.
    """
    deployments = [body for body in bodies["deployment"].values() if isinstance(body, DeploymentBody)]
    places = {name: place for (kind, name), (place, _) in proposed.items() if kind == "provider"}
    moved = {
        body.provider if isinstance(body, DeploymentBody) else name.rpartition("@")[2]
        for (kind, name), (_, body) in proposed.items()
        if kind == "deployment"
    }
    for name, body in bodies["provider"].items():
        if not isinstance(body, ProviderBody) or body.base_url == EMBEDDED:
            continue
        serving = [deployment for deployment in deployments if deployment.provider == name]
        if name in places or name in moved:
            _check(
                document,
                f"{places.get(name, f'provider/{name}')}.base_url",
                body.base_url,
                allow_private=any(deployment.allow_private_address for deployment in serving),
                cure=Saying("Allow a private address on a deployment of it if it is meant to be reached."),
            )
    for place, body in proposed.values():
        if isinstance(body, ApplicationBody) and body.end_users.issuer:
            # An organisation's own issuer is often inside.
            _check(document, f"{place}.end_users.issuer", body.end_users.issuer, allow_private=True, cure=None)
        if isinstance(body, GuardPolicyBody):
            for index, guard in enumerate(body.guards):
                if isinstance(guard, Classifier) and guard.url is not None:
                    _check(
                        document,
                        f"{place}.guards[{index}].url",
                        guard.url,
                        allow_private=guard.allow_private_address,
                        cure=Saying("Allow a private address on the guard if it is meant to be reached."),
                        query=True,
                    )


def _check(
    document: Document, place: str, url: str, *, allow_private: bool, cure: Saying | None, query: bool = False
) -> None:
    fault = fault_of_url(url, allow_private=allow_private, query=query)
    if fault is not None:
        document.report(
            place, Saying("%(fault)s %(cure)s", fault=fault, cure=cure) if fault.startswith("is not public") else fault
        )
