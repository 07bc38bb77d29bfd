"""micrograd from PyPI graded: right in every operation, with its two known weaknesses."""

from __future__ import annotations

import pytest

from chainrule.verdict import check_engine

engine = pytest.importorskip("micrograd.engine")


def test_its_known_weaknesses_and_nothing_else():
    result = check_engine(engine.Value)
    assert {finding.rule for finding in result.findings} == {"state", "depth"}
    assert set(result.sound) == {"add", "sub", "mul", "div", "pow", "neg", "relu"}
    messages = {finding.rule: finding.message for finding in result.findings}
    assert "inner nodes" in messages["state"]
    assert "recursion" in messages["depth"]
