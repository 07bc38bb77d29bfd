"""The parts of an examination by themselves: hashes, anatomies, calls, operations, hypotheses."""

from __future__ import annotations

import math
import sys
import time
from collections import OrderedDict

import pytest
from wrong_engines import micrograd_like
from zoo.reports import few
from zoo.styles import build

from chainrule.table.ops import TABLE
from chainrule.verdict import check_engine
from chainrule.verdict.engines import watchdog
from chainrule.verdict.engines.anatomy import Anatomy, FixedHashes, attributes
from chainrule.verdict.engines.calls import calls_of, more_probes
from chainrule.verdict.engines.operations import Operations
from chainrule.verdict.engines.own_functions import Function, find_call
from chainrule.verdict.engines.rounding import Sample, data_hypotheses, explains, find_hypothesis
from chainrule.verdict.engines.source import Source, find_line, first_line
from chainrule.verdict.engines.study import Study
from chainrule.verdict.engines.subject import Failure, Subject

pytestmark = pytest.mark.once


# ---- hashes --------------------------------------------------------------------------------------


def test_fixed_hashes_count_from_0_and_leave_the_class_as_it_was():
    class Plain:
        pass

    one, other = Plain(), Plain()
    usual = hash(one)
    hashes = FixedHashes(Plain)
    hashes.start()
    assert [hash(other), hash(one), hash(other), hash(Plain())] == [0, 1, 0, 2]
    hashes.stop()
    assert hash(one) == usual
    assert "__hash__" not in vars(Plain)
    hashes.stop()
    hashes.start()
    assert hash(one) == 0
    hashes.stop()


@pytest.mark.parametrize("kind", [zip, OrderedDict, type("Own", (), {"__hash__": lambda x: 7})])
def test_a_class_that_cannot_be_changed_or_has_a_hash_keeps_it(kind):
    before = kind.__hash__
    hashes = FixedHashes(kind)
    hashes.start()
    assert kind.__hash__ is before
    hashes.stop()
    assert kind.__hash__ is before


# ---- anatomies -----------------------------------------------------------------------------------


class Slotted:
    __slots__ = ("grad", "hook")


class Node(Slotted):
    """Its nodes have a function of every node beside their own rule, and operands in pairs."""

    def __init__(self, data, parents=(), slopes=()):
        self.hook = Node.report
        self.data, self.grad, self.parents, self.slopes = data, 0.0, parents, slopes
        self.push = lambda: None

    def report(self):
        return self.data

    def __mul__(self, other):
        out = Node(self.data * other.data, [(self, "left"), (other, "right")], [3, 0.5])

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.push = push
        return out

    def backward(self):
        self.grad = 1.0
        self.push()


def anatomy_of(kind, x=1.5, y=-2.0):
    subject = Subject(kind)
    a, b = subject.leaf(x), subject.leaf(y)
    out = a * b
    return subject, Anatomy(subject, out, (a, b)), a, b, out


def test_the_anatomy_of_a_node():
    _, anatomy, a, b, out = anatomy_of(Node)
    assert attributes(a).keys() == {
        "data", "grad", "hook", "parents", "push", "slopes",
    }  # fmt: skip
    assert anatomy.operands_name == "parents"
    assert anatomy.local_names == ["slopes"]
    assert anatomy.rule_name == "push"
    assert anatomy.operands(out) == [a, b]
    assert anatomy.operands(a) == []
    assert (anatomy.has_own_rule(out), anatomy.has_own_rule(a)) == (True, False)
    assert (anatomy.has_set, anatomy.is_in_set(out)) == (False, False)
    anatomy.apply_rule(out, 2.0)
    assert (a.grad, b.grad) == (-4.0, 3.0)
    out.grad = 0.0
    assert anatomy.visits(out, [a, b, out]) == [(2, 1.0)]


def test_a_rule_that_takes_an_argument_is_not_called_by_itself():
    _, anatomy, a, _, out = anatomy_of(Node)
    out.push = lambda above: None
    with pytest.raises(Failure, match="the rule can't be called by itself"):
        anatomy.apply_rule(out, 1.0)
    del out.push
    with pytest.raises(Failure, match="the rule can't be called by itself"):
        anatomy.apply_rule(out, 1.0)
    assert (a.grad, out.grad) == (0.0, 0.0)


