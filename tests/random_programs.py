"""Random functions for Hypothesis: arithmetic, reuse, branches, loops that depend on the numbers,
and look-ups.

A script is a list of steps; `run` does them with the functions of any library, so that the same
function can be recorded, differentiated by a peer, and computed with many digits. Every step keeps
its result within a few units and away from singular points.
"""

from __future__ import annotations

from types import SimpleNamespace

import mpmath
from hypothesis import strategies as st

import chainrule

INPUTS = 4

CHAINRULE = SimpleNamespace(
    sin=chainrule.sin, tanh=chainrule.tanh, exp=chainrule.exp, log=chainrule.log,
    sqrt=chainrule.sqrt, atan=chainrule.atan, where=chainrule.where, take=chainrule.take,
)  # fmt: skip
MANY_DIGITS = SimpleNamespace(
    sin=mpmath.sin, tanh=mpmath.tanh, exp=mpmath.exp, log=mpmath.log, sqrt=mpmath.sqrt,
    atan=mpmath.atan,
    where=lambda c, a, b: a if c else b, take=lambda table, i: table[i],
)  # fmt: skip

STEPS = {
    "add": lambda m, a, b, c: a + b,
    "sub": lambda m, a, b, c: a - b,
    "mul": lambda m, a, b, c: a * b / 2,
    "square": lambda m, a, b, c: a**2 / 3,
    "cube": lambda m, a, b, c: (a / 3) ** 3,
    "over": lambda m, a, b, c: a / (1.5 + b * b),
    "neg": lambda m, a, b, c: -a,
    "scale": lambda m, a, b, c: 0.75 * a - 1.25,
    "sin": lambda m, a, b, c: m.sin(a),
    "tanh": lambda m, a, b, c: m.tanh(a),
    "atan": lambda m, a, b, c: m.atan(a - b),
    "exp": lambda m, a, b, c: m.exp(-a * a / 4),
    "log": lambda m, a, b, c: m.log(1.2 + a * a),
    "sqrt": lambda m, a, b, c: m.sqrt(0.3 + b * b),
    "power": lambda m, a, b, c: (0.4 + a * a) ** 0.7,
    "where": lambda m, a, b, c: m.where(a > b, b * c, a + c),
    "if": lambda m, a, b, c: a * c if a < b else b - c,
    "while": lambda m, a, b, c: _halved(a) + b,
    "take": lambda m, a, b, c: m.take([a, b, c, a * b], m.index),
}


def _halved(a):
    while a > 0.7:
        a = a / 2 - 0.1
    return a


scripts = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), *[st.integers(0, 30)] * 3), min_size=1, max_size=25
)
points = st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=INPUTS, max_size=INPUTS)
indices = st.integers(0, 3)


def run(script, library, x, index):
    """Do the steps of a script, and return one number.

    Args:
        script: The steps: a name, and which of the results so far are its operands.
        library: The functions.
        x: The inputs. Shape (INPUTS,).
        index: What the look-ups read.
    """
    library = SimpleNamespace(**vars(library), index=index)
    done = list(x)
    for name, *offsets in script:
        a, b, c = (done[-1 - offset % len(done)] for offset in offsets)
        result = STEPS[name](library, a, b, c)
        done.append(result)
        if len(done) % 4 == 0:  # keeps numbers small
            done.append(library.tanh(result) * 2)
    return done[-1] + done[-2] * 0.5 + x[0] * x[1] * 0.1
