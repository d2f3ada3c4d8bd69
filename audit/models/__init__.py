from audit.models.anchor_delivery import AnchorDelivery
from audit.models.checkpoint import Checkpoint, TreeNode
from audit.models.dropped import DroppedMonth
from audit.models.event import AuditEvent
from audit.models.event_stream import EventStream
from audit.models.export import Export, ExportLink
from audit.models.instance import TrailInstance
from audit.models.payload import AuditPayload
from audit.models.regression_case import RegressionCase
from audit.models.sampling import SampledCall, SampleDraw
from audit.models.saved_view import SavedView
from audit.models.sighting import RecentSighting
from audit.models.unknown_key import UnknownKeyUse
from audit.models.verification_run import VerificationRun
from audit.models.violation import Severity, State, Violation, ViolationComment

__all__ = [
    "AnchorDelivery",
    "AuditEvent",
    "AuditPayload",
    "Checkpoint",
    "DroppedMonth",
    "EventStream",
    "Export",
    "ExportLink",
    "RecentSighting",
    "RegressionCase",
    "SampleDraw",
    "SampledCall",
    "SavedView",
    "Severity",
    "State",
    "TrailInstance",
    "TreeNode",
    "UnknownKeyUse",
    "VerificationRun",
    "Violation",
    "ViolationComment",
]
