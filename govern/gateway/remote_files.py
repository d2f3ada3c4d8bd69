"""Files at addresses that a caller wrote and that Govern fetches itself, for models that want their bytes.

They are fetched before the guards run, so that what they hold is inspected like everything else, and sent as they were fetched. The
request is inspected before that as well: an address can carry out what guards must hold back.
"""

from typing import TYPE_CHECKING

from govern.gateway.call import Call
from govern.gateway.inspection import examine_input, stop_if_blocked
from govern.gateway.refusals import Refusal
from routing.calls import ChatRequest, InvalidRequest, read_surfaces
from routing.wire.google.media import Remote, remote_media, with_remote_media

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_FETCHED_FOR = "google"


def may_need_files(call: Call, request: ChatRequest) -> bool:
    """Whether the request may name files that a provider on its route wants as bytes."""
    if request.texts_alone or call.route is None:
        return False
    return any(deployment.target.kind == _FETCHED_FOR for deployment in call.route.deployments)


async def with_remote_files(gateway: "Gateway", call: Call, request: ChatRequest) -> ChatRequest:
    """The request with such files inside. Raises a refusal."""
    try:
        if not (remote := remote_media(request)):
            return request
        await _approve(call, remote)
        request = await with_remote_media(gateway.client, request, remote, deadline=call.deadline)
    except* InvalidRequest as errors:
        error = _first(errors)
        raise Refusal("invalid_request", error.message, param=error.param) from None
    call.request = request
    call.surfaces, call.unscanned = read_surfaces(request)
    return request


async def _approve(call: Call, remote: list[Remote]) -> None:
    """Nothing is fetched for a request that guards block, nor from an address of which they would take a part away."""
    verdict = await examine_input(call)
    stop_if_blocked(call, verdict)
    for file in remote:
        if file.place in verdict.replacements:
            raise Refusal(
                verdict.code or "rule_blocked",
                f"`{file.place}` holds what policy redacts, so nothing was fetched. Send the file as a data URI.",
                param=file.place,
                guard=verdict.guard,
                rule=verdict.rule,
            )


def _first(errors: BaseExceptionGroup[InvalidRequest]) -> InvalidRequest:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, InvalidRequest)
    return error
