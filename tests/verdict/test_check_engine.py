"""The grade of a class: right ones pass, and each planted mistake is found and named rightly."""

from __future__ import annotations

import math
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from wrong_engines import PLANTED, engine, micrograd_like
from zoo.reports import few

from chainrule.errors import CheckFailed, WrongType
from chainrule.table import ops
from chainrule.verdict import check_engine
from chainrule.verdict.engines import watchdog as engine_watch

pytestmark = pytest.mark.once

RULES = {row.name for row in ops.TABLE.values()} | {"accumulation", "order", "depth", "state"}
WORDS = {
    "tanh has relu's rule": "derivative of relu, not of tanh",
    "sqrt without the two": "the 2 is missing",
    "sigmoid by another formula": "1 − out instead of out * (1 − out)",
    "cos without the sign": "A minus sign is missing: the derivative of cos is −sin(x)",
    "pow keeps the exponent": "the exponent wasn't lowered",
    "pow forgets the exponent": "the exponent didn't come down",
    "div exchanges the partials": "This is the derivative of div with respect to another operand",
    "tanh uses its input": "Input instead of output",
    "sigmoid without upstream": "Chain rule",
    "rsub exchanged": "number − V",
    "rtruediv exchanged": "number / V",
    "div with the wrong sign": "sign",
    "= in mul": "seen in mul",
    "recursion": "recursion limit",
    "inner gradients stay": "inner nodes",
}
"""What a message says the mistake is."""
BUILT = ("add", "mul", "pow", "exp", "neg", "sub", "div", "sigmoid", "tanh")
"""Operations that others are built from, and those that are built from them."""
COMPOSITE = sorted(
    bug
    for bug, rule in PLANTED.items()
    if (rule not in ("sub", "div", "neg", "tanh", "sigmoid") or bug == "neg ignored")
    and bug != "= in tanh"
)


def named(result):
    """The rules of the findings, without that a formula overflows for large numbers; a walk along
    every path recurses too, which is rightly said."""
    rules = [finding.rule for finding in result.findings if "overflows" not in finding.message]
    return ["order"] if rules == ["order", "depth"] and "every path" in str(result) else rules


def test_both_engines_are_right(Value):
    result = check_engine(Value)
    assert (result.ok, result.findings, result.skipped) == (True, (), ())
    assert result


@pytest.mark.parametrize("composite", [False, True])
def test_a_right_engine_is_right(composite):
    result = check_engine(engine(composite=composite))
    assert named(result) == []
    assert {"gelu", "atan2", "floordiv"} <= set(result.skipped)
    assert not {"add", "tanh", "pow", "max", "abs"} & set(result.skipped)


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_mistake_is_named(bug):
    result = check_engine(engine(bug))
    assert named(result) == [PLANTED[bug]], str(result)
    assert not result.ok
    message = result.findings[0].message
    assert message and WORDS.get(bug, "") in message
    with pytest.raises(CheckFailed, match=PLANTED[bug]):
        result.raise_if_wrong()


@pytest.mark.parametrize("bug", COMPOSITE)
def test_what_is_built_from_a_wrong_operation_is_not_blamed(bug):
    result = check_engine(few(engine(bug, composite=True), *BUILT, PLANTED[bug]))
    assert named(result) == [PLANTED[bug]], str(result)


def test_at_least_twenty_mistakes_are_planted():
    assert len(PLANTED) >= 20
    assert WORDS.keys() < PLANTED.keys()
    assert set(PLANTED.values()) <= RULES


@pytest.mark.parametrize("number_is_wrong", [True, False])
def test_a_method_is_tried_with_a_number_too(number_is_wrong):
    kind = engine()

    def hypot(self, other):
        factor = 2 if number_is_wrong is not isinstance(other, kind) else 1
        other = kind.lift(other)
        out = math.hypot(self.data, other.data)
        x, y = factor * self.data / out, factor * other.data / out
        return kind.make("hypot", out, (self, other), lambda g: x * g, lambda g: y * g)

    kind.hypot = hypot
    findings = [each for each in check_engine(kind).findings if each.rule == "hypot"]
    call = "V.hypot(number)" if number_is_wrong else "V.hypot(V)"
    assert findings and all(each.message.startswith(call) for each in findings)


