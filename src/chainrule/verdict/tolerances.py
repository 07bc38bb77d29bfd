"""The limits of every verdict; tools/generate_view.py copies them to the page."""

from __future__ import annotations

# ---- whether two numbers are the same ------------------------------------------------------------

AGREEMENT = 1e-9
"""Two ways of computing a number agree at least to this relative difference."""
SINGLE = 1e-6
"""A number pasted from single precision agrees to this relative difference."""
ROUNDED_DIGITS = 3
"""A rounded number shows at least this many digits: 0.5 stands for 0.500."""
SHORT_DIGITS = 5
"""A number with at most this many digits is written in full, and isn't rounded."""
TELLING_DIGITS = 5
"""A rounded number with fewer digits may be what a mistake gives."""
SLACK = 1e-12
"""How far two ways of adding up contributions may differ, relative to the sum of their sizes."""
MEASURED_SLACK = 1e-6
"""The same where a local derivative had to be measured."""

# ---- nudging -------------------------------------------------------------------------------------

EPSILON = 2.220446049250313e-16
"""The distance from 1 to the next float, 2**-52."""
FIRST_STEP = 0.125
"""The widest step, as a multiple of the number."""
STEP_RATIO = 4.0
"""By how much each step is smaller than the one before it."""
STEPS = 12
"""How many steps are tried at most."""
CLOSER_LOOKS = 5
"""How often the slopes of the two sides are measured again, closer to the point."""
NUDGE_BUDGET = 3_000_000
"""How many operations nudging may compute in all; nodes beyond it are judged by the rules alone."""
NUDGE_CALLS = 30
"""How often the root is computed for one nudged node, at most."""
HIDDEN = 0.05
"""If nudging may be off by more than this part of a gradient, it says nothing about it."""

# ---- kinks ---------------------------------------------------------------------------------------

KINK_STEP = 1e-9
"""How close to a number a kink must be, as a multiple of the number."""
JUMP = 1e-4
"""A result that changes by more than this within the step jumps."""
BEND, LEAST_BEND = 1e-3, 1e-6
"""A local derivative that changes by more than this, relative and absolute, has a kink."""

# ---- mistakes ------------------------------------------------------------------------------------

FEW_PATHS = 10
"""Up to this many contributions, every subset of them is tried."""
