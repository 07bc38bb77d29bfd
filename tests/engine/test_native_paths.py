"""Paths of the compiled engine that few programs take: short of memory, in the middle of another
pass, without Python, and where it keeps memory for later."""

from __future__ import annotations

import gc
import importlib
import math
import sys
import tracemalloc
import weakref
from contextlib import suppress
from functools import cache, partial

import numpy as np
import pytest
from scarce_memory import assert_survives, fails

from chainrule.engine.dispatch import define
from chainrule.engine.node import Fields
from chainrule.table.rules import NUMBER

try:
    native = importlib.import_module("chainrule.engine._native")
except ImportError:
    native = None
readable = importlib.import_module("chainrule.engine.value")
Value = native and native.Value
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(native is None, reason="there is one engine"),
]
define("paths_blend", "x * y + 1 / x", ("y - 1 / x**2", "x"))
define("paths_below", "-x * y", ("-y", "-x"))


# ---- what C does alone ---------------------------------------------------------------------------


def calls_of_python(call):
    """The functions in Python that a call calls itself."""
    names, old = [], sys.getprofile()

    def profile(frame, event, _argument):
        if event == "call" and frame.f_back and frame.f_back.f_code is call.__code__:
            names.append(frame.f_code.co_name)

    sys.setprofile(profile)
    try:
        with suppress(ArithmeticError, TypeError, ValueError):
            call()
    finally:
        sys.setprofile(old)
    return names


X, Y, WHOLE, LARGE = map(Value, (0.5, 2.0, 3, 2**52)) if native else [None] * 4
TOTAL = X * Y + X if native else None
F, OUT = np.ones(3), np.full(3, None)
A = np.array([X, Y, 1.5], dtype=object)