def test_text_and_html():
    result = check_engine(engine("tanh uses its input"))
    text = str(result)
    assert text.startswith("Value: 1 mistake found; ")
    assert "✗ tanh: V.tanh() at x = 0.3" in text
    assert repr(result) == text
    html = result._repr_html_()
    assert ">tanh</td>" in html
    assert "out = a.tanh()" in text and "out = a.tanh()" in html  # the graph that shows it
    [finding] = result.findings
    shown = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(shown) >= 3 and finding.graph.splitlines()[0].strip() == shown[0]
    assert all(line in unescape(html) for line in shown)
    assert str(check_engine(engine())).startswith("Value: no mistakes found; 17 operations")


# ---- dialects and hostile classes ---------------------------------------------------------------


class Microgpt:
    """microgpt's dialect: local gradients in tuples, nothing but what it needs."""

    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad = data, 0
        self._children, self._local_grads = children, local_grads

    def __add__(self, other):
        other = other if isinstance(other, Microgpt) else Microgpt(other)
        return Microgpt(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Microgpt) else Microgpt(other)
        return Microgpt(self.data * other.data, (self, other), (other.data, self.data))

    def exp(self):
        return Microgpt(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self):
        return Microgpt(max(0, self.data), (self,), (float(self.data > 0),))

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v._children:
                    visit(child)
                order.append(v)

        visit(self)
        self.grad = 1
        for v in reversed(order):
            for child, local in zip(v._children, v._local_grads):
                child.grad += local * v.grad


def test_the_known_weaknesses_of_the_originals():
    result = check_engine(Microgpt)
    assert [finding.rule for finding in result.findings] == ["state", "depth"]
    assert result.weaknesses == result.findings
    assert str(result).startswith("Microgpt: every derivative is right; 2 weaknesses. 4 operations")
    assert "\n! state: a second pass" in str(result)
    assert set(result.sound) == {"add", "mul", "exp", "relu"}
    assert {"sub", "div", "pow", "neg", "tanh"} <= set(result.skipped)


def changed(**methods):
    """A right engine of few operations, with some methods replaced."""
    return type("Value", (few(engine(), "add", "mul", "sub", "neg", "tanh", "exp"),), methods)


def test_an_operation_that_is_refused_is_no_finding():
    def refuse(self, *_):
        raise NotImplementedError

    base = engine()

    class Refusing(base):
        tanh = refuse
        __pow__ = refuse
        __rpow__ = refuse

    result = check_engine(Refusing)
    assert result.ok
    assert {"tanh", "pow"} <= set(result.skipped)
    assert "NotImplementedError" in result.reasons["tanh"]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda self: None, "returns None, but should return a Value; is a return missing?"),
        (lambda self: 3.0, "returns a plain float, but should return a Value"),
        (lambda self: "text", "returns a plain str"),
        (lambda self: self.dta, "raised AttributeError"),
        (lambda self: math.tanh(self), "raised TypeError: must be real number"),
        (lambda self: unknown_name, "raised NameError"),  # noqa: F821
        (lambda self: math.log(-1.0), "raised ValueError"),
    ],
)
def test_an_operation_that_is_there_and_breaks_is_a_finding(what, words):
    (finding,) = check_engine(changed(tanh=what)).findings
    assert finding.rule == "tanh"
    assert words in finding.message


def test_what_gives_no_gradient_may_give_a_number():
    result = check_engine(changed(floor=lambda self: math.floor(self.data)))
    assert result.ok
    assert result.reasons["floor"] == "it doesn't return a Value"


