"""Every guard by the body that asks for it. A new guard is one file named for it, and its body in ``enforcement.bodies``."""

from __future__ import annotations

from importlib import import_module
from typing import get_args

from govern.enforcement import bodies
from govern.enforcement.guards.guard import Guard

GUARDS: dict[type[bodies.GuardBody], Guard] = {
    body: import_module(f"govern.enforcement.guards.{body.__struct_config__.tag}").GUARD
    for body in get_args(bodies.Guard)
}

BY_SORT: dict[str, Guard] = {guard.sort: guard for guard in GUARDS.values()}
"""By the name that policies and findings give it."""
