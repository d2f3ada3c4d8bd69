"""What calls are about: the tasks that the classifier tells, those that only callers say, and which of them older names cover."""

TOLD = (
    "chat",
    "coding",
    "creative",
    "extraction",
    "factual",
    "financial_compliance",
    "math",
    "summarisation",
    "tool_use",
    "translation",
)
"""What the classifier tells, in the order of its columns."""
UNSURE = "general"
"""Where the classifier is not sure."""
TASKS = (*TOLD, "multimodal", UNSURE, "reasoning", "simple", "multi_agent", "real_time", "cost_sensitive")
"""Every task that a call may have. From `reasoning` on only a caller says them."""
COVERS: dict[str, tuple[str, ...]] = {
    "reasoning": ("math",),
    "simple": ("chat", "factual"),
    "general": ("creative", "extraction", "summarisation", "tool_use", "translation"),
}
"""Older and wider name → the tasks that it stands for, too, where a condition or a caller names it."""
EMBEDDINGS = "embeddings"
"""Of a call that is no conversation."""