def test_what_does_not_take_an_operand_is_no_finding():
    base = engine()

    def of_values_only(self, other):
        return base.make("sub", self.data - other.data, (self, other), lambda g: g, lambda g: -g)

    def does_not_want(self, other):
        if not isinstance(other, str):
            raise KeyError("no")

    base.__sub__, base.max = of_values_only, does_not_want
    del base.__rsub__
    result = check_engine(base)
    assert result.ok, str(result)
    assert result.reasons["max"] == "KeyError: 'no'"
    assert "V − number" in result.skipped
    assert "number − V" in result.skipped


def test_a_missing_reflected_sign_is_mentioned():
    base = engine()
    del base.__radd__
    result = check_engine(base)
    assert result.ok
    assert result.reasons["number + V"] == "the class doesn't have this operation: __radd__"
    assert "– missing: number + V, so sum() fails" in str(result)


@pytest.mark.parametrize(
    ("parts", "rule", "words"),
    [
        ({"tanh": 0}, "tanh", "V.tanh() is not recorded"),
        ({"mul": 0}, "mul", "V * V is not recorded: if its operand x is computed"),
        ({"mul": 1}, "mul", "V * V is not recorded: if its operand y is computed"),
        ({"add": 0}, "add", "V + V is not recorded"),
        ({"pow": 0}, "pow", "V ** number is not recorded"),
    ],
)
def test_an_operation_that_is_not_recorded(parts, rule, words):
    result = check_engine(micrograd_like(remembered=parts))
    assert [finding.rule for finding in result.findings] == [rule], str(result)
    assert result.findings[0].message.startswith(words)
    assert rule not in result.sound


def test_what_is_built_from_a_wrong_operation_is_named_as_not_judged():
    result = check_engine(micrograd_like(remembered={"mul": 0}))
    assert set(result.unjudged) == {"neg", "div", "sub"}
    assert "– not judged, because it is built from mul: neg" in str(result)


@pytest.mark.parametrize(
    ("parts", "rule", "words"),
    [
        (
            {"twins": "is not"},
            "accumulation",
            "the second of two equal operands gets no contribution",
        ),
        ({"visited": False}, "order", "a node passes its gradient on more than once"),
        ({"equal": True}, "order", "two nodes with equal numbers are taken for one"),
        ({"shared": True}, "state", "a list or set of nodes kept on the class"),
        ({"limit": 1.0}, "state", "gradients are clipped at ±1: they are cut off there"),
    ],
)
def test_the_cause_of_what_is_wrong_everywhere(parts, rule, words):
    result = check_engine(micrograd_like(**parts))
    assert [finding.rule for finding in result.findings] == [rule], str(result)
    assert words in result.findings[0].message


def test_a_pass_that_fails_is_a_finding():
    base = engine()

    def tanh(self):
        def rule(g):
            raise KeyError("x")

        return base.make("tanh", math.tanh(self.data), (self,), rule)

    result = check_engine(changed(tanh=tanh))
    assert [finding.rule for finding in result.findings] == ["tanh"]
    assert "KeyError" in result.findings[0].message


def leaves(self, *_):
    raise SystemExit("gone")


def test_a_mistake_has_to_explain_every_number():
    """At 0.3 it passes on 1, like relu or like no rule at all; at -1.7 and 2.5 like neither."""

    def tanh(self):
        return self.unary("tanh", math.tanh(self.data), 1.0 if self.data == 0.3 else 0.123)

    (finding,) = check_engine(changed(tanh=tanh)).findings
    assert finding.message.endswith("0.915137, since d tanh(x)/dx = 1 − tanh(x) * tanh(x)")

    def linear(self):
        return self.unary("tanh", math.tanh(self.data), 1.0)

    (finding,) = check_engine(changed(tanh=linear)).findings
    assert "multiply the gradient above by the local derivative" in finding.message


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), KeyError("x")])
def test_what_a_class_raises_is_graded_whatever_it_is(error):
    def fails(self, *_):
        raise error

    name = type(error).__name__
    base = engine()
    base.backward = fails
    (finding,) = check_engine(base).findings
    assert (finding.rule, name in finding.message) == ("order", True)
    assert name in check_engine(changed(tanh=fails)).reasons["tanh"]
    (finding,) = check_engine(changed(backward=fails)).findings  # of a leaf only
    assert finding.rule == "state"
    assert f"on a leaf, backward() raised {name}" in finding.message
    with pytest.raises(WrongType, match=f"raised {name}"):
        check_engine(changed(__init__=fails))