def test_rules_that_cannot_be_replaced_are_not_watched():
    class Fixed(Node):
        def __setattr__(self, name, x):
            if name == "push" and hasattr(self, "push"):
                raise AttributeError(name)
            super().__setattr__(name, x)

    subject = Subject(Node)
    out = subject.leaf(1.5) * subject.leaf(2.0)
    anatomy = Anatomy(subject, out, ())
    assert anatomy.operands_name == ""
    assert anatomy.operands(out) is None
    fixed = Fixed(1.0)
    assert anatomy.visits(fixed, [fixed]) is None
    anatomy.rule_name = ""
    assert anatomy.visits(out, [out]) is None
    assert anatomy.rule(out) is None
    assert not anatomy.has_rules


# ---- calls ---------------------------------------------------------------------------------------


def words_of(name):
    return [call.words for call in calls_of(TABLE[name])]


def test_the_ways_to_call_an_operation():
    assert words_of("add") == [
        "V + V", "V + number", "number + V", "V.add(V)", "V.add(number)", "V.plus(V)",
        "V.plus(number)",
    ]  # fmt: skip
    assert words_of("neg")[0] == "−V"
    assert words_of("relu") == ["V.relu()", "V.ReLU()", "V.Relu()"]
    assert words_of("leaky_relu")[:2] == ["V.leaky_relu()", "V.leaky_relu(number)"]
    (usual, given) = list(calls_of(TABLE["leaky_relu"]))[:2]
    assert (usual.may_vary, given.may_vary) == (True, True)
    assert {probe[1:] for probe in usual.probes} == {TABLE["leaky_relu"].defaults}


def call(name, words):
    return next(x for x in calls_of(TABLE[name]) if x.words == words)


def test_a_call_as_code_and_its_derivative_in_words():
    minus = call("sub", "number − V")
    assert minus.live == (1,)
    assert minus.code(["2.5", "a"]) == "2.5 - a"
    assert minus(2.5, 1.0) == 1.5
    assert minus.derivative_text(1, (2.5, 1.0), 1.0) == "d(x − y)/dy = −1"
    assert minus.derivative_text(1, (2.5, 1.0), 3.0) == "d(x − y)/dy = −1, times 3 from above"
    tanh = call("tanh", "V.tanh()")
    assert tanh.operand_text((0.3,)) == "x = 0.3"
    assert tanh.derivative_text(0, (0.3,), 1) == "d tanh(x)/dx = 1 − tanh(x) * tanh(x)"
    relu = call("relu", "V.relu()")  # the branch that holds at the number
    assert relu.derivative_text(0, (2.0,), 1) == "d relu(x)/dx = 1"
    assert relu.derivative_text(0, (-2.0,), 1) == "d relu(x)/dx = 0"


@pytest.mark.parametrize(
    ("name", "words", "probes"),
    [
        ("exp", "V.exp()", [(-2.5,), (0.0,), (2,), (-3,)]),
        ("log", "V.log()", [(2,)]),
        ("relu", "V.relu()", [(-2.5,), (2,), (-3,)]),
        ("mul", "V * V", [(-1.5, 2.0), (-1.5, -0.5), (0.0, 3.0), (1.5, 0.0), (-0.5, 0.5), (3, 2),
                          (-2, 3), (2, -3), (1.5, 2)]),
        ("div", "V / V", [(-1.5, 2.0), (-1.5, -0.5), (0.0, 3.0), (-0.5, 0.5), (3, 2), (-2, 3),
                          (2, -3), (1.5, 2)]),
        ("pow", "V ** V", [(1.5, 0.0), (3, 2), (2, -3), (1.5, 2)]),
        ("floor", "V.floor()", []),
        ("leaky_relu", "V.leaky_relu()", []),
        ("clip", None, []),
    ],
)  # fmt: skip
def test_an_operation_is_also_tried_at_other_signs_at_0_and_with_ints(name, words, probes):
    one = call(name, words) if words else next(calls_of(TABLE[name]))
    found = more_probes(one)
    assert found == probes
    assert [list(map(type, x)) for x in found] == [list(map(type, x)) for x in probes]


# ---- operations ----------------------------------------------------------------------------------


