"""Governance over REST: what is in force, and proposing, discussing and approving changes of it."""
