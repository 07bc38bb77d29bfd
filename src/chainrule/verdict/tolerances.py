"""The limits of every verdict; tools/generate_view.py copies them to the page."""

from __future__ import annotations

# ---- whether two numbers are the same ------------------------------------------------------------

AGREEMENT = 1e-9
"""Two ways of computing a number agree at least to this relative difference."""
SINGLE = 1e-6
"""A number pasted from single precision agrees to this relative difference."""
ROUNDED_DIGITS = 3
"""A rounded number shows at least this many digits: 0.5 stands for 0.500."""
FULL_DIGITS = 13
"""A number with at least this many digits isn't rounded."""
FEWEST_DECIMALS = 4
"""Somebody who rounds to this many decimals or more may mean decimals instead of digits."""
TELLING_DIGITS = 5
"""A rounded number with fewer digits may be exactly what a mistake gives."""
COARSE = 0.1
"""A number with fewer digits may be rounded from one that differs by at most this part."""
UNCERTAIN = 0.01
"""If a number's digits leave open whether it is off by more than this part, it isn't certain."""
FORMULA_ERROR = 4.0
"""A formula is exact to this many times EPSILON, and so is the result that it uses."""
MEASURED_ERROR = 1e-6
"""A measured local derivative is exact to this part."""

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

HIDDEN_KINK = 1e-7
"""A kink that is smaller, as a part of the slopes around it, may be rounding in the function."""
KINK_STEP = 1e-9
"""How close to a number a kink must be, as a multiple of the number."""
JUMP = 1e-4
"""A result that changes by more than this within the step jumps."""
BEND, LEAST_BEND = 1e-3, 1e-6
"""A local derivative that changes by more than this, relative and absolute, has a kink."""

# ---- mistakes ------------------------------------------------------------------------------------

FEW_PATHS = 10
"""Up to this many contributions, every subset of them is tried."""
MOST_COMPARED = 1000
"""Up to this many nodes, a wrong gradient is compared with those of all others."""
MOST_NAMES = 3
"""At most this many mistakes are named where they explain a number equally well."""
