"""What a gradient says, tried out and judged: slopes, nudges, steps along the gradient; verdicts on
gradients, on classes that compute them, and on graphs that go wrong.

Nothing here changes a graph, except for `ascend(..., inplace=True)`, which says so.
"""

from .diagnosis.diagnosis import diagnose
from .diagnosis.result import Diagnosis
from .engines.check import check_engine
from .engines.result import EngineCheck, Finding
from .gradients.check import check
from .gradients.result import Check
from .gradients.verdict import EdgeVerdict, Verdict
from .nudging.ascent import Ascent, ascend
from .nudging.nudge import Nudge, Nudges, nudge
from .nudging.slope import slope
from .nudging.sweep import Sweep, sweep

__all__ = [
    "Ascent",
    "Check",
    "Diagnosis",
    "EdgeVerdict",
    "EngineCheck",
    "Finding",
    "Nudge",
    "Nudges",
    "Sweep",
    "Verdict",
    "ascend",
    "check",
    "check_engine",
    "diagnose",
    "nudge",
    "slope",
    "sweep",
]
