"""The chain rule in words: `explain` says how each gradient comes about, `steps` walks through the
backward pass.

Inside, one thing leads to the next, each in a file of its own:

    ledger.py       the pass written down: gradients, what arrived where, how many paths
    names.py        what the nodes are called
    trees.py        the formulas of a node, made readable; kinks.py knows where there is none
    reasons.py      the line of one contribution, in the words of the table
    remarks.py      what has to be said beside it
    content.py      the whole explanation in the terms of maths.py, in no notation yet
    notation.py     what the notations share: plain_text.py, latex.py, mathml.py
    text.py, latex.py, markdown.py, page.py
                    the four formats
    explanation.py  `explain`
    stepping.py     `steps`
"""

from __future__ import annotations

from .explanation import Explanation, explain
from .stepping import Step, Steps, steps

__all__ = ["Explanation", "Step", "Steps", "explain", "steps"]