ALONE = [
    lambda: Value(2.5), lambda: Value(3), lambda: Value(np.float64(0.5)), lambda: Value(2**53),
    lambda: X + 2.5, lambda: 2 - X, lambda: X * Y, lambda: X / Y, lambda: -X, lambda: abs(X),
    lambda: +X, lambda: X**2, lambda: X // Y, lambda: X % 2, lambda: X < 2.5, lambda: X >= Y,
    lambda: X == Y, lambda: X != 2.5, lambda: bool(X), lambda: hash(X), lambda: X.tanh(),
    lambda: X.max(2.0), lambda: X.max(other=2), lambda: X.where(Y, 2.0), lambda: X.clip(),
    lambda: X.elu(), lambda: WHOLE * 3, lambda: WHOLE**2, lambda: WHOLE**-1, lambda: LARGE + 1,
    lambda: LARGE * LARGE, lambda: X._apply(NUMBER["mul"], X, Y),
    lambda: X._apply_or_raise(NUMBER["where"], X, Y, 3), lambda: np.exp(X), lambda: np.add(X, 2.0),
    lambda: np.maximum(X, Y), lambda: TOTAL.backward(), lambda: TOTAL._push_once(),
    lambda: TOTAL._postorder(), lambda: TOTAL._rewrite(1.25, (2.0, None)),
    lambda: X._elementwise(NUMBER["add"], OUT, A, F), lambda: X._inner(OUT[:1], A, F),
    lambda: native.compute(NUMBER["exp"], F.copy(), F), lambda: setattr(X, "data", 0.5),
    lambda: setattr(X, "grad", 4), lambda: setattr(X, "grad", None),
]  # fmt: skip
WITH_PYTHON = [
    (lambda: Value(True), ["number"]), (lambda: Value(np.float32(0.5)), ["number"]),
    (lambda: Value(2**53 + 1), ["number"]), (lambda: Value("x"), ["number"]),
    (lambda: Value(2.0, label="x"), ["read_arguments"]), (lambda: Value(), ["read_arguments"]),
    (lambda: Value(2.0, (X, Y)), ["read_arguments"]), (lambda: X + True, ["operand_number"]),
    (lambda: X < "a", ["operand_number"]), (lambda: LARGE + LARGE, ["int_result"]),
    (lambda: LARGE * -2, ["int_result"]), (lambda: X / 0, ["check"]),
    (lambda: X * math.inf, ["check"]), (lambda: (-X).log(), ["check"]),
    (lambda: np.less(X, Y), ["array_ufunc"]), (lambda: np.add.reduce(A), []),
    (lambda: X.max("a"), ["operand_number", "wrong_operand"]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_plain_numbers_are_computed_without_python():
    for call in ALONE:  # what is loaded at a first call is there
        call()
    for number, call in enumerate(ALONE):
        assert calls_of_python(call) == [], number


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(len(WITH_PYTHON)))
def test_what_is_rare_is_left_to_python(number):
    call, names = WITH_PYTHON[number]
    assert calls_of_python(call) == names


# ---- memory that waits ---------------------------------------------------------------------------

KEPT_NODES, SORTED_FROM = 65_536, 4_096


def freed(count):
    """How many blocks of memory go back to Python when so many nodes die."""
    held = [Value(0.0) for _ in range(KEPT_NODES + 100)]
    dying = [Value(0.0) for _ in range(count)]
    before = sys.getallocatedblocks()
    dying.clear()
    return before - sys.getallocatedblocks() + 0 * len(held)


@pytest.mark.skipif(not sys.getallocatedblocks(), reason="another allocator counts no blocks")
def test_only_so_many_dead_nodes_wait_to_be_used_again(no_collector):
    freed(10)  # what Python itself keeps is made at the first call
    few, most, one_more, many = [
        min(freed(KEPT_NODES + more) for _ in range(3)) for more in (-1, 0, 1, 500)
    ]
    assert few == most == one_more - 1 == many - 500


@pytest.mark.parametrize("count", [SORTED_FROM - 1, SORTED_FROM, SORTED_FROM + 1, 20_000])
def test_the_nodes_of_a_large_graph_are_sorted_when_it_dies(no_collector, count):
    """Those that have waited before it keep their order: the last that died is used first."""
    held = [Value(0.0) for _ in range(KEPT_NODES + 100)]
    waiting = [Value(0.0) for _ in range(100)]
    waiting = waiting[::7] + [x for k, x in enumerate(waiting) if k % 7]
    nodes = [Value(0.0) for _ in range(count - 1)]
    root = Value(1.0, tuple(nodes[::3] + nodes[1::3] + nodes[2::3]))
    early = [id(x) for x in waiting]
    while waiting:
        waiting.pop(0)
    expected = sorted([id(root), *map(id, nodes)])
    del nodes, root
    made = [Value(0.0) for _ in range(count + 100)]
    found = [id(x) for x in made]
    assert found[count:] == early[::-1]
    assert sorted(found[:count]) == expected
    assert (found[:count] == expected) == (count >= SORTED_FROM)
    assert len(held) > KEPT_NODES


def walk(width):
    Value(1.0, (X,) * width)._postorder()


@cache
def widest():
    """A node whose order is larger than what is kept."""
    return Value(1.0, (X,) * 1_100_000)


def kept_after(*calls):
    """The kibibytes that calls leave behind, where no order was kept before."""
    for call in (widest, *calls):
        call()
    tracemalloc.start()
    try:
        widest()._postorder()
        first, found = tracemalloc.get_traced_memory()[0], []
        for call in calls:
            call()
            gc.collect()
            found.append(tracemalloc.get_traced_memory()[0] - first)
    finally:
        tracemalloc.stop()
    return [round(size / 4096) * 4 for size in found]


def test_the_largest_order_is_kept_for_the_next_one():
    widths = (10, 1022, 1023, 10, 2046, 5000, 10, 600_000, 10, 1_100_000, 10)
    found = kept_after(*[partial(walk, width) for width in widths])
    assert found == [8, 8, 16, 16, 16, 64, 64, 8192, 8192, 0, 8]


@pytest.mark.parametrize("method", ["_postorder", "backward"])
@pytest.mark.parametrize(
    ("outer", "inner", "kept"), [(10, 10, 8), (10, 3000, 32), (3000, 10, 32), (3000, 3000, 32)]
)
def test_one_order_is_kept_after_a_pass_within_a_pass(method, outer, inner, kept):
    def script():
        below = Value(1.0, (Value(2.0),) * inner, (1.0,) * inner)
        own = Value(1.0, (Value(0.5),))
        own._backward = lambda: getattr(below, method)() and None
        Value(1.0, (own,) * outer, (1.0,) * outer).backward()
        own._backward = int

    assert kept_after(script) == [kept]


# ---- references ----------------------------------------------------------------------------------


def test_the_collector_is_shown_all_that_a_node_refers_to():
    x, y, label = Value(0.5), Value(2.0), "a label"
    pair, wide = x * y, Value(1.0, (x, y, x, y))
    noted = x * x
    noted.label = label
    for node, below in ((x, []), (-x, [x]), (pair, [x, y]), (wide, [x, y, x, y]), (noted, [x, x])):
        seen = [each for each in gc.get_referents(node) if type(each) is not dict]
        assert [id(each) for each in seen] == [id(each) for each in (*below, Value)]
    assert {"label": label} in [each for each in gc.get_referents(noted) if type(each) is dict]


@pytest.mark.parametrize("new", [(), (1.0,), (1.0, 2.0, 3.0)])
@pytest.mark.parametrize("old", [1, 2, 5])
def test_operands_that_are_replaced_die_at_once(no_collector, old, new):
    x = Value(0.5)
    watch = weakref.ref(x)
    node = Value(1.0, tuple((x * 2.0) * 3.0 for _ in range(old)))
    del x
    assert watch() is not None
    node._relink(tuple(map(Value, new)))
    assert watch() is None


def test_a_new_start_lets_the_operands_go_at_once(no_collector):
    x = Value(0.5)
    watch, node = weakref.ref(x), -(x * 2.0)
    del x
    node.__init__(3.0)
    assert watch() is None


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_pass_lets_the_leaves_go_that_held_a_number_by_hand(no_collector, count):
    leaves = [Value(0.5) for _ in range(count)]
    for x in leaves:
        x.grad = 2.5
    Value(1.0, tuple(leaves), (1.0,) * count).backward()
    watches = list(map(weakref.ref, leaves))
    del leaves, x
    assert [watch() for watch in watches] == [None] * count


# ---- records -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 6])
@pytest.mark.parametrize("given", range(9))
def test_a_rewrite_takes_as_many_derivatives_as_there_are_operands(count, given):
    leaves = [Value(0.5 + k) for k in range(count)]
    node = Value(1.0, tuple(leaves), tuple(10.0 + k for k in range(count)))
    new = [20.0 + k for k in range(given)]
    node._rewrite(7.0, tuple(new))
    assert (node.data, node._operands) == (7.0, tuple(leaves))
    assert node._partials == (*new[:count], *(10.0 + k for k in range(given, count)))
    assert weakref.getweakrefcount(node) == 0
    leaves[0]._rewrite(2.5, tuple(new))
    assert (leaves[0].data, leaves[0]._partials, vars(leaves[0])) == (2.5, (), {})


@pytest.mark.parametrize("left", range(4))
def test_a_rewrite_whose_number_takes_the_operands_away(left):
    class Cutting:
        def __float__(self):
            node._relink(tuple(map(Value, range(left))), (1.0,) * left)
            return 5.0

    node = Value(1.0, (X, Y, X), (1.0, 2.0, 3.0))
    node._rewrite(7.0, (4.0, Cutting(), 6.0))
    assert node._partials == ((), (1.0,), (1.0, 5.0), (1.0, 5.0, 6.0))[left]


# ---- numbers written by hand ---------------------------------------------------------------------


def forgets(Value):
    """What is known of numbers by hand after passes that add to them, and that replace them."""
    seen, x = [], Value(0.5)
    for grad in (5, 2.5, 0):
        x.grad = grad
        for root in (x * 2.0, x * 3.0, x, x * 2.0):
            root.backward()
            seen.append((x.grad, x.by_hand, x.passes, x.grad_state))
    for operands in ((x,), (x, x, x)):
        node = Value._build(Value, (), Fields(1.0), {"by_hand": 4})
        node._relink(operands, (1.0,) * len(operands))
        seen.append(node.by_hand)
        (node * 2.0).backward()
        seen.append((node.grad, node.by_hand))
    return seen


def test_a_number_by_hand_is_forgotten_where_a_gradient_replaces_it():
    assert repr(forgets(native.Value)) == repr(forgets(readable.Value))


# ---- a pass within a pass ------------------------------------------------------------------------


@pytest.mark.parametrize("memory", [0, 255])
@pytest.mark.parametrize("padding", [0, 5, 20, 60])
def test_an_outer_pass_goes_on_where_it_was(memory, padding):
    """Nodes that it has reached push what they have; others don't, were it 0 times infinity."""
    x, y, z = Value(2.0), Value(0.0), Value(1.0)
    reached, steep = x * 3.0, y**0.5
    own = Value(1.0, (z,), "own")
    leaves = tuple(Value(1.0) for _ in range(padding))
    probe = Value(1.0, (reached, steep, *leaves), (1.0,) * (2 + padding))
    seen = []

    def rule():
        seen.append((reached.grad, steep.grad))
        if len(seen) == 1:
            rubbish = [bytearray([memory]) * (k + 1) for k in range(120)]
            del rubbish
            reached.grad = x.grad = 0.0
            probe.backward()
            reached.grad, steep.grad, x.grad, y.grad = 7.0, 0.0, 0.0, 0.0

    own._backward = rule
    choice = Value(0.0).where(steep, own)
    (reached + choice).backward()
    assert seen == [(1.0, 0.0)]
    assert (x.grad, steep.grad, y.grad) == (21.0, 0.0, 0.0)


def test_the_rule_of_a_root_may_run_a_pass_above_the_root():
    x = Value(2.0)
    root = Value(1.0, (x,), "own")
    above, seen = root * 3.0 + x, []

    def rule():
        seen.append(root.grad)
        if len(seen) == 1:
            above.backward()
        x.grad += 10.0 * root.grad

    root._backward = rule
    root.backward()
    assert seen == [1.0, 3.0]
    assert len(above._postorder()) == 5


# ---- short of memory -----------------------------------------------------------------------------


def large(kind):
    """A graph whose order needs to grow, and its leaf."""
    x = y = Value(1.0)
    if kind == "wide":
        return x, Value(1.0, (x,) * 5000, (1.0,) * 5000)
    if kind == "own":
        y = Value(1.0, (x,), "own")
        y._backward = lambda: setattr(x, "grad", 1.0)
    for _ in range(3000):
        y = y * 1.0
    return x, y


@pytest.mark.parametrize("method", ["_postorder", "backward"])
@pytest.mark.parametrize("kind", ["chain", "wide", "own"])
def test_a_walk_that_runs_out_of_memory_leaves_no_trace(kind, method):
    x, root = large(kind)
    nodes = root._postorder()
    root.backward()
    for number in range(40):
        for each in (x, root):
            each.grad = None
        kept = [(each.grad, each._state, each.passes) for each in (x, root)]
        widest()._postorder()  # no block waits for the next order
        ran_out = fails(getattr(root, method), number, (MemoryError, SystemError))
        if not ran_out:
            break
        assert kind == "own" or kept == [
            (each.grad, each._state, each.passes) for each in (x, root)
        ]
        assert root._postorder() == nodes
        x.grad = None
        root.backward()
        assert (root.grad, x.grad) == (1.0, 5000.0 if kind == "wide" else 1.0)
    assert 0 < number < 39


LEAVES = [Value(0.5 + k) for k in range(5)]
OVER_LEAVES = Value(1.0, tuple(LEAVES), (1.0,) * 5)


def by_hand():
    for each in LEAVES:
        each.grad = 2.5
    OVER_LEAVES.backward()
    OVER_LEAVES.backward()


# Python 3.12 itself crashes where there is no memory for a generator, and one reads the partials.
PARTIALS = ((1.0, 2.0, 3.0),) if sys.version_info < (3, 12) else ()


def notes():
    x = Value(2.0)
    x.note, x._kind = 3.5, 2
    x.data, x.grad = 2**40, 2**41
    return x.data, x.grad, x._operands, (x * x)._operands, (x * x)._partials, x._scope, -x < 2


def defined():
    floats = [k + 0.5 for k in range(120)]  # Python keeps a hundred of the dead ones
    return X._apply(NUMBER["paths_blend"], X, 3), X._apply(NUMBER["paths_below"], X, Y), floats


SCARCE = {
    "a constructor": lambda: (Value(2.0, label="x", grad=1.5), Value(1.0, (X, Y, X), "own")),
    "defined": defined,
    "by name": lambda: (X.where(y=Y, z=2.0), X.max(y=1), X.clip(a_max=0.25), X.leaky_relu()),
    "ends of ints": lambda: (LARGE + LARGE, LARGE * -2),
    "by hand": by_hand,
    "notes": notes,
    "postorder": lambda: TOTAL._postorder(),
    "relinks": lambda: Value(1.0, (X, X))._relink((X, Y, X), *PARTIALS),
    "a record": lambda: Value._build(Value, (X, Y), TOTAL._fields(), {"note": 3}),
}
PURE_C = ("notes", "postorder")


@pytest.mark.parametrize("name", SCARCE)
def test_a_call_survives_running_out_of_memory(name):
    assert_survives(SCARCE[name], calls_python=name not in PURE_C)


# ---- other ways in -------------------------------------------------------------------------------

ELSEWHERE = """
import sys
try:
    import _xxsubinterpreters as others
except ImportError:
    import _interpreters as others
import chainrule
program = '''
import sys
sys.path[:] = %r
try:
    import chainrule.engine._native
except ImportError as error:
    print(error, flush=True)
''' % sys.path
number = others.create()
others.run_string(number, program)
others.destroy(number)
"""


def test_another_interpreter_has_no_compiled_engine(run_python):
    if sys.version_info >= (3, 13):
        pytest.skip("Python itself refuses")
    said = run_python(ELSEWHERE, pure=True)
    assert said == "the compiled engine lives in the main interpreter only\n"


def test_a_defined_operation_may_give_minus_one():
    x, y = Value(1.0), Value(1.0)
    for made in (x._apply(NUMBER["paths_below"], x, y), x._apply(NUMBER["paths_below"], 1, 1.0)):
        assert (made.data, made.op) == (-1.0, "paths_below")
    made = x._apply(NUMBER["paths_below"], x, y)
    made.backward()
    assert (x.grad, y.grad, made._partials) == (-1.0, -1.0, (-1.0, -1.0))


@pytest.mark.parametrize("axes", [1, 2, 32, 64])
def test_a_loop_over_arrays_of_many_axes(axes):
    if axes > 32 and int(np.__version__.split(".")[0]) < 2:
        pytest.skip("NumPy 1 has 32 axes at most")
    shape = (2, *(1,) * (axes - 2), 3)[-axes:]
    out, x = np.zeros(shape), np.arange(math.prod(shape), dtype=float).reshape(shape)
    assert native.compute(NUMBER["add"], out, x, np.float64([1.0, 2.0, 3.0])) is True
    assert (out == np.add(x, [1.0, 2.0, 3.0])).all()
