"""A Messages body as Anthropic takes it: the caller's own, without what it refuses of other providers' answers, and empty texts."""

from typing import Any

from routing.wire.call_ids import taken_id

Tree = dict[str, Any]

_THOUGHTS = ("thinking", "redacted_thinking")


def own_body(source: Tree) -> Tree | None:
    """The tree, the same object where nothing must change; None where a turn would be left empty.

    source: a body whose turns were read. What policy alone knows of `metadata` stays here.
    """
    turns = [_turn(turn) for turn in source["messages"]]
    changes: Tree = {}
    if any(turn is not as_sent for turn, as_sent in zip(turns, source["messages"], strict=True)):
        if any(turn["content"] == [] for turn in turns):
            return None
        changes["messages"] = turns
        if _goes_on_unsigned(turns):
            changes["thinking"] = None
    metadata = source.get("metadata")
    if metadata and metadata.keys() - {"user_id"}:
        changes["metadata"] = {"user_id": metadata["user_id"]} if "user_id" in metadata else None
    if not changes:
        return source
    tree = {**source, **changes}
    return {name: value for name, value in tree.items() if name not in changes or value is not None}


def _turn(turn: Tree) -> Tree:
    blocks = turn["content"]
    if type(blocks) is not list:
        return turn
    kept = [fit for block in blocks if (fit := _block(block)) is not None]
    same = len(kept) == len(blocks) and all(fit is block for fit, block in zip(kept, blocks, strict=True))
    return turn if same else {**turn, "content": kept}


def _block(block: Tree) -> Tree | None:
    """The block as Anthropic knows it; None for one that it refuses and nobody misses."""
    kind = block["type"]
    if kind == "text":
        return _with_own_citations(block) if block["text"].strip() else None
    if kind == "thinking":
        return block if block.get("signature") else None  # another provider's, which signs nothing
    if kind == "tool_use":
        if "extra_content" in block:
            block = {name: value for name, value in block.items() if name != "extra_content"}
        return _with_known_id(block, "id")
    return _with_known_id(block, "tool_use_id") if kind == "tool_result" else block


def _with_own_citations(block: Tree) -> Tree:
    """A text without the citations of another provider's search, which Anthropic could not have written."""
    citations = block.get("citations")
    if type(citations) is not list or all(map(_is_own, citations)):
        return block
    kept = [citation for citation in citations if _is_own(citation)]
    rest = {name: value for name, value in block.items() if name != "citations"}
    return {**rest, "citations": kept} if kept else rest


def _is_own(citation: Any) -> bool:
    return type(citation) is not dict or citation.get("encrypted_index") != ""


def _with_known_id(block: Tree, name: str) -> Tree:
    known = taken_id(block[name], "anthropic")
    return block if known == block[name] else {**block, name: known}


def _goes_on_unsigned(turns: list[Tree]) -> bool:
    """Whether the last answer called a tool without showing signed reasoning: Anthropic then refuses to reason on."""
    last = next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)
    if last is None or last is turns[-1] or type(last["content"]) is not list:
        return False
    called = any(block["type"] == "tool_use" for block in last["content"])
    return called and last["content"][0]["type"] not in _THOUGHTS
