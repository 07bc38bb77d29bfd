"""A zoo of engines: in right ones no mistake is reported, and in each planted one its own alone."""

from __future__ import annotations

import re
import time

import pytest
from zoo.held_out import HELD_OUT
from zoo.planted import PLANTED
from zoo.reports import few, golden_name, report
from zoo.styles import STYLES, build

from chainrule.verdict import check_engine

pytestmark = pytest.mark.once

SLOWEST = 10.0  # seconds of computing
ALL = PLANTED | HELD_OUT


@pytest.mark.parametrize("style", STYLES)
def test_a_right_engine_has_no_mistake(style, golden):
    start = time.thread_time()
    result = check_engine(build(style))
    assert not result.mistakes, str(result)
    assert len(result.sound) >= 3
    assert time.thread_time() - start < SLOWEST
    golden(golden_name(style), report(result))


@pytest.mark.parametrize("name", ALL)
def test_a_planted_mistake_is_named_and_nothing_else(name, golden):
    planted = ALL[name]
    result = check_engine(planted.engine())
    (mistake,) = result.mistakes
    assert re.fullmatch(planted.rule, mistake.rule), str(result)
    assert re.search(planted.words, mistake.message), str(result)
    golden(golden_name(name), report(result))


@pytest.mark.parametrize(
    ("name", "operations"),
    [("operands in a set", "add mul"), ("breadth first", "add mul"), ("early default", "exp")],
)
def test_the_verdict_is_the_same_each_time(name, operations):
    engines = [few(PLANTED[name].engine(), *operations.split()) for _ in range(5)]
    assert len({report(check_engine(engine)) for engine in engines}) == 1


def test_the_line_and_its_correction():
    (mistake,) = check_engine(few(PLANTED["tanh without square"].engine(), "tanh")).mistakes
    assert mistake.source.endswith("self.grad += (1 - t) * out.grad")
    assert mistake.correction == "self.grad += (1 - out.data * out.data) * out.grad"
    assert mistake.graph.splitlines() == [
        "a = Value(0.3)",
        "out = a.tanh()",
        "out.backward()  # a.grad is 0.708687, but should be 0.915137",
    ]


def test_the_zoo_is_large():
    assert len(ALL) >= 60
    assert len(STYLES) >= 8
