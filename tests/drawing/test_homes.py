"""In which scope a parameter is drawn."""

from __future__ import annotations

import pytest

from chainrule import Value, parameter, scope
from chainrule.drawing.snapshot.homes import homes

# where it was made, where it is used, where it is drawn
CASES = [
    ("", ["a"], "a"),
    ("", ["a / b", "a / c"], "a"),
    ("", ["a", ""], "a"),
    ("", ["a", "b"], ""),
    ("a", ["b"], "a"),
    ("a", ["a", "b"], "a"),
    ("layer 1 / neuron 1", ["student / layer 1 / neuron 1"], "student / layer 1 / neuron 1"),
    ("teacher / layer 1 / neuron 1", ["layer 1 / neuron 1"], "layer 1 / neuron 1"),
    ("layer 1 / neuron 1", ["net / layer 1"], "net / layer 1"),
    ("layer 1 / neuron 1", ["row 1 / layer 1", "row 2 / layer 1"], "layer 1 / neuron 1"),
    ("layer 1 / neuron 1", ["loss"], "layer 1 / neuron 1"),
]


def inside(path, make):
    if not path:
        return make()
    first, _, rest = path.partition(" / ")
    with scope(first):
        return inside(rest, make)


@pytest.mark.parametrize(("made", "used", "drawn"), CASES)
def test_a_parameter_is_drawn_where_it_is_used(made, used, drawn):
    w, x = inside(made, lambda: parameter(1.0)), Value(2.0)
    users = [inside(path, lambda: w * x) for path in used]
    assert homes([w, x, *users])[0] == tuple(filter(None, drawn.split(" / ")))
    assert homes([w, x, *users])[1] == ()