class Careless:
    """Its operations have several names, and few compute what they should."""

    def __init__(self, data):
        self.data, self.grad, self.operands = data, 0.0, ()

    def make(self, data):
        out = type(self)(data)
        out.operands = (self,)
        return out

    def relu(self):
        return self.make(max(0.0, self.data))

    ReLU = relu

    def gelu(self):  # the approximation by tanh
        x = self.data
        inside = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return self.make(0.5 * x * (1 + math.tanh(inside)))

    def floor(self):
        return math.floor(self.data)

    def ceil(self):
        return None

    def sin(self):
        return 3.0

    def cos(self):
        return self.make(math.cos(self.data) + 0.5)

    def exp(self):
        raise ValueError("not today.")

    def log(self):
        return self.make(math.log(self.data) if not isinstance(self.data, int) else self.nothing)

    def tanh(self):
        return self.sinh() / self.cosh()

    def backward(self):
        self.grad = 1.0


def test_how_each_operation_is_taken():
    operations = Operations(Subject(Careless))
    names = ("relu", "gelu", "floor", "ceil", "sin", "cos", "exp", "log", "tanh", "sqrt")
    for name in names:
        operations.try_all(TABLE[name])
    assert {name: [x.words for x in calls] for name, calls in operations.accepted.items()} == {
        "relu": ["V.relu()"], "log": ["V.log()"],
    }  # fmt: skip
    assert operations.accepted["relu"][0].probes[-1] == (-3,)
    assert operations.refused == {
        "gelu": "it is a different function from chainrule's gelu",
        "floor": "it doesn't return a Value",
        "exp": "ValueError: not today",
        "sqrt": "the class doesn't have this operation",
    }
    assert operations.broken == {
        "ceil": "V.ceil() returns None, but should return a Value; is a return missing?",
        "sin": "V.sin() returns a plain float, but should return a Value, so nothing is recorded",
        "cos": "V.cos() at x = 0.3 is 1.45534, but should be 0.955336",
        "tanh": "V.tanh() raised AttributeError: 'Careless' object has no attribute 'sinh'",
    }
    assert operations.fragile == {
        "log": "V.log() raised AttributeError: 'Careless' object has no attribute 'nothing', "
        "at x = 2"
    }
    assert operations.varying == ["gelu"]
    assert operations.lacking == {}


def test_what_is_printed_is_dropped_and_nothing_can_be_read(capsys):
    class Printing(Careless):
        def relu(self):
            assert sys.stdout.write("abc") == 3
            assert sys.stdin.read() == ""
            return super().relu()

    stdin = sys.stdin
    assert "relu" not in check_engine(Printing).reasons
    assert capsys.readouterr() == ("", "")
    assert sys.stdin is stdin


# ---- numbers that aren't kept as they are --------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (math.trunc, "kept as ints"),
        (math.floor, "floored to whole numbers"),
        (lambda x: round(x), "rounded to whole numbers, to ints"),
        (lambda x: round(x, 1), "rounded to 1 decimal,"),
        (lambda x: round(x, 4), "rounded to 4 decimals"),
        (lambda x: x * (1 + 4e-4), "kept in half precision"),
        (lambda x: x + 0.1, ""),
        (lambda x: x, ""),
    ],
)
def test_the_hypothesis_that_explains_numbers(changed, words):
    numbers = [0.7, 2 / 3, 12.8456, -2.71828, -4.6449, -5.9]
    samples = [Sample(str(x), changed(x), x, changed(x) == x) for x in numbers]
    found = find_hypothesis(data_hypotheses(), samples, 2)
    assert (words in found[0].words) if words else found is None


def test_a_hypothesis_has_to_explain_more_than_contradicts_it():
    ints = next(data_hypotheses())
    right = Sample("add", 2.0, 2.0, True)
    wrong, other = Sample("mul", 2.0, 2.5, False), Sample("div", 9.0, 2.5, False)
    assert explains(ints, [right, wrong]) == {"mul"}
    assert explains(ints, [right, wrong, other]) is None
    assert explains(ints, [wrong, wrong._replace(found=9.0)]) is None
    assert explains(ints, [wrong, wrong._replace(name="sub"), other]) == {"mul", "sub"}
    assert find_hypothesis(iter([ints]), [right, wrong], 1) == (ints, {"mul"})
    assert find_hypothesis(iter([ints]), [right, wrong], 2) is None


def rounding_results(change):
    """Micrograd's manner; results are changed, but not leaves."""
    base = few(micrograd_like(), "add", "mul", "tanh", "pow")

    class Value(base):
        def node(self, name, data, operands, *partials):
            return super().node(name, change(data), operands, *partials)

    return Value


