"""What a gradient says, tried out: slopes, nudges, and steps along the gradient.

Nothing here changes a graph, except for `ascend(..., inplace=True)`, which says so.
"""

from ..passes import gradients
from .ascent import Ascent, ascend
from .nudging import Nudge, Nudges, nudge
from .slopes import slope

__all__ = ["Ascent", "Nudge", "Nudges", "ascend", "gradients", "nudge", "slope"]
