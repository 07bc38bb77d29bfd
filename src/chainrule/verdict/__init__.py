"""What a gradient says, tried out and judged: slopes, nudges, steps along the gradient; verdicts on
gradients, on classes that compute them, and on graphs that go wrong.

Nothing here changes a graph, except for `ascend(..., inplace=True)`, which says so.
"""

from .diagnosis.diagnosis import diagnose as diagnose
from .diagnosis.result import Diagnosis as Diagnosis
from .engines.check import check_engine as check_engine
from .engines.result import EngineCheck as EngineCheck, Finding as Finding
from .gradients.check import check as check
from .gradients.result import Check as Check
from .gradients.verdict import EdgeVerdict as EdgeVerdict, Verdict as Verdict
from .nudging.ascent import Ascent as Ascent, ascend as ascend
from .nudging.nudge import Nudge as Nudge, Nudges as Nudges, nudge as nudge
from .nudging.slope import slope as slope
from .nudging.sweep import Sweep as Sweep, sweep as sweep
