"""The admin's pages over the trail and its violations."""

from audit.admin.calls import TrailAdmin
from audit.admin.integrity import CheckpointAdmin
from audit.admin.violations import ViolationAdmin

__all__ = ["CheckpointAdmin", "TrailAdmin", "ViolationAdmin"]
