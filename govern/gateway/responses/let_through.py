"""What guards let through of a request in the Responses format, and so what of it can be read again."""

from typing import TYPE_CHECKING, Any

from routing.calls.surfaces.native_texts import with_texts
from routing.wire.responses.parts import KIND

if TYPE_CHECKING:
    from govern.gateway.call import Call

Item = dict[str, Any]


def let_through(call: "Call", tree: Item) -> Item | None:
    """The body of a call, with what guards put in the place of what they found; None where its own form cannot say that."""
    new = call.evidence.input_verdict.replacements if call.evidence.input_verdict is not None else {}
    replaced = {
        surface.text: new[surface.location]
        for surface in call.surfaces
        if new.get(surface.location, surface.text) != surface.text
    }
    return with_texts(KIND, tree, replaced) if replaced else tree
