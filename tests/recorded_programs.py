"""Functions to record: drawn at random over every row of the table, and a few by hand."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from chainrule.engine.dispatch import apply
from chainrule.programs import compile
from chainrule.table.ops import BUILT_IN, TABLE
from chainrule.table.rules import NUMBER

ROWS = [TABLE[name] for name in TABLE if name in BUILT_IN]
ROWS = [row for row in ROWS if row.eager or row.is_condition]  # bits are for whole numbers
NUMBERS = [0.3, 0.5, 1.0, 2.0, 3.0, -1.5, -0.0, 0.0, 7.25]
SPECIAL = [float("nan"), float("inf"), float("-inf"), -0.0, 0.0, 1e308, -1e-310]


def bits(x):
    """A number by its bits; every nan is the same."""
    return "nan" if x != x else struct.pack("d", x)


def doubling(x):
    """A loop that ends when it will, and two ways to go on."""
    count = 0
    while x < 100:
        x = x * 2
        count += 1
    return x * count if count % 2 else -x


@st.composite
def functions(draw, most=12, branches=True):
    """A function of a list of three numbers: a few operations, with conditions between them."""
    steps = []
    for k in range(draw(st.integers(1, most))):
        row = draw(st.sampled_from(ROWS))
        operands = [draw(st.integers(0, 2 + k))]
        operands += [
            draw(st.one_of(st.integers(0, 2 + k), st.sampled_from(NUMBERS)))
            for _ in range(row.arity - 1)
        ]
        bound = draw(st.sampled_from([None, None, *NUMBERS])) if branches else None
        steps.append((row.name, operands, bound))

    def function(x):
        values = list(x)
        for name, operands, bound in steps:
            values.append(
                apply(NUMBER[name], *(values[o] if type(o) is int else o for o in operands))
            )
            if bound is not None and values[-1] > bound:
                values[-1] = values[0] * 0.5 + values[-1]
        return values[-1] + values[-2]

    return function


points = st.lists(
    st.lists(
        st.one_of(st.floats(-3, 3), st.sampled_from(SPECIAL), st.sampled_from(NUMBERS)),
        min_size=3,
        max_size=3,
    ),
    min_size=1,
    max_size=6,
)


def recorded(function, at, **keywords):
    """A program that has been called at these points, with what it answered there."""
    program = compile(function, **keywords)
    return program, [program.value_and_grad(x) for x in at]
