"""A mistake is named in the same words, with the same line and correction, where the class has few
operations: each case takes milliseconds."""

from __future__ import annotations

import pytest
from zoo.held_out import HELD_OUT
from zoo.planted import PLANTED
from zoo.reports import few, golden_report, mistake, report

from chainrule.table.ops import TABLE
from chainrule.verdict import check_engine

pytestmark = pytest.mark.once

ALL = PLANTED | HELD_OUT
NEEDED = {
    "square of its own": "exp",
    "tanh without out.grad": "tanh mul",
    "attached to self": "tanh add mul neg",
    "called when attached": "log exp",
    "neg is a fresh leaf": "neg exp",
    "sub is a fresh leaf": "sub neg mul add",
    "mul forgets an operand": "mul add",
    "rsub turned round": "sub neg mul add",
    "rtruediv turned round": "div mul pow",
    "sub by another name": "sub add",
    "div of Python 2": "div add",
    "iadd of the number": "add",
    "imul in the number": "mul",
    "= in tanh": "tanh add",
    "equal without hash": "neg mul",
    "rule on the class": "exp",
    "ints": "mul exp",
    "rounded": "mul div pow exp",
    "clipped": "mul exp",
    "positive only": "add sub mul neg div pow",
    "rounds to whole numbers": "mul exp",
    "neg forgets to multiply": "neg mul",
    "add keeps one number": "add mul",
}
"""The operations without which a mistake isn't seen; else its own, or those of two Values."""


@pytest.mark.parametrize("name", ALL)
def test_few_operations_are_enough_to_name_a_mistake(name):
    rule = ALL[name].rule
    names = NEEDED.get(name, rule if rule in TABLE else "add mul").split()
    text = report(check_engine(few(ALL[name].engine(), *names)))
    assert mistake(text, names) == mistake(golden_report(name), names)