def test_a_rule_that_leaves_the_program():
    base = engine()
    base.tanh = lambda self: base.make("tanh", math.tanh(self.data), (self,), lambda g: leaves(g))
    (finding,) = check_engine(base).findings
    assert (finding.rule, finding.message) == (
        "tanh", "V.tanh(): backward() raised SystemExit: gone",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["__init__", "__add__", "tanh", "backward"])
def test_an_interruption_gets_through(name):
    def interrupted(self, *_):
        raise KeyboardInterrupt

    trace = sys.gettrace()
    with pytest.raises(KeyboardInterrupt):
        check_engine(changed(**{name: interrupted}))
    assert sys.gettrace() is trace


def on_one_line(self):
    while True: pass  # fmt: skip  # noqa: E701


def on_two_lines(self):
    x = 0
    while True:
        x += 1


def asleep(self):
    time.sleep(1000)


def unmoved(self):
    """Swallow whatever is raised."""
    while True:
        try:
            self.x = 1
        except BaseException:
            continue


@pytest.fixture
def impatient(monkeypatch):
    """Sleeping engines are woken sooner."""
    monkeypatch.setattr(engine_watch, "PATIENCE", 0.75)
    monkeypatch.setattr(engine_watch, "LONGEST", 1.5)


TIMED = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no alarms here")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "endless",
    [
        on_one_line,
        on_two_lines,
        pytest.param(asleep, marks=TIMED),
        pytest.param(unmoved, marks=TIMED),
    ],
)
def test_what_does_not_end_is_stopped(endless):
    (finding,) = check_engine(changed(tanh=endless)).findings
    assert finding[:2] == ("tanh", "V.tanh() doesn't end")
    base = engine()
    base.backward = endless
    (finding,) = check_engine(base).findings
    assert finding[:2] == ("order", "backward() doesn't end")
    if hasattr(signal, "setitimer"):
        with pytest.raises(WrongType, match=r"Value\(1.5\) doesn't end"):
            check_engine(changed(__init__=lambda self, x: endless(self)))


@TIMED
def test_time_in_which_other_programs_run_does_not_count(monkeypatch):
    monkeypatch.setattr(engine_watch, "PATIENCE", 0.1)
    with engine_watch.alarm():
        engine_watch.contain(time.sleep)(0.5)  # as on a busy machine
        with pytest.raises(engine_watch.Endless):
            engine_watch.contain(on_one_line)(None)


@pytest.mark.parametrize("endless", [on_one_line, on_two_lines])
def test_a_loop_is_stopped_in_any_thread(endless):
    with ThreadPoolExecutor() as pool:
        result = pool.submit(check_engine, changed(tanh=endless)).result(timeout=60)
    assert [finding.rule for finding in result.findings] == ["tanh"]


@TIMED
def test_an_alarm_that_was_set_before_goes_on():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        check_engine(engine())
        deadline = time.monotonic() + 10
        while not rung and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung == [True]


def test_the_surroundings_are_as_before():
    limit, trace = sys.getrecursionlimit(), sys.gettrace()
    check_engine(engine("recursion"))
    check_engine(engine("walks every path"))
    assert (sys.getrecursionlimit(), sys.gettrace()) == (limit, trace)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (3, "needs a class, but got int"),
        (str, "no data and no grad"),
        (lambda: 1, "raised TypeError"),
        (type("Empty", (), {"__init__": lambda self, x: None}), "no backward"),
    ],
)
def test_what_is_no_engine(what, words):
    with pytest.raises(WrongType, match=words):
        check_engine(what)


