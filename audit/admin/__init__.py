"""The admin's pages over the trail and its violations."""

from audit.admin.calls import TrailAdmin
from audit.admin.violations import ViolationAdmin

__all__ = ["TrailAdmin", "ViolationAdmin"]
