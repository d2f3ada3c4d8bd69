"""What an agent's program puts into its user's own turn, and which sounds like orders there.

Lines around the turn are read as blanks, and nothing else of it is. Turns that the program writes itself are known by how they begin:
they are flagged as late as other texts of an application, and rules that only show talk about how to work do not count in them, nor
where their end is read together with what follows. In what tools and documents say none of this holds: there, "new task" is an order from
somebody else. Whole sentences that Claude Code always writes alike are read as blanks wherever they stand, since it puts reminders into results of
tools too: nobody can choose a word of them.
"""

from __future__ import annotations

import re

_WRITTEN_BY_PROGRAMS = (
    "<system-reminder>",
    "<environment_context>",
    "# AGENTS.md instructions",
    "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.",
    "Your task is to create a detailed summary of ",
    "You are a senior security engineer conducting a focused security review of the changes on this branch.",
    "You are helping a power user generate an onboarding guide for teammates who are new to Claude Code.",
    "Base directory for this skill: ",
    "Summarize what was done in this conversation. Write like a pull request description.",
    "Provide a detailed prompt for continuing our conversation",
    "This session is being continued from a previous conversation",
)
_SENTENCES = (
    "Available agent types for the Agent tool:",
    "New agent types are now available for the Agent tool:",
    "Task completed. Call TaskList now to find your next available task or see if your work unblocked others.",
    "REMINDER: You MUST include the sources above in your response to the user using markdown hyperlinks.",
    "**Before proceeding with any new planning, you should:**",
    "This summary will be placed at the start of a continuing session; newer messages that build on this context will follow",
)
_NO_TOOLS = re.compile(
    r"\bignore (?:any|all) (?:previous|earlier) instructions to (?:call|use) (?:any )?tools\b", re.IGNORECASE
)
"""What a request for a summary takes back, and no more: the next answer is text."""
_TASK = "New task:\n"
"""How smolagents begins the first turn. Nothing stands before it that it could take back."""
_CONTEXT = re.compile(r"^--- End of Context from: [^\n]{1,200} ---$", re.MULTILINE)
"""How gemini-cli ends each file of instructions that it puts before a conversation."""


def by_a_program(role: str, text: str) -> bool:
    """Whether a text begins as those do that agents' programs write in the place of their user."""
    return role == "user" and text.startswith(_WRITTEN_BY_PROGRAMS)


def as_judged(role: str, text: str) -> str:
    """A text without those lines and sentences, every other character where it was."""
    for sentence in _SENTENCES:
        if sentence in text:
            text = text.replace(sentence, " " * len(sentence))
    return _own_turn(text) if role == "user" else text


def _own_turn(text: str) -> str:
    if text.startswith(_WRITTEN_BY_PROGRAMS):
        text = _NO_TOOLS.sub(lambda words: " " * len(words[0]), text)
    if text.startswith(_TASK):
        text = " " * (len(_TASK) - 1) + text[len(_TASK) - 1 :]
    if "--- End of Context from: " in text:
        text = _CONTEXT.sub(lambda line: " " * len(line[0]), text)
    return text