@pytest.mark.parametrize(
    ("change", "words", "is_judged"),
    [
        (lambda x: round(x, 3), "numbers are rounded to 3 decimals", True),
        (lambda x: math.trunc(x), "numbers are kept as ints", False),
    ],
)
def test_results_that_are_rounded_are_one_finding(change, words, is_judged):
    result = check_engine(rounding_results(change))
    assert [x.rule for x in result.mistakes] == ["precision"], str(result)
    assert result.mistakes[0].message.startswith(words)
    assert ("add" in result.sound) == is_judged
    assert (result.not_tried == {}) == is_judged


# ---- source --------------------------------------------------------------------------------------


def test_where_something_is_written_in_a_class():
    kind = build("closures")
    line = find_line(kind, r"self\.grad\s*=")
    assert line.endswith(": self.grad = 0.0")
    assert find_line(kind, r"self\.grad\s*=", ("backward",)).endswith(": self.grad = 1.0")
    assert find_line(kind, "nowhere") == ""
    assert first_line(kind, "backward").endswith(": def backward(self):")
    assert first_line(kind, print) == first_line(kind, "none") == ""
    source = Source(kind.__mul__)
    assert [(x.variable, x.adds, x.line.text) for x in source.statements("grad")] == [
        ("self", True, "self.grad += other.data * out.grad"),
        ("other", True, "other.grad += self.data * out.grad"),
    ]
    assert [x.name for x in source.functions()] == ["__mul__", "_backward"]
    assert not source.has_function_in_loop()
    assert source.search("out = ").text == 'out = Value(self.data * other.data, (self, other), "*")'
    assert source.search("no such line") is None


def test_a_comment_is_no_code():
    def function():
        x = 1  # x.grad = 2
        return x

    assert Source(function).search("grad") is None
    assert Source(None).lines == Source(len).lines == []


def test_functions_that_are_made_in_a_loop():
    def in_a_list(xs):
        return [lambda: xs for _ in xs]

    def in_a_loop(xs):
        while xs:

            def step():
                return xs

        return step

    def beside(xs):
        for x in xs:
            print(x)
        return lambda: xs

    found = [Source(x).has_function_in_loop() for x in (in_a_list, in_a_loop, beside)]
    assert found == [True, True, False]


# ---- one operation taken apart -------------------------------------------------------------------


def study_of(words, *edits, name="mul", probe=(1.5, -2.0)):
    """The study of an operation of micrograd's style, whose text is edited."""
    subject = Subject(build("closures", *edits))
    one = call(name, words)
    anatomy = Anatomy(subject, (out := subject.leaf(2.0) * 3.0), [*out._prev])
    return Study(subject, anatomy, one, probe)


def test_what_a_rule_does_to_gradients():
    study = study_of("V * V")
    assert study.after() == {0: -2.0, 1: 1.5}
    assert study.after(3.0) == {0: -6.0, 1: 4.5}
    assert study.after(2.0, {1: 0.75}) == {0: -4.0, 1: 3.75}
    assert (study.is_direct, study.is_held, study.is_by_helper) == (True, True, False)
    assert study.statement(1).line.text == "other.grad += self.data * out.grad"
    assert study.reads_above(0)
    assert study.rule_line(0).text == "self.grad += other.data * out.grad"
    assert study.rule_line().text == 'out = Value(self.data * other.data, (self, other), "*")'
    assert study.correct_line(0) == "self.grad += other.data * out.grad"
    assert study.correct_line(1) == "other.grad += self.data * out.grad"
    assert study.above_name() == "out.grad"


@pytest.mark.parametrize(
    ("name", "words", "probe", "line"),
    [
        ("tanh", "V.tanh()", (0.3,), "self.grad += (1 - out.data * out.data) * out.grad"),
        ("exp", "V.exp()", (0.3,), "self.grad += out.data * out.grad"),
        ("log", "V.log()", (0.3,), "self.grad += 1 / self.data * out.grad"),
        ("relu", "V.relu()", (2.5,), "self.grad += out.grad"),
        ("pow", "V ** number", (1.5, 3.0), "self.grad += n * self.data ** (n - 1) * out.grad"),
    ],
)
def test_the_line_as_it_should_be(name, words, probe, line):
    assert study_of(words, name=name, probe=probe).correct_line(0) == line


SIN = """    def sin(self):
        out = Value(math.sin(self.data), (self,), "sin")

        def _backward():
            self.grad += math.sin(self.data) * out.grad
        out._backward = _backward
        return out

"""


