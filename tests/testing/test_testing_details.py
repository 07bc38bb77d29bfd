"""Details of `chainrule.testing`: what is taken for a Value of somebody's own class."""

from __future__ import annotations

import numpy as np
import pytest
from plain_engine import Closures

from chainrule import Value
from chainrule.testing.point import is_own_value


class Tensor:
    dtype = "float32"

    def backward(self):
        """As an array of another library has it."""


class Text(str):
    def backward(self):
        """Text isn't a Value, whatever it can do."""


@pytest.mark.parametrize(
    ("x", "is_own"),
    [
        (Value(1.0), True), (Closures(1.0), True), (Tensor(), False), (Text("a"), False),
        (1.0, False), ("a", False), (None, False), (np.float64(1.0), False), (np.ones(2), False),
        ([1.0], False), (object(), False),
    ],
    ids=[
        "Value", "own class", "tensor", "text with a pass", "float", "str", "None", "float64",
        "array", "list", "object",
    ],
)  # fmt: skip
def test_a_class_with_a_pass_that_isnt_an_array_is_a_value_of_its_own(x, is_own):
    assert is_own_value(x) is is_own
