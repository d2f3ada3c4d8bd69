"""What a body says, in plain words: a sentence for each thing that it does."""

from collections.abc import Callable
from typing import Any

from govern.admin.sentences.catalogue import credential, deployment, model, provider
from govern.admin.sentences.exceptions import exemption, membership, stop
from govern.admin.sentences.guards import guard_policy
from govern.admin.sentences.organisation import application, approval_rule, budget, team
from govern.admin.sentences.routing import routing_policy
from govern.admin.sentences.sentence import Sentence

_TELLERS: dict[str, Callable[[Any], list[Sentence]]] = {
    "team": team,
    "application": application,
    "provider": provider,
    "provider_credential": credential,
    "catalog_model": model,
    "deployment": deployment,
    "routing_policy": routing_policy,
    "guard_policy": guard_policy,
    "budget": budget,
    "approval_rule": approval_rule,
    "exemption": exemption,
    "membership": membership,
    "stop": stop,
}


def tell(kind: str, body: Any) -> list[Sentence]:
    """The sentences of a body of a kind, in the active language."""
    return _TELLERS[kind](body)


__all__ = ["Sentence", "tell"]