def test_a_function_of_math_in_the_line_as_it_should_be():
    study = study_of(
        "V.sin()", ("    def __neg__", f"{SIN}    def __neg__"), name="sin", probe=(0.3,)
    )
    assert study.correct_line(0) == "self.grad += math.cos(self.data) * out.grad"


def test_no_line_is_suggested_where_the_rule_does_not_hold_the_operands():
    edit = (
        "        def _backward():\n            self.grad += other.data",
        "        def _backward(self=self):\n            self.grad += other.data",
    )
    assert study_of("V * V", edit).correct_line(0) == ""


# ---- functions of its own ------------------------------------------------------------------------


def test_how_own_functions_are_called():
    kind = few(micrograd_like(), "add", "mul")

    def cube(x):
        return kind(x.data**3, (x,))

    def norm(x, y):
        return kind(math.hypot(x.data, y.data), (x, y))

    def scaled(x, k):
        return kind(x.data * float(k), (x,))

    def named(x, *, k):
        return kind(x.data * k, (x,))

    kind.cube, kind.norm, kind.scaled, kind.named = cube, norm, scaled, named
    kind.itself = lambda x: x
    subject = Subject(kind)
    found = {x: find_call(subject, x, getattr(kind, x)) for x in ("cube", "norm", "scaled")}
    assert found == {
        "cube": Function("cube"), "norm": Function("norm", 1), "scaled": Function("scaled", 0, 2.0),
    }  # fmt: skip
    assert [x.words for x in found.values()] == ["V.cube()", "V.norm(V)", "V.scaled(2)"]
    assert found["norm"].points()[:2] == [(0.3, -1.7), (-1.7, 2.5)]
    assert found["norm"].points()[-1] == (-0.4, 0.3)
    assert found["cube"].points() == [(0.3,), (-1.7,), (2.5,), (0.75,), (-0.4,)]
    assert find_call(subject, "itself", kind.itself) is None


# ---- the watchdog --------------------------------------------------------------------------------


def test_a_trace_function_stops_before_a_try_or_after_half_a_second(monkeypatch):
    """As Python 3.10 needs it."""
    here = sys._getframe()
    trace = watchdog._stop_after(time.thread_time() + 60)
    assert trace(here, "line", None) is trace
    monkeypatch.setattr(watchdog, "_enters_try", lambda frame: False)
    trace = watchdog._stop_after(time.thread_time())
    time.sleep(0)
    sum(range(1000))
    assert trace(here, "line", None) is trace
    late = watchdog._stop_after(time.thread_time() - 0.6)
    with pytest.raises(watchdog.Endless):
        late(here, "line", None)
    monkeypatch.setattr(watchdog, "_enters_try", lambda frame: True)
    with pytest.raises(watchdog.Endless):
        trace(here, "line", None)


@pytest.mark.parametrize(
    ("steps", "instruction", "enters", "is_ended"),
    [
        (0, None, False, True),
        (-1, None, False, False),
        (0, 122, True, True),  # as Python 3.10 needs it: right before a `try`
        (0, 122, False, False),
        (watchdog.GRACE_STEPS - 1, 122, False, False),
        (watchdog.GRACE_STEPS, 122, False, True),
    ],
)
def test_a_watch_ends_what_takes_too_many_steps(monkeypatch, steps, instruction, enters, is_ended):
    monkeypatch.setattr(watchdog, "TRY", instruction)
    monkeypatch.setattr(watchdog, "_enters_try", lambda frame: enters)
    watch = watchdog.Watch()
    watch.steps = watchdog.LIMIT + steps
    if is_ended:
        with pytest.raises(watchdog.Endless):
            watch._step(sys._getframe(), "opcode", None)
    else:
        assert watch._step(sys._getframe(), "opcode", None) == watch._step
    assert watch.steps == watchdog.LIMIT + steps + 1


def test_a_watch_counts_steps_and_notes_functions():
    def inner():
        return [x for x in range(50)]

    def outer():
        return inner()

    before = sys.gettrace()
    with watchdog.Watch() as short:
        outer()
    with watchdog.Watch() as long:
        outer(), outer()
    assert {"outer", "inner"} <= short.called
    assert 50 < short.steps < long.steps
    assert sys.gettrace() is before
    watchdog_function = watchdog._stop_after(0.0)
    assert short._trace(sys._getframe(), "call", None) == short._step
    assert "__exit__" not in short.called and watchdog_function is not None
