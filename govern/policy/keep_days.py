"""How long what was said is kept."""

from govern.policy.contents import Contents
from govern.policy.keeping import RetentionBody

WITHOUT_A_RULE = 400


def keep_days(contents: Contents, level: str) -> int:
    """For how many days a payload of a level can be read: the longest of the rules in force."""
    rules: list[RetentionBody] = [entry.body for entry in contents.get("retention", {}).values()]
    return max((rule.full_days if level == "full" else rule.redacted_days for rule in rules), default=WITHOUT_A_RULE)
