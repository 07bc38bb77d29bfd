"""Graphs of formulas that were built at harmless numbers and edited to others."""

from __future__ import annotations

import chainrule
from chainrule import Value
from chainrule.engine import functions

FUNCTIONS = {
    **{name: getattr(functions, name) for name in functions.__all__},
    "logsumexp": chainrule.logsumexp,
    "softmax": chainrule.softmax,
    "chainrule": chainrule,
}


def built(formula, numbers):
    """A graph of a formula at harmless numbers, edited to these; inner nodes may have names too.

    `p = exp(a); log(p)` names a node. The last part is L.
    """
    *parts, last = formula.split("; ")
    for first, step in [(0.3, 0.1), (0.9, -0.1), (-0.9, 0.1), (2.5, 1.0)]:
        leaves = {name: Value(first + step * i, label=name) for i, name in enumerate(numbers)}
        known = dict(leaves)
        try:
            for part in [*parts, f"L = {last}"]:
                name, code = part.split(" = ", 1)
                root = known[name] = eval(code, {**FUNCTIONS, **known})
                root.label = name
        except ValueError:
            continue
        for name, x in numbers.items():
            leaves[name].data = float(x)
        return root, leaves
    raise AssertionError(formula)
