"""NumPy's functions on arrays of Values and of what is being recorded, by subject."""

from . import (
    calculus as calculus,
    choices as choices,
    products as products,
    reductions as reductions,
    sorting as sorting,
    special as special,
    statistics as statistics,
    structure as structure,
)
