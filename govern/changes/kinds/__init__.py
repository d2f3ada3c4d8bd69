"""Governed kinds, a file each: how it is weighed, what it refers to, whom it reaches."""

from importlib import import_module

from govern.changes.kinds.kind import Kind
from govern.models import GOVERNED

KINDS: dict[str, Kind] = {name: import_module(f"govern.changes.kinds.{name}").KIND for name in GOVERNED}
"""Name of the kind → the kind, in the order in which a revision may create objects of them."""

__all__ = ["KINDS", "Kind"]
