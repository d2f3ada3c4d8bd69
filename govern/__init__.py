"""Govern: who may use which model for what, and the proof of it."""

VERSION = "0.2.0.dev0"
"""As `pyproject.toml` has it; on `/healthz`, at the foot of the admin and on every record of a call."""
