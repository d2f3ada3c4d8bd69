"""Retention, legal holds and erasure at work: hold beats retention beats erasure."""
