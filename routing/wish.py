"""What a call asks for, as far as routing decides on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from routing.catalog import Model
from routing.sizes import Size
from routing.sizes.media import family_of

USUAL_OUTPUT_TOKENS = 500
"""What an answer is expected to have, to compare costs by; a caller's lower limit counts instead."""


def seed_of(call_id: bytes) -> int:
    """The seed of a call's draws: random bits of its identifier, so that who knows the call knows them."""
    return int.from_bytes(call_id[-6:], "big")


class Wish(NamedTuple):
    """What a call asks for."""

    model: str
    """A catalogue name, or `auto`."""
    modalities: tuple[str, ...]
    needs_tools: bool
    input_tokens: int
    sticky: Mapping[str, str]
    """Identity of the application, user and conversation, for canaries."""
    size: Size | None = None
    """None where the call itself is not known any more, only its estimate."""
    output_tokens: int = USUAL_OUTPUT_TOKENS
    """Expected of the answer."""
    seed: int = 0
    """Of whatever is drawn for the call."""
    chances: Callable[[Sequence[str]], Mapping[str, float]] | None = None
    """Gives each model's chance of a good answer to this call; None where nobody knows its text any more."""

    def tokens_for(self, model: Model) -> int:
        """About how many tokens would have to fit into the model's context at once."""
        return self.size.at_once(family_of(model.body.family or model.name)) if self.size else self.input_tokens
