"""PyTorch's numbers for the graphs of the two documents, beside ours."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from chainrule import Value
from chainrule.tour.script import Table
from chainrule.tour.tables import CASES, STORED, STORED_RESULTS, beside_torch

torch = pytest.importorskip("torch")


def test_every_gradient_of_the_tour_agrees():
    table = beside_torch()
    assert isinstance(table, Table)
    assert len(table.rows) == sum(len(inputs) for _, _, inputs in CASES)
    for _, ours, theirs, _ in table.rows:
        assert float(ours) == pytest.approx(float(theirs), rel=4e-15, abs=0)


def test_the_numbers_stored_for_machines_without_torch_are_still_right():
    rows = [float(theirs) for _, _, theirs, _ in beside_torch().rows]
    stored = [x for title, _, _ in CASES for x in STORED[title]]
    assert rows == pytest.approx(stored, rel=4e-15, abs=0)


def test_the_stored_results_of_the_tours_code_are_still_right():
    a, b, c, f = (torch.tensor([x], requires_grad=True) for x in (3.0, -2.0, 8.0, -2.0))
    ((a * b + c) * f).backward()
    assert {text: eval(text, {"a": a, "b": b}) for text in STORED_RESULTS} == STORED_RESULTS


if os.environ.get("CHAINRULE_SEEDS"):

    def test_the_article_with_torch_and_with_values():
        (path,) = Path(os.environ["CHAINRULE_SEEDS"]).glob("000_*.txt")
        code = re.findall(
            r"^```python\n(.*?)^```", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        names = {}
        for block in [block for block in code if "torch" in block or "backward" in block]:
            exec(block, names)
        assert names["a"].grad.item() == 4.0
        a, b, c, f = Value(3.0), Value(-2.0), Value(8.0), Value(-2.0)
        ((a * b + c) * f).backward()
        for name, leaf in zip("abcf", (a, b, c, f)):
            assert names[name].grad.item() == leaf.grad
