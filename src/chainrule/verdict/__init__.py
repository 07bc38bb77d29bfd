"""What a gradient says, tried out and judged: slopes, nudges, steps along the gradient; verdicts on
gradients, on classes that compute them, and on graphs that go wrong.

Nothing here changes a graph, except for `ascend(..., inplace=True)`, which says so.
"""

from ..passes import gradients
from .ascent import Ascent, ascend
from .checked import Check
from .checking import check
from .diagnosed import Diagnosis
from .diagnosis import diagnose
from .engine_check import check_engine
from .engine_grade import EngineCheck, Finding
from .nudging import Nudge, Nudges, nudge
from .slopes import slope
from .sweeping import Sweep, sweep
from .truth import EdgeVerdict
from .verdicts import Verdict

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
    "gradients",
    "nudge",
    "slope",
    "sweep",
]
