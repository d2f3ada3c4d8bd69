"""Items of a streamed response that are being written."""

from typing import Any

import msgspec

from routing.calls import NativePart, RedactedThinkingPart, ThinkingPart
from routing.wire.responses.write_answers import (
    Item,
    annotation,
    message_item,
    reasoning_item,
    refusal_part,
    text_part,
)


class Events:
    """Numbered events that wait to be sent; those up to number `after` never are."""

    def __init__(self, after: int = -1) -> None:
        self._after = after
        self._waiting: list[bytes] = []
        self._number = 0

    def write(self, kind: str, **fields: Any) -> None:
        """Adds an event."""
        if self._number <= self._after:
            self._number += 1
            return
        data = msgspec.json.encode({"type": kind, "sequence_number": self._number, **fields})
        self._number += 1
        self._waiting.append(b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n")

    def written(self) -> bytes:
        """The events since the last time."""
        events = b"".join(self._waiting)
        self._waiting.clear()
        return events


class OpenReasoning:
    """A reasoning item: stretches of text, each a part of its summary."""

    def __init__(self, events: Events, index: int, identity: str) -> None:
        self.index = index
        self.blocks: list[ThinkingPart | RedactedThinkingPart | NativePart] = []
        self._events = events
        self._id = identity
        self._parts: list[list[str]] = []
        self._part_open = False
        events.write("response.output_item.added", output_index=index, item=reasoning_item(identity, [], None))

    def think(self, thought: str) -> None:
        """More of the text."""
        if not self._part_open:
            self._part_open = True
            self._parts.append([])
            self._part_event("response.reasoning_summary_part.added", part={"type": "summary_text", "text": ""})
        self._parts[-1].append(thought)
        self._part_event("response.reasoning_summary_text.delta", delta=thought)

    def pause(self) -> None:
        """Ends a stretch of text: something else is said."""
        if self._part_open:
            self._part_open = False
            text = "".join(self._parts[-1])
            self._part_event("response.reasoning_summary_text.done", text=text)
            self._part_event("response.reasoning_summary_part.done", part={"type": "summary_text", "text": text})

    def is_signed(self) -> bool:
        """Whether the signed blocks so far hold all that was told."""
        signed = "".join(block.thinking for block in self.blocks if isinstance(block, ThinkingPart))
        return signed == "".join(piece for part in self._parts for piece in part)

    def close(self, encrypted: str | None) -> Item:
        """Ends the item."""
        self.pause()
        item = reasoning_item(self._id, ["".join(part) for part in self._parts], encrypted)
        self._events.write("response.output_item.done", output_index=self.index, item=item)
        return item

    def _part_event(self, kind: str, **fields: Any) -> None:
        place = {"item_id": self._id, "output_index": self.index, "summary_index": len(self._parts) - 1}
        self._events.write(kind, **place, **fields)


class OpenCall:
    """A tool call: its arguments, or the text of a custom tool. `item` is as it begins, whatever stands in it."""

    def __init__(self, events: Events, index: int, item: Item) -> None:
        self.index = index
        self._events = events
        self._item = item
        custom = item["type"] == "custom_tool_call"
        self._name = "input" if custom else "arguments"
        self._event = "custom_tool_call_input" if custom else "function_call_arguments"
        self._pieces: list[str] = []
        begun = {**item, "status": "in_progress", self._name: ""}
        events.write("response.output_item.added", output_index=index, item=begun)

    def write(self, piece: str) -> None:
        """More of them."""
        if piece:
            self._pieces.append(piece)
            self._call_event("delta", delta=piece)

    def close(self) -> Item:
        """Ends the item."""
        item = {**self._item, self._name: "".join(self._pieces)}
        self._call_event("done", name=item["name"], **{self._name: item[self._name]})
        self._events.write("response.output_item.done", output_index=self.index, item=item)
        return item

    def _call_event(self, kind: str, **fields: Any) -> None:
        place = {"item_id": self._item["id"], "output_index": self.index}
        self._events.write(f"response.{self._event}.{kind}", **place, **fields)


class OpenMessage:
    """A message item: text, and the words of a refusal, each a content part from its first piece on."""

    def __init__(self, events: Events, index: int, identity: str) -> None:
        self.index = index
        self._events = events
        self._id = identity
        self._pieces: dict[str, list[str]] = {}
        """Part → its pieces; the parts are numbered in this order."""
        self._annotations: list[Item] = []
        self._logprobs: list[Item] = []
        item = message_item(identity, [], "in_progress")
        events.write("response.output_item.added", output_index=index, item=item)

    def say(self, text: str, logprobs: list[Item]) -> None:
        """More of the text; none of it opens the part all the same, for what is said about it."""
        pieces = self._part("output_text", text_part("", [], []))
        self._logprobs += logprobs
        if text:
            pieces.append(text)
            self._part_event("output_text", "response.output_text.delta", delta=text, logprobs=logprobs)

    def cite(self, written: dict[str, Any]) -> None:
        """A citation of the text."""
        found = annotation(written)
        place = {"annotation_index": len(self._annotations), "annotation": found}
        self._annotations.append(found)
        self._part_event("output_text", "response.output_text.annotation.added", **place)

    def refuse(self, refusal: str) -> None:
        """More of a refusal."""
        self._part("refusal", refusal_part("")).append(refusal)
        self._part_event("refusal", "response.refusal.delta", delta=refusal)

    def close(self) -> Item:
        """Ends the item."""
        parts = []
        for kind, pieces in self._pieces.items():
            text = "".join(pieces)
            if kind == "refusal":
                part = refusal_part(text)
                self._part_event(kind, "response.refusal.done", refusal=text)
            else:
                part = text_part(text, self._annotations, self._logprobs)
                self._part_event(kind, "response.output_text.done", text=text, logprobs=self._logprobs)
            self._part_event(kind, "response.content_part.done", part=part)
            parts.append(part)
        item = message_item(self._id, parts)
        self._events.write("response.output_item.done", output_index=self.index, item=item)
        return item

    def _part(self, kind: str, empty: Item) -> list[str]:
        if kind not in self._pieces:
            self._pieces[kind] = []
            self._part_event(kind, "response.content_part.added", part=empty)
        return self._pieces[kind]

    def _part_event(self, kind: str, event: str, **fields: Any) -> None:
        content_index = list(self._pieces).index(kind)
        place = {"item_id": self._id, "output_index": self.index, "content_index": content_index}
        self._events.write(event, **place, **fields)