def test_what_is_not_tried_is_said():
    base = engine()

    def add(self, other):
        operands = (self, other)  # both are Values
        return base.make("add", self.data + other.data, operands, lambda g: g, lambda g: g)

    for name in ("mul", "rmul", "pow", "rpow", "neg", "sub", "rsub", "truediv", "rtruediv", "radd"):
        delattr(base, f"__{name}__")
    del base.tanh
    base.__add__ = add

    result = check_engine(base)
    assert result.mistakes == ()
    assert set(result.not_tried) == {"gradients other than 1 from above"}
    assert "– not tried: gradients other than 1 from above, because" in str(result)


def test_none_as_a_gradient_is_zero():
    base = engine()

    class Lazy(base):
        pass

    assert check_engine(Lazy).ok


def test_results_of_another_function_are_no_mistake():
    base = engine()

    def leaky_relu(self):
        slope = 1.0 if self.data > 0 else 0.2
        return base.make("leaky_relu", slope * self.data, (self,), lambda g: slope * g)

    result = check_engine(changed(leaky_relu=leaky_relu))
    assert result.ok
    assert "a different function" in result.reasons["leaky_relu"]


def test_another_function_is_judged_by_nudging():
    base = engine()

    def leaky_relu(self):
        slope = 1.0 if self.data > 0 else 0.2
        return base.make("leaky_relu", slope * self.data, (self,), lambda g: 3.0 * g)

    base.leaky_relu = leaky_relu
    (finding,) = check_engine(base).findings
    assert finding.rule == "leaky_relu"


def test_two_mistakes_are_both_found():
    def tanh(self):
        return self.unary("tanh", math.tanh(self.data), 1.0)

    def exp(self):
        return self.unary("exp", math.exp(self.data), self.data)

    result = check_engine(changed(tanh=tanh, exp=exp))
    assert {finding.rule for finding in result.findings} == {"tanh", "exp"}


class Small:
    """A right engine of two operations; what a pass does at its beginning can be spoilt."""

    start = 0.0

    def __init__(self, data, operands=(), partials=()):
        self.data, self.grad, self.operands, self.partials = data, self.start, operands, partials

    def __add__(self, other):
        return self._two(other, lambda x, y: (x + y, (1.0, 1.0)))

    def __mul__(self, other):
        return self._two(other, lambda x, y: (x * y, (y, x)))

    def _two(self, other, rule):
        other = other if isinstance(other, Small) else type(self)(other)
        data, partials = rule(self.data, other.data)
        return type(self)(data, (self, other), partials)

    def order(self):
        done, path = {}, [(self, False)]
        while path:
            node, is_ready = path.pop()
            if is_ready:
                done[node] = None
            elif node not in done:
                path += [(node, True), *((x, False) for x in node.operands)]
        return list(reversed(done))

    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0 if node.operands else node.grad
        self.seed()
        for node in order:
            for operand, partial in zip(node.operands, node.partials):
                operand.grad += partial * node.grad

    def seed(self):
        self.grad = 1.0


class Unseeded(Small):
    def seed(self):
        pass


class Begun(Small):
    start = 1.0


class DeafLeaf(Small):
    def backward(self):
        if self.operands:
            super().backward()


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (Unseeded, "leaves the root's gradient at 0"),
        (Begun, "the gradient of a new leaf is 1"),
        (DeafLeaf, "after backward() on a leaf, its gradient is 0"),
    ],
)
def test_what_spoils_every_gradient_is_one_finding(engine, words):
    assert check_engine(Small).ok
    (finding,) = check_engine(engine).findings
    assert finding.rule == "state"
    assert words in finding.message


class UnseededAndWrong(Small):
    """Seeded by hand, its pass works, and shows that the rule of * is wrong."""

    def __mul__(self, other):
        return self._two(other, lambda x, y: (x * y, (x, y)))

    def backward(self):
        for node in self.order():
            for operand, partial in zip(node.operands, node.partials):
                operand.grad += partial * node.grad


def test_an_engine_without_a_seed_is_seeded_and_judged():
    findings = check_engine(UnseededAndWrong).findings
    assert {finding.rule for finding in findings} == {"state", "mul"}
