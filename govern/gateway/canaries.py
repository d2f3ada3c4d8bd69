"""A word in the system prompt that nobody else has: an answer that holds it has let the prompt out."""

import hashlib
from collections.abc import Mapping

from govern.enforcement.guards.leak import canaries_in, canary_of
from govern.gateway.call import Call


def with_canary(key: bytes, call: Call, replacements: Mapping[str, str]) -> Mapping[str, str]:
    """What has to stand in the request instead, by location, with a canary at the end of its system prompt where a policy hides one.

    The word is the same for the same prompt of the same application, so that what a provider has cached of the prompt is found again.
    """
    if not call.application.enforcement.hides_canary:
        return replacements
    last = next((s for s in reversed(call.surfaces) if s.role == "system" and s.text.strip()), None)
    if last is None or canaries_in(
        call.system_prompt or ""
    ):  # none to hide it in, or a conversation that has it already
        return replacements
    prompt = f"{call.application.name}\n{call.system_prompt}".encode("utf-8", "replace")
    canary = canary_of(hashlib.blake2b(prompt, key=key[:64], digest_size=8).digest())
    call.system_prompt = f"{call.system_prompt}\n{canary}"
    return {**replacements, last.location: f"{replacements.get(last.location, last.text)}\n\n{canary}"}
