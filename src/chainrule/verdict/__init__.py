"""What a gradient says, tried out and judged: slopes, nudges, steps along the gradient; verdicts on
gradients, on classes that compute them, and on graphs that go wrong.

Nothing here changes a graph, except for `ascend(..., inplace=True)`, which says so.
"""

from .diagnosis.diagnosed import Diagnosis
from .diagnosis.diagnosis import diagnose
from .engines.checking import check_engine
from .engines.grade import EngineCheck, Finding
from .gradients.checked import Check
from .gradients.checking import check
from .gradients.truth import EdgeVerdict
from .gradients.verdicts import Verdict
from .nudging.ascent import Ascent, ascend
from .nudging.nudges import Nudge, Nudges, nudge
from .nudging.slopes import slope
from .nudging.sweeping import Sweep, sweep

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
