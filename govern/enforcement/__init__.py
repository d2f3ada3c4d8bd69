"""The enforcement layer: guards that inspect what goes to a model and what comes back.

``compile_enforcement`` turns the policies that apply to a caller into one immutable ``Enforcement``; it inspects input, output and
streams. Plain Python and msgspec; nothing here touches a database.
"""

from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.compilation import compile_enforcement
from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.inspection import Enforcement
from govern.enforcement.streaming import StreamInspection
from govern.enforcement.verdict import Finding, GuardRun, Surface, Verdict

__all__ = [
    "Enforcement",
    "Finding",
    "GuardPolicyBody",
    "GuardRun",
    "PolicyInvalid",
    "StreamInspection",
    "Surface",
    "Verdict",
    "compile_enforcement",
]
