"""Reasoning of a streamed message that is being written."""


class OpenThought:
    """A block of reasoning that was told and may still be signed."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.told: list[str] = []
