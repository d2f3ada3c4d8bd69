"""What an agent's program puts into its user's own turn, and which sounds like orders there.

Lines around the turn are read as blanks, and nothing else of it is. Turns that the program writes itself are known by how they begin:
they are flagged as late as other texts of an application, and rules that only show talk about how to work do not count in them, nor
where their end is read together with what follows. In what tools and documents say none of this holds: there, "new task" is an order from
somebody else.
"""

from __future__ import annotations

import re

_WRITTEN_BY_PROGRAMS = (
    "<system-reminder>",
    "<environment_context>",
    "# AGENTS.md instructions",
    "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.",
    "Your task is to create a detailed summary of the conversation",
    "Provide a detailed prompt for continuing our conversation",
    "This session is being continued from a previous conversation",
)
_TASK = "New task:\n"
"""How smolagents begins the first turn. Nothing stands before it that it could take back."""
_CONTEXT = re.compile(r"^--- End of Context from: [^\n]{1,200} ---$", re.MULTILINE)
"""How gemini-cli ends each file of instructions that it puts before a conversation."""


def by_a_program(role: str, text: str) -> bool:
    """Whether a text begins as those do that agents' programs write in the place of their user."""
    return role == "user" and text.startswith(_WRITTEN_BY_PROGRAMS)


def own_turn(text: str) -> str:
    """The turn without those lines, every character where it was."""
    if text.startswith(_TASK):
        text = " " * (len(_TASK) - 1) + text[len(_TASK) - 1 :]
    if "--- End of Context from: " in text:
        text = _CONTEXT.sub(lambda line: " " * len(line[0]), text)
    return text
