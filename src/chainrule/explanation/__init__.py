"""The chain rule in words: `explain` says how each gradient comes about, `steps` goes through the
backward pass one step at a time.

From the graph to the text:

    pass_record.py  the pass: gradients, the contributions to each node, the number of paths
    names.py        what the nodes are called
    formulas.py     the formulas of a node, made readable; kinks.py finds where it has no derivative
    reasons.py      the equation of a contribution, and its reason from the table
    remarks.py      what else to say about a gradient
    writer.py       composes the content: equations.py and content.py define what it consists of
    notation.py     writes equations and sentences in one notation, mathml.py in MathML
    sheet.py        writes the content, row by row; formats/ arranges the rows
    explanation.py  `explain`
    stepping.py     `steps`
"""

from __future__ import annotations

from .explanation import Explanation, explain
from .stepping import Step, Steps, steps

__all__ = ["Explanation", "Step", "Steps", "explain", "steps"]
