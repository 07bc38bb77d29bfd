"""Random graphs that every engine can build: numbers, and what is done to them."""

from __future__ import annotations

from hypothesis import strategies as st

UNARY = (
    lambda x: x.tanh(),
    lambda x: (x * 0.3).exp(),
    lambda x: x.sigmoid(),
    lambda x: x.sin(),
    lambda x: -x,
    lambda x: x.relu(),
    lambda x: (x * x + 0.5).log(),
    lambda x: (x * x + 0.1).sqrt(),
    abs,
    lambda x: x**2,
)
BINARY = (
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (y * y + 0.5),
    lambda x, y: x.max(y),
    lambda x, y: x.min(y),
)
NUMBERS = st.floats(min_value=-3, max_value=3).filter(lambda x: abs(x) > 1e-3) | st.sampled_from(
    [0.0, 1.0, -1.0, 2.0]
)


@st.composite
def programs(draw, most=14):
    """Numbers of the leaves, and for each operation what is done to which nodes."""
    numbers = draw(st.lists(NUMBERS, min_size=1, max_size=4))
    steps = []
    for position in range(draw(st.integers(1, most))):
        nodes = st.integers(0, len(numbers) + position - 1)
        kind = draw(st.integers(0, len(UNARY) + len(BINARY) - 1))
        steps.append((kind, draw(nodes), draw(nodes)))
    return numbers, steps


def build(Value, program):
    numbers, steps = program
    nodes = [Value(x, label=f"x{i}") for i, x in enumerate(numbers)]
    leaves = list(nodes)
    for kind, x, y in steps:
        if kind < len(UNARY):
            out = UNARY[kind](nodes[x])
        else:
            out = BINARY[kind - len(UNARY)](nodes[x], nodes[y])
        scale = 1.0 / max(1.0, abs(out.data))  # the numbers stay moderate
        nodes.append(out if scale == 1 else out * scale)
    return nodes[-1], leaves, nodes
