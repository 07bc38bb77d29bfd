"""The sentences of verdicts; tools/generate_view.py copies them to the page."""

from __future__ import annotations

# ---- at the node as a whole ----------------------------------------------------------------------

FLIPPED = "The sign is flipped."
MINUS_MISSING = "A minus sign is missing: {derivative} is {formula}."
FLIPPED_ON_A_PATH = "The sign is flipped on one path."
FLIPPED_ON_THE_PATH = "The sign is flipped on the path via {user}."
ABOVE_MISSING = "Chain rule: multiply by the gradient above."
ABOVE_MISSING_ONCE = "Chain rule: multiply by the gradient of {user} above it, which is {above}."
ABOVE_MISSING_OFTEN = "Chain rule: multiply by the gradients above: {gradients}."
ABOVE_MISSING_ON_A_PATH = (
    "Chain rule: multiply by the gradient above, which is {above}, on the path via {user}."
)
LOCAL_MISSING = "Chain rule: multiply the gradient above by the local derivative."
LOCAL_MISSING_ONCE = (
    "Chain rule: multiply the gradient above by the local derivative, which is {partials}."
)
LOCAL_MISSING_OFTEN = (
    "Chain rule: multiply the gradients above by the local derivatives: {partials}."
)
LOCAL_MISSING_ON_A_PATH = (
    "Chain rule: multiply by the local derivative, which is {partial}, on the path via {user}."
)
LOCAL_SQUARED = "The local derivative is squared: multiply by it only once."
LOCAL_INVERTED = (
    "The gradient above is divided by the local derivative instead of multiplied by it."
)
ABOVE_SQUARED = "The gradient above is squared: multiply by it only once."
ABOVE_INVERTED = (
    "The local derivative is divided by the gradient above instead of multiplied by it."
)
LOCAL_SQUARED_ON_A_PATH = (
    "On the path via {user} the local derivative is squared: multiply by it only once."
)
LOCAL_INVERTED_ON_A_PATH = (
    "On the path via {user} the gradient above is divided by the local derivative instead of "
    "multiplied by it."
)
ABOVE_SQUARED_ON_A_PATH = (
    "On the path via {user} the gradient above is squared: multiply by it only once."
)
ABOVE_INVERTED_ON_A_PATH = (
    "On the path via {user} the local derivative is divided by the gradient above instead of "
    "multiplied by it."
)
SWAPPED = "The gradients of {node} and {other} are swapped."
ANOTHER_NODES = "This is the gradient of {other}."
ADDED = "Chain rule: the gradient above and the local derivative are added, not multiplied."
PATH_MISSING = "Missing path: only {size} of {count} contributions is included."
PATHS_MISSING = "Missing path: only {size} of {count} contributions are included."
PATHS_INCLUDED = " The gradient came via {users}; add up the contributions of all paths."
ZERO = "It is 0, as if this node had no effect."
ZERO_USED = "It is 0, as if this node had no effect, but it is used by {users}."
OWN_VALUE = "This is its value, not its gradient."
SHIFTED_POINT = "The decimal point is off by {digits}."
TOO_COARSE = (
    "This is the correct gradient, rounded too coarsely: give at least {digits} significant digits."
)
DOUBLED = "It is twice the correct gradient, as if everything had been added twice."
MULTIPLE_TOO = "It is {factor} times the correct gradient, and so is that of {other}."
MULTIPLE = "It is {factor} times the correct gradient."
FRACTION = "It is {factor} of the correct gradient."

# ---- in the rule of one operation ----------------------------------------------------------------

DERIVATIVE = "the derivative of {op}"
DERIVATIVE_WRT = "the derivative of {op} with respect to {operand}"
OPERAND_FOR_RESULT = (
    "Input instead of output: {derivative} is {formula}, where out is the result of {op}."
)
RESULT_FOR_OPERAND = (
    "Output instead of input: {derivative} is {formula}, where {operand} is the operand of {op}."
)
PRODUCT = "It was multiplied by the product instead of the other factor."
SLIP = "It uses {words}."
OTHER_FACTOR = "It was multiplied by its own value instead of the other factor."
OTHER_OPERAND = "This is the derivative of {op} with respect to another operand."
RESULT_AS_DERIVATIVE = "The result of {op} was used as its derivative."
VALUE_AS_DERIVATIVE = "Its own value was used as the derivative of {op}."
OTHER_OPERATION = "This is the derivative of {other}, not of {op}."

# ---- what is left --------------------------------------------------------------------------------

FOLLOWS = "It follows from the mistake at {node}."
ROOT_FLIPPED = "The sign is flipped: the derivative of {root} with respect to itself is 1."
ROOT = "The derivative of {root} with respect to itself is 1."
NOT_A_NUMBER = "It is nan."
UNKNOWN = "No common mistake explains it."
NOT_CERTAIN = "Not certain: it fits {mistakes}."

# ---- why a gradient is right, or cannot be compared ----------------------------------------------

ROUNDED = "rounded from {expected}"
FOLLOWS_ROUNDED = "rounded: it follows from the rounded gradient above"
FEW_DIGITS = "the correct gradient is {expected}; rounding may explain the difference"
DISGUISED = "it may be {expected}, rounded, or a mistake: {mistake}"
ANALYTIC = "nudging gives {nudged}; the analytic value decides"
CANCELLATION = (
    "cancellation: rounding hides the change, so nudging is inconclusive; the rules give {expected}"
)
NO_FORMULA = "no formula: {node} was made by hand"
STALE = "a value that {node} was computed from was edited later; call refresh(L) first"
NOT_FINITE = "the gradient is {expected}; diagnose(L) shows where that starts"
NO_DERIVATIVE = "{kind}: {op} has no derivative at {point}{convention}"
