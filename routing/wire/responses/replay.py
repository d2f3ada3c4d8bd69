"""A response that is kept, told again as the events of a stream: always the same ones, so that a reader can go on where it stopped."""

from typing import Any

from routing.wire.responses.open_items import Events
from routing.wire.values import objects

Item = dict[str, Any]

_WRITTEN = {
    "function_call": ("arguments", "response.function_call_arguments"),
    "custom_tool_call": ("input", "response.custom_tool_call_input"),
}


class Replay:
    """Events of one response, numbered from 0; those up to `after` are left out."""

    def __init__(self, after: int = -1) -> None:
        self._events = Events(after)
        self._told: set[str] = set()

    def state(self, response: Item) -> bytes:
        """That the response is queued or in progress, each said once, with the states that it has passed."""
        return self._states({**response, "output": []}, response["status"])

    def whole(self, response: Item) -> bytes:
        """Its output and its end."""
        begun = {**response, "status": "in_progress", "output": [], "usage": None, "error": None}
        written = [self._states(begun, "in_progress")]
        for index, item in enumerate(objects(response.get("output"))):
            self._item(index, item)
        status = response.get("status") or "completed"
        self._events.write(f"response.{status}", response=response)
        return b"".join((*written, self._events.written()))

    def _states(self, response: Item, status: str) -> bytes:
        for name, passed in (
            ("response.created", "queued"),
            ("response.queued", "queued"),
            ("response.in_progress", "in_progress"),
        ):
            if name not in self._told and (passed == "queued" or status != "queued"):
                self._told.add(name)
                self._events.write(name, response={**response, "status": passed})
        return self._events.written()

    def _item(self, index: int, item: Item) -> None:
        kind = str(item.get("type"))
        place = {"item_id": item.get("id"), "output_index": index}
        begun = {**item, "status": "in_progress"}
        if kind == "message":
            begun["content"] = []
        elif kind in _WRITTEN:
            begun[_WRITTEN[kind][0]] = ""
        self._events.write("response.output_item.added", output_index=index, item=begun)
        if kind == "message":
            for number, part in enumerate(objects(item.get("content"))):
                self._part({**place, "content_index": number}, part)
        elif kind in _WRITTEN:
            name, event = _WRITTEN[kind]
            self._events.write(f"{event}.delta", **place, delta=item.get(name))
            self._events.write(f"{event}.done", **place, name=item.get("name"), **{name: item.get(name)})
        self._events.write("response.output_item.done", output_index=index, item=item)

    def _part(self, place: Item, part: Item) -> None:
        name, event = (
            ("refusal", "response.refusal") if part.get("type") == "refusal" else ("text", "response.output_text")
        )
        logprobs = {"logprobs": part.get("logprobs") or []} if name == "text" else {}
        empty = {**part, name: "", **({"annotations": [], "logprobs": []} if name == "text" else {})}
        self._events.write("response.content_part.added", **place, part=empty)
        self._events.write(f"{event}.delta", **place, delta=part.get(name) or "", **logprobs)
        for number, annotation in enumerate(objects(part.get("annotations"))):
            self._events.write(
                "response.output_text.annotation.added", **place, annotation_index=number, annotation=annotation
            )
        self._events.write(f"{event}.done", **place, **{name: part.get(name) or ""}, **logprobs)
        self._events.write("response.content_part.done", **place, part=part)
