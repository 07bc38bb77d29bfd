"""The compiled engine at its limits: whatever is done to it, its readable twin does the same.

Each script writes into a log what it sees: numbers with their bits, states, texts, errors, and the
order of calls. The logs of both engines are the same.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import math
import operator
import sys
import warnings
import weakref
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from steady_memory import assert_references_stay

from chainrule.engine.dispatch import apply, define
from chainrule.engine.loops import compute as in_python
from chainrule.engine.node import Fields
from chainrule.table import ops
from chainrule.table.rules import NUMBER, RULES

try:
    native = importlib.import_module("chainrule.engine._native")
except ImportError:
    native = None
readable = importlib.import_module("chainrule.engine.value")
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(native is None, reason="there is one engine"),
]
ROWS = [row for row in ops.TABLE.values() if row.eager and row.name in ops.BUILT_IN]
INTS = [0, 1, -1, 2, 3, -5, 2**26, 2**27, -(2**27), 2**52, 2**53 - 1, 2**53, -(2**53), 1 - 2**53]
define("limits_blend", "x * y + 1 / x", ("y - 1 / x**2", "x"))


def bits(x):
    return x if x is None else (type(x).__name__, float(x).hex())


def picture(root):
    """Everything that a graph stores."""
    order = {node: k for k, node in enumerate(root._postorder())}
    return [
        (
            type(v).__name__, *map(bits, (v.data, v.grad, v.by_hand, *v._partials)), v._rule, v.op,
            v._op, v._kind, v._state, v.passes, v.label, v.scope, repr(v), v.grad_state, v.kind,
            [order[x] for x in v._operands],
        )
        for v in order
    ]  # fmt: skip


def attempt(log, call):
    """What a call returns; an error is noted with its class and its text."""
    try:
        return call()
    except (ArithmeticError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        log.append((type(error), str(error)))
        return None


def logs(script, *arguments):
    """What a script writes on each engine."""
    found = []
    for engine in (readable, native):
        log = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            script(engine.Value, log, *arguments)
        found.append(log + [(each.category, str(each.message)) for each in caught])
    return found


def agree(script, *arguments):
    first, second = logs(script, *arguments)
    assert len(first) > 0
    for number, (x, y) in enumerate(itertools.zip_longest(first, second)):
        assert x == y, number


# ---- a pass --------------------------------------------------------------------------------------


def written_elsewhere(Value, log, is_below):
    """An own rule that adds to the gradient of a node that isn't its operand."""
    x = Value(2.0)
    product = x * 3.0
    own = Value(1.0, (x, product * product) if is_below else (x,), "own")

    def rule():
        product.grad += 5.0

    own._backward = rule
    root = own * 1.0 if is_below else product * 1.0 + own
    for _ in range(2):
        root.backward()
        log.append((product.grad, x.grad))


@pytest.mark.parametrize(
    ("is_below", "passes"),
    [(False, [(6.0, 18.0), (6.0, 36.0)]), (True, [(5.0, 15.0), (5.0, 30.0)])],
)
def test_a_rule_may_write_the_gradient_of_any_node(is_below, passes):
    assert logs(written_elsewhere, is_below) == [passes, passes]


def nested(Value, log, number, fails, twice):
    """A pass in the own rule of a node that is below another pass."""
    x, y = Value(1.5), Value(2.25)
    product = x * y
    late = product * 0.75
    own, depth = Value(0.5, (product, late), "own"), []
    beside = product.sin() + y * 0.1
    root = (own * 2.0 + product * 3.0) * beside + x
    stuck = Value(1.0, (late, x), "stuck")
    stuck._backward = lambda: log.append(1 / 0)
    fresh = Value(0.3) * late
    probe = [late, product, x, root, own, beside * late, fresh, fresh.exp() * x][number]
    probe = probe * stuck if fails else probe

    def rule():
        log.append([bits(v.grad) for v in (x, y, product, late, beside, own)])
        depth.append(None)
        if len(depth) < 3:
            attempt(log, probe.backward)
            log.append(picture(probe))
        product.grad += own.grad * 0.25
        late.grad += own.grad

    own._backward = rule
    for _ in range(1 + twice):
        attempt(log, root.backward)
        log.extend([picture(root), picture(probe)])
        depth.clear()


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("number", range(8))
def test_a_pass_within_a_pass(number, fails, twice):
    agree(nested, number, fails, twice)


def written(Value, log, numbers):
    """Numbers written by hand into every kind of node, before each of two passes."""
    leaves = [Value(0.5), Value(2), Value(3.0), Value(-1.5)]
    leaves[1].requires_grad = False
    leaves[2]._kind = 2
    inner = leaves[0] * leaves[1] + leaves[2]
    own = Value(1.0, (inner, leaves[3], leaves[1]), "own")
    own._backward = lambda: setattr(inner, "grad", 3)
    for root in (inner * leaves[3].relu(), own * inner + leaves[0], leaves[0], leaves[1]):
        nodes = [*leaves, inner, own, root]
        for shift in range(3):
            for k, node in enumerate(nodes):
                node.grad = numbers[(k + shift) % len(numbers)]
            for _ in range(2):
                attempt(log, root.backward)
                log.append(picture(own) + picture(root))
            attempt(log, root._backward)
            log.append([bits(node.grad) for node in nodes])


@pytest.mark.parametrize(
    "numbers",
    [[0, 7], [0.0, -0.0, 2.5, None], [-3, 2**53, math.inf], [math.nan, 5e-324, 1, None]],
    ids=["ints", "floats", "large", "odd"],
)
def test_numbers_written_before_a_pass(numbers):
    agree(written, numbers)


def builds(Value, log, name):
    """Nodes from records: all combinations of operands and of local derivatives."""
    is_own = name == "mine"
    op = RULES[1].name if is_own else name
    arity = 2 if is_own else len(RULES[NUMBER[name]].partials)
    for kinds in itertools.product([0, 1, 2], repeat=arity):
        choices = [(None,) if kind == 1 and not is_own else (0.0, -0.0, 2.5) for kind in kinds]
        for partials in [*itertools.product(*choices), *[(None,) * arity] * is_own]:
            operands = tuple(Value(0.5 + k) for k in range(arity))
            for operand, kind in zip(operands, kinds):
                operand._kind = kind if not is_own or kind != 1 else 2
            fields = Fields(1.5, -2, op, partials, 0, 1, 3)
            made = Value._build(Value, operands, fields, {"_own_op": "m"} if is_own else None)
            log.append(picture(made))
            for call in ((made * 1.0).backward, made._backward, made.backward):
                attempt(log, call)
                log.append(picture(made))


@pytest.mark.parametrize("name", ["add", "max", "relu", "where", "mine"])
def test_nodes_from_records(name):
    agree(builds, name)


def fields_of_a_leaf(Value, log):
    numbers = [2.5, 3, -0.0, 2**53]
    for data, grad in itertools.product(numbers, numbers):
        for kind, state, passes in itertools.product(range(3), range(3), (0, 1, 2**32 - 1)):
            fields = Fields(data, grad, "", (), kind, state, passes, ("a", "b"))
            leaf = Value._build(Value, (), fields, {"label": "x", "by_hand": 4})
            log.append((bits(leaf.data), bits(leaf.grad), leaf._fields(), leaf.label, leaf.by_hand))
            assert leaf._fields() == fields


def relinks(Value, log):
    x, y = Value(0.5, label="x"), Value(2.0)
    node = x * y
    wide = [Value(float(k)) for k in range(6)]
    for operands in ((), (x,), (x, y), (x, y, x), tuple(wide), (y, x), tuple(wide[:3]), (x,), ()):
        for partials in (None, tuple(0.5 + k for k in range(len(operands)))):
            node._relink(operands, partials)
            log.append((node.op, node._op, node.kind, node._rule, len(node._postorder())))
            log.append(node._partials)
            for call in (node.backward, (node * 2.0).backward, node._backward):
                attempt(log, call)
            log.append(picture(node))
            if partials:
                node._rewrite(7, partials[::-1])
                log.append(picture(node))
    node._rewrite(2.5, ())
    log.append(picture(node))


def again(Value, log):
    """__init__ on a node that has been something else."""
    x = Value(0.5)
    for arguments in ((3,), (2.5, (x, x)), (1.0, (x, x, x), (1.0, 2.0, 3.0)), (4.0, "label")):
        for number in range(3):
            node = (x * 2.0, Value(1.0, (x, x, x, x)), Value(2, label="l"))[number]
            node.grad, node.note = 5, "kept"
            attempt(log, node.backward)
            node._kind = 2
            node.__init__(*arguments)
            log.append(picture(node))
            log.append((node.note, sorted(node.__dict__), node._attributes == node.__dict__))
            attempt(log, (node * 1.0).backward)
            log.append(picture(node))


@pytest.mark.parametrize("script", [fields_of_a_leaf, relinks, again], ids=lambda f: f.__name__)
def test_nodes_that_change(script):
    agree(script)


# ---- numbers -------------------------------------------------------------------------------------


class Whole(IntEnum):
    TWO = 2


class Named(float):
    """A float of somebody's own."""


class Number:
    """Something like a number."""

    def __init__(self, x):
        self.x = x

    def __float__(self):
        return self.x

    def __repr__(self):
        return "Number"


class Index(Number):
    def __index__(self):
        return self.x

    __float__ = None


NUMBERS = [
    *INTS, 2**53 + 1, -(2**53) - 1, 2**63, -(2**63), 2**64, 10**400, True, False, Whole.TWO,
    0.5, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, Named(1.5), Fraction(1, 3),
    Decimal("0.1"), Number(2.5), Number("x"), Index(3), Index(2**60), "1", b"1", 1j, None, [1.0],
    np.float64(1.5), np.float32(0.1), np.int64(7), np.uint64(2**63), np.bool_(True), np.array(2),
    np.array([1.0]), np.longdouble(0.5), np.float16(0.25), -1, -1.0,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(len(NUMBERS)))
def test_any_object_as_a_number(number):
    """In a constructor, an attribute, an expression, a comparison and a record."""
    x = NUMBERS[number]

    def script(Value, log):
        def note(call):
            made = attempt(log, call)
            if made is NotImplemented or type(made) is bool:
                log.append(made)
            elif isinstance(made, Value):
                log.append(picture(made))
            elif made is not None:
                log.append(type(made))

        node = Value(2.5)
        note(lambda: Value(x))
        note(lambda: Value(x, label="n"))
        note(lambda: Value._build(Value, (), Fields(1, kind=1), {"grad": x}))
        for name in ("data", "grad"):
            note(lambda name=name: setattr(node, name, x))
            note(lambda: node)
        for name in ("lt", "le", "gt", "ge", "eq", "ne", "add", "mul", "pow", "rsub"):
            note(lambda name=name: getattr(node, f"__{name}__")(x))
        note(lambda: node.max(x))
        note(lambda: node.where(x, x))
        note(lambda: node._apply(NUMBER["add"], x, node))
        note(lambda: node._apply_or_raise(NUMBER["where"], node, x, node))
        note(lambda: Value(1.0, (node,), (x,)))

    agree(script)


def compares(Value, log):
    numbers = [0, -0.0, 0.5, 1, 2**53, math.inf, math.nan]
    for x, y in itertools.product(numbers, repeat=2):
        for p, q in ((Value(x), Value(y)), (Value(x), y), (x, Value(y))):
            log.append((p < q, p <= q, p > q, p >= q, p == q, p != q))


def whole_results(Value, log):
    """Operations on ints whose results are at the end of what is exact."""
    for row in ROWS:
        if row.keeps_int and row.arity < 3:
            for given in itertools.product(INTS, repeat=row.arity):
                for count in range(row.arity):
                    operands = [Value(x) if k >= count else x for k, x in enumerate(given)]
                    made = attempt(log, partial(apply, NUMBER[row.name], *operands))
                    if made is not None:
                        log.append((bits(made.data), tuple(map(bits, made._partials))))


def classes(Value, log):
    """The class of a result is the first that is somebody's own, by every way to an operation."""
    first, second = type("First", (Value,), {}), type("Second", (Value,), {})
    for kinds in itertools.product((Value, first, second, float), repeat=3):
        x, y, z = (kind(0.5 + k) for k, kind in enumerate(kinds))
        made = []
        for row in ROWS:
            operands = (x, y, z)[: row.arity]
            if any(isinstance(each, Value) for each in operands):
                made.append(attempt(log, partial(apply, NUMBER[row.name], *operands)))
            if isinstance(x, Value) and hasattr(x, row.name):
                made.append(attempt(log, partial(getattr(x, row.name), *operands[1:])))
        if isinstance(x, Value) or isinstance(y, Value):
            made += [x + y, x - y, x * y, x / y, x**y, x // y, x % y]
        log.append([type(each).__name__ for each in made])
        log.append([type(each).__name__ for v in made if v is not None for each in v._operands])


def ufuncs(Value, log):
    """What NumPy calls on single Values."""
    x, y = Value(0.5), Value(2)
    for name in ("add", "exp", "maximum", "less", "equal", "power", "negative", "arctan2", "sign"):
        ufunc = getattr(np, name)
        for operands in ((x,), (x, y), (y, 2.0), (1, x), (x, y, x)):
            for keywords in ({}, {"out": None}, {"where": True}, {"dtype": object}):
                made = attempt(log, partial(ufunc, *operands, **keywords))
                log.append(picture(made) if isinstance(made, Value) else repr(made))
        for method in ("__call__", "reduce", "outer", "at", "accumulate"):
            for operands in ((x,), (x, y), (x, "a"), (x, y, y), (x, y, y, x)):
                if method != "__call__" or len(operands) == ufunc.nin:
                    made = attempt(log, partial(x.__array_ufunc__, ufunc, method, *operands))
                    log.append(picture(made) if isinstance(made, Value) else repr(made))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "script", [compares, whole_results, classes, ufuncs], ids=lambda f: f.__name__
)
def test_operations(script):
    agree(script)


WRONG_CALLS = [
    lambda x: x.max(), lambda x: x.max(1, 2), lambda x: x.max(1, y=2), lambda x: x.max(x=1),
    lambda x: x.max(z=1), lambda x: x.max(w=1), lambda x: x.max(yy=1), lambda x: x.where(1),
    lambda x: x.where(1, 2, 3), lambda x: x.where(1, y=2), lambda x: x.where(1, x=2),
    lambda x: x.clip(1, min=2), lambda x: x.clip(1, 2, 3), lambda x: x.clip(lo=1, min=2),
    lambda x: x.clip(other=1), lambda x: x.leaky_relu(1, alpha=2), lambda x: x.exp(1),
    lambda x: x.max(other=1, y=2), lambda x: x.relu(alpha=1),
]  # fmt: skip
CALLS = [
    lambda x: x.max(y=1), lambda x: x.max(other=1), lambda x: x.min(other=1.0),
    lambda x: x.where(y=1, z=2), lambda x: x.where(z=x, y=3.0), lambda x: x.where(1, z=2),
    lambda x: x.clip(), lambda x: x.clip(1), lambda x: x.clip(max=0), lambda x: x.clip(min=1),
    lambda x: x.clip(z=0), lambda x: x.clip(y=1, z=2), lambda x: x.clip(hi=0, lo=-1),
    lambda x: x.clip(a_max=0, a_min=-1), lambda x: x.clip(max_val=0, min_val=-1),
    lambda x: x.leaky_relu(), lambda x: x.leaky_relu(0.5), lambda x: x.leaky_relu(alpha=0.5),
    lambda x: x.leaky_relu(slope=0.5), lambda x: x.leaky_relu(negative_slope=x),
    lambda x: x.elu(), lambda x: x.elu(alpha=0.5), lambda x: (-x).elu(y=0.5),
    lambda x: (-x).leaky_relu(), lambda x: (-x).elu(),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_operands_by_name(number):
    agree(lambda Value, log: log.append(picture(CALLS[number](Value(2.5)))))
    x = native.Value(2.5)
    count = sys.getrefcount(x)
    CALLS[number](x)
    assert sys.getrefcount(x) == count


@pytest.mark.parametrize("number", range(len(WRONG_CALLS)))
def test_wrong_operands_of_a_method(number):
    x = native.Value(2.5)
    count = sys.getrefcount(x)
    for Value in (readable.Value, native.Value):
        with pytest.raises(TypeError):
            WRONG_CALLS[number](Value(2.5))
    with pytest.raises(TypeError) as caught:
        WRONG_CALLS[number](x)
    one = "this operation of a Value takes 1 more operand, as y"
    two = "this operation of a Value takes 2 more operands, as y and z"
    said = str(caught.value)
    assert said in (one, two) or "takes no" in said
    assert (said == two) == (number in range(7, 15))
    del caught
    assert sys.getrefcount(x) == count


# ---- hooks and scopes ----------------------------------------------------------------------------


@pytest.fixture
def hooks():
    """A function that sets the same hooks on both engines, until the test ends."""
    yield lambda *functions: [each.set_hooks(*functions) for each in (readable, native)]
    for each in (readable, native):
        each.set_hooks(None, None, None, None)
        each.set_scope(0)


def watched(Value, log):
    x = Value(1.5)
    y = Value(2, label="y")
    for call in (
        lambda: x * y, lambda: x + 1, lambda: -y, lambda: x.tanh(), lambda: x.max(y),
        lambda: x.where(1, y), lambda: x == 3.0, lambda: x != 3.0, lambda: x == y, lambda: x != "a",
        lambda: operator.eq(3.0, x), lambda: bool(y), lambda: not x, lambda: x < 3,
        lambda: Value(1.0, (x, y)),
        lambda: Value(x), lambda: x.__init__(4), lambda: x + "a", lambda: x.detach(),
        lambda: x * math.inf * 0, lambda: Value(1.0) / 0, lambda: x.backward(),
        lambda: x._apply(NUMBER["limits_blend"], x, 2.0),
    ):  # fmt: skip
        log.append("call")
        made = attempt(log, call)
        log.append(picture(made) if isinstance(made, Value) else made)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("fails", [False, True])
def test_a_hook_is_called_with_the_same(hooks, number, fails):
    def script(Value, log):
        def hook(x):
            log.append(picture(x) if isinstance(x, Value) else x)
            if fails and len(log) > 12:
                raise ValueError("no more")

        functions = [None] * 4
        functions[number] = hook
        hooks(*functions)
        attempt(log, lambda: watched(Value, log))
        hooks(None, None, None, None)
        watched(Value, log)

    agree(script)


def test_the_hook_of_attributes_hears_of_each_name_that_is_public(hooks):
    heard = []

    def hook(node, name, x):
        heard.append((node, name, x))
        if x == "no":
            raise ValueError("no")

    hooks(None, None, None, hook)
    x = native.Value(2.0, label="first")
    assert heard == [(x, "label", "first")]
    x.label, x.grad, x._own_op, x.note, x.__dict__["own"] = "second", 3, "op", None, 1
    for name, value in (("", 5), ("é", 6)):
        setattr(x, name, value)
    del x.note
    del x.label
    with pytest.raises(ValueError, match=r"^no$"):
        x.label = "no"
    with pytest.raises(TypeError):
        native.Value.__setattr__(x, 5, 1)
    seen = [(name, value) for _, name, value in heard[1:]]
    assert seen == [("label", "second"), ("grad", 3), ("note", None), ("é", 6), ("label", "no")]
    assert (x.label, x.grad, x.__dict__[""]) == ("", 3, 5)


def test_a_hook_is_held_and_let_go(hooks):
    def hook(*x):
        """Nothing to do."""

    count = sys.getrefcount(hook)
    for k in range(4):
        native.set_hooks(*[hook if k == i else None for i in range(4)])
        assert sys.getrefcount(hook) == count + 1
    native.set_hooks(hook, hook, hook, hook)
    assert sys.getrefcount(hook) == count + 4
    native.set_hooks(None, None, None, None)
    assert sys.getrefcount(hook) == count


def test_a_scope_is_a_number_of_24_bits(hooks):
    set_scope = native.set_scope
    for number in (0, 1, 255, 256, 2**16, 2**24 - 1):
        assert set_scope(number) is None
        x = native.Value(1.0)
        made = [x, x * 2.0, (x * 2.0)._operands[1], x.tanh(), native.Value(1.0, (x, x, x))]
        x.__init__(2.0)
        assert {each._scope for each in made} == {native.open_scope()} == {number}
    for wrong in (2**24, 2**31, 2**63):
        with pytest.raises(OverflowError, match=r"^more than 16,777,215 different scopes$"):
            set_scope(wrong)
    for wrong, kind in ((2**64, OverflowError), (-1, OverflowError), ("x", TypeError)):
        with pytest.raises(kind):
            set_scope(wrong)
    assert native.open_scope() == 2**24 - 1
    assert native.Value(1.0)._scope == 2**24 - 1


# ---- arrays --------------------------------------------------------------------------------------

FIT = "a loop needs a target and one to three arrays that fit, of objects or float64"


def objects(Value, *shape):
    """An array of Values, ints and floats."""
    flat = [(Value(0.5 + k), k, -0.25 * k, Value(k))[k % 4] for k in range(math.prod(shape))]
    made = np.empty(len(flat), dtype=object)
    made[:] = flat
    return made.reshape(shape)


def floats(*shape):
    return np.linspace(-1.5, 2.5, math.prod(shape)).reshape(shape)


def seen(log, target):
    """Note the elements of an array of objects."""
    log.append(target.shape)
    for x in target.flat:
        log.append(picture(x) if hasattr(x, "_operands") else repr(x))


SHAPES = [
    ((), (), ()), ((1,), (), (1,)), ((3,), (3,), (3,)), ((3,), (1,), ()), ((3,), (), (3,)),
    ((2, 3), (2, 3), (2, 3)), ((2, 3), (3,), (2, 1)), ((2, 3), (1, 1), (1, 3)),
    ((1, 3), (2, 3), ()), ((2, 1), (2, 3), (3,)), ((1, 1), (2, 3), (2, 3)),
    ((2, 3, 2), (3, 1), (2, 1, 2)), ((1, 3, 1), (2, 1, 2), (2, 3, 2)), ((0,), (0,), (1,)),
    ((2, 0), (2, 1), (0,)), ((1,), (0,), (0,)), ((1, 1, 2, 1, 3), (1, 3), (2, 1, 1)),
]  # fmt: skip
VIEWS = [
    lambda x: x, lambda x: x[..., ::-1] if x.ndim else x,
    lambda x: np.asfortranarray(x) if x.ndim else x,
    lambda x: np.repeat(x, 2, -1)[..., ::2] if x.ndim else x,
]  # fmt: skip


@pytest.mark.parametrize("target", range(len(SHAPES)))
@pytest.mark.parametrize("view", range(len(VIEWS)))
def test_a_loop_over_arrays(target, view):
    """Of every shape, broadcast, in any layout, of objects and of numbers."""

    def script(Value, log):
        shape, left, right = SHAPES[target]
        layout = VIEWS[view]
        node, each = Value(1.0), VIEWS[view - 1]
        for x in (objects(Value, *left), floats(*left)):
            for y in (objects(Value, *right), floats(*right)):
                if x.dtype == y.dtype == float:
                    continue
                out = layout(np.full(shape, None))
                made = node._elementwise(NUMBER["mul"], out, layout(x), each(y))
                log.append(bool(made))
                seen(log, out)
        out = layout(np.full(shape, None))
        x = layout(objects(Value, *left))
        node._elementwise(NUMBER["where"], out, x, floats(*right), objects(Value, *left))
        node._elementwise(NUMBER["neg"], out, layout(objects(Value, *left)))
        seen(log, out)

    first, second = logs(script)
    assert [x for x in first if type(x) is not bool] == [x for x in second if type(x) is not bool]


@pytest.mark.parametrize("target", range(1, len(SHAPES)))
def test_numbers_of_arrays(target):
    shape, left, right = SHAPES[target]
    for name, arity in (("exp", 1), ("sub", 2), ("where", 3)):
        for layout in VIEWS:
            operands = [layout(floats(*left)), floats(*right), layout(floats(*right))][:arity]
            found = []
            for compute in (in_python, native.compute):
                out = layout(np.full(shape, 7.0))
                assert compute(NUMBER[name], out, *operands) is True
                found.append(out.tolist())
            assert repr(found[0]) == repr(found[1])


@pytest.mark.parametrize("lengths", [(1,), (2, 3), (3, 1), (2, 2, 2)])
@pytest.mark.parametrize("view", range(len(VIEWS)))
def test_an_inner_product(lengths, view):
    def script(Value, log):
        nodes = np.array([Value(0.5 + k) for k in range(math.prod(lengths))]).reshape(lengths)
        numbers, first = floats(*lengths), nodes[(0,) * (nodes.ndim - 1)]
        for x, y in ((nodes, numbers), (numbers, nodes), (nodes, nodes), (first, numbers)):
            out = VIEWS[view](np.full((*lengths[:-1], 1), None))
            assert Value(1.0)._inner(out, VIEWS[view](x), y) is None
            seen(log, out)

    agree(script)


def test_an_inner_product_of_no_axes_or_of_no_elements():
    x, y, out = np.array(native.Value(2.0)), np.array(native.Value(3.0)), np.array(None)
    native.Value(1.0)._inner(out, x, y)
    assert (out[()].data, out[()].op) == (6.0, "mul")
    out = np.full((2, 1), None)
    native.Value(1.0)._inner(out, np.empty((2, 0), dtype=object), np.empty((2, 0)))
    assert out.tolist() == [[None], [None]]


def test_numbers_at_any_address():
    raw = np.arange(4.0).tobytes()
    odd = memoryview(b"x" + raw)[1:].cast("d")
    out = memoryview(bytearray(33))[1:].cast("d")
    assert native.compute(NUMBER["add"], out, odd, np.ones(4)) is True
    assert out.tolist() == [1.0, 2.0, 3.0, 4.0]


def wrong_loops():
    x, a = native.Value(1.0), np.full((2, 3), native.Value(2.0))
    out, f = np.full((2, 3), None), np.ones((2, 3))
    fixed, frozen = np.full((2, 3), None), np.zeros((2, 3))
    fixed.flags.writeable = frozen.flags.writeable = False
    add, neg, compute = NUMBER["add"], NUMBER["neg"], native.compute
    rule = "compute needs the number of a rule, a target and an array for each operand"
    pair = "an inner product needs a target and two arrays"
    misfits = [a[:, :2], a[:1, :2], a[None], f.astype(np.float32), f.astype(int), f > 0, f * 1j]
    return [
        (TypeError, "a loop needs a rule and arrays", lambda: x._elementwise()),
        (TypeError, "a loop needs a rule and arrays", lambda: x._elementwise(neg)),
        (ValueError, FIT, lambda: x._elementwise(neg, out)),
        (ValueError, FIT, lambda: x._elementwise(neg, out, a, a, a, a)),
        *[(ValueError, FIT, lambda y=y: x._elementwise(add, out, a, y)) for y in misfits],
        *[(ValueError, FIT, lambda y=y: x._inner(out[:, :1], a, y)) for y in misfits],
        (ValueError, FIT, lambda: x._elementwise(add, f.astype(int), a, a)),
        (TypeError, pair, lambda: x._inner()), (TypeError, pair, lambda: x._inner(out, a)),
        (TypeError, pair, lambda: x._inner(out, a, a, a)),
        (ValueError, None, lambda: x._elementwise(neg, fixed, a)),
        (ValueError, None, lambda: compute(neg, frozen, f)),
        (TypeError, None, lambda: x._elementwise(neg, out, 3)),
        (TypeError, None, lambda: x._elementwise(neg, 3, a)),
        (ValueError, None, lambda: x._elementwise(add, out, a)),
        (ValueError, None, lambda: x._elementwise("x", out, a)),
        (TypeError, None, lambda: x._elementwise(add, out, a, np.full((2, 3), "x", dtype=object))),
        (TypeError, None, lambda: x._inner(out[:, :1], a, np.full((2, 3), "x", dtype=object))),
        *[(TypeError, rule, lambda n=n: compute(*n)) for n in (
            (), (add,), (add, f), (add, f, f), (neg, f, f, f), (0, f), (1, f), (-1, f, f),
            (len(RULES), f, f), (2**70, f, f), ("x", f, f),
        )],
        *[(ValueError, FIT, lambda y=y: compute(add, f.copy(), f, y)) for y in misfits],
    ]  # fmt: skip


def test_what_is_wrong_with_a_loop():
    for kind, said, call in wrong_loops():
        with pytest.raises(kind) as caught:
            call()
        assert said is None or (type(caught.value), str(caught.value)) == (kind, said)


def test_rules_that_python_computes_are_left_to_it():
    f, a = np.ones(2), np.full(2, native.Value(2.0))
    out = np.full(2, 7.0)
    assert native.compute(NUMBER["limits_blend"], out, f, f) is False
    assert native.compute(NUMBER["add"], np.full(2, None), f, f) is False
    assert native.compute(NUMBER["add"], out, f, a) is False
    assert native.compute(NUMBER["add"], out, a, f) is False
    assert native.compute(NUMBER["limits_blend"], out[:0], f[:0], f[:0]) is True
    assert out.tolist() == [7.0, 7.0]


def test_a_loop_that_fails_keeps_what_it_has_written():
    x, old = native.Value(2.0), native.Value(5.0)
    operands = np.array([x, 3.0, "wrong", x], dtype=object)
    out = np.full(4, old)
    watch, counts = weakref.ref(old), (sys.getrefcount(x), sys.getrefcount(operands))
    del old
    with pytest.raises(TypeError):
        x._elementwise(NUMBER["add"], out, operands, np.ones(4))
    assert [each.data for each in out] == [3.0, 4.0, 5.0, 5.0]
    out[:] = None
    assert watch() is None
    assert (sys.getrefcount(x), sys.getrefcount(operands)) == counts
    operands.resize(5, refcheck=False)  # no view of it is left open


# ---- references ----------------------------------------------------------------------------------


def test_calls_leave_no_reference_behind_and_take_none():
    x, y, z = native.Value(0.5), native.Value(2), native.Value(1.5)
    name = "a label of these tests"
    own = lambda: None  # noqa: E731
    lasting = [x, y, z, name, own, None, True, False, NotImplemented, native.Value, float, 2.5]

    def call():
        node = native.Value(1.0, (x, y, z), (1.0, 2.0, 3.0))
        node.label, node._backward, node._kind = name, own, 2
        for attribute in ("_backward", "_own", "label", "_operands", "_partials", "_attributes"):
            getattr(node, attribute)
        (x + y, x * 2.5, 2.5 - x, -x, x**2, abs(y), +x, x < y, x <= 2.5, x == y, x != 3, bool(x))
        (x.max(y), x.where(y, z), x.clip(), x.tanh(), x.__pow__(y, z))
        x.__add__("a"), x._apply(NUMBER["add"], x, "a"), x._apply(NUMBER["where"], x, y, "a")
        (node * 1.0).backward()
        node.backward(), node._backward(), node._push_once(), node._postorder(), node.__dict__
        node._relink((x, y)), node._rewrite(2.5, (None, None)), node.__init__(2.5, (x,), (1.0,))
        native.Value._build(native.Value, (x, y), node._fields()._replace(
            op="add", partials=(1.0, None)), {"label": name})  # fmt: skip
        node.grad = None
        native.open_scope(), native.set_scope(0), native.set_hooks(None, None, None, None)

    assert_references_stay(call, lasting, 500)


# ---- refusals and garbage collection -------------------------------------------------------------

APPLY = "_apply needs the number of a rule and its operands"
BUILD = "_build: {} operands do not fit the rule"


def refusals(x):
    build, add, neg = native.Value._build, NUMBER["add"], NUMBER["neg"]
    leaf, own, total = Fields(1.0), RULES[1].name, Fields(1.0, op="add", partials=(1.0, 2.0))
    numbers = [
        (), (neg,), (0, x), (1, x), (-1, x), (len(RULES), x), (2**70, x), ("x", x), (add, x),
        (add, x, x, x), (neg, x, x), (NUMBER["where"], x, x), (NUMBER["where"], x, x, x, x),
    ]  # fmt: skip
    same = "the operands of a Value are Values of the same engine"
    count = "the number of local derivatives differs from that of the operands"
    return [
        *[(ValueError, APPLY, lambda n=n: x._apply(*n)) for n in numbers],
        *[(ValueError, APPLY, lambda n=n: x._apply_or_raise(*n)) for n in numbers],
        (TypeError, "_build needs Value or a subclass of it", lambda: build(int, (), leaf, None)),
        (ValueError, BUILD.format(1), lambda: build(native.Value, (x,), leaf, None)),
        (ValueError, BUILD.format(0), lambda: build(native.Value, (), Fields(1, op=own), None)),
        (ValueError, BUILD.format(1), lambda: build(native.Value, (x,), total, None)),
        (ValueError, BUILD.format(3), lambda: build(native.Value, (x, x, x), total, None)),
        (TypeError, same, lambda: build(native.Value, (x, 3), total, None)),
        (TypeError, same, lambda: native.Value(1.0, (x, readable.Value(1.0)))),
        (TypeError, same, lambda: native.Value(1.0, (readable.Value(1.0),))),
        *[(ValueError, count, lambda p=p: build(
            native.Value, (x, x), total._replace(partials=p), None
        )) for p in ((), (1.0,), (1.0, 2.0, 3.0))],
        *[(AttributeError, f"{name} of a Value cannot be deleted", lambda name=name: delattr(
            x, name
        )) for name in ("data", "grad", "_kind", "_backward")],
    ]  # fmt: skip


def test_what_is_refused_is_refused_in_words_and_changes_nothing():
    x = native.Value(2.5, label="x")
    x.grad = 3
    seen, count = picture(x), sys.getrefcount(x)
    for number, (kind, said, call) in enumerate(refusals(x)):
        with pytest.raises(kind) as caught:
            call()
        assert (type(caught.value), str(caught.value)) == (kind, said), number
    del caught, call
    gc.collect()
    assert picture(x) == seen
    assert sys.getrefcount(x) == count


@pytest.mark.parametrize(
    "name",
    ["passes", "_rule", "_operands", "_partials", "_state", "_scope", "_attributes"],
)
def test_what_only_the_engine_writes(name):
    x = native.Value(2.5) * 2.0
    for change in (lambda: setattr(x, name, 1), lambda: delattr(x, name)):
        with pytest.raises(AttributeError):
            change()


def test_the_garbage_collector_is_told_of_what_may_be_in_a_cycle():
    Value = native.Value

    def noted(name, x):
        node = Value(1.5)
        setattr(node, name, x)
        return node

    x, own = Value(0.5), Value(1.0, (Value(2.0),))
    own._backward = lambda: None
    plain = [
        x, x + 1, x * x, -x, x.where(x, x), Value(1.0, (x, x, x)), Value(2, label="l"), x.detach(),
        noted("grad", 2.5), noted("label", "l"), noted("note", 3), noted("note", "text"),
        Value._build(Value, (x, x), Fields(1.0, op="add", partials=(1.0, 2.0)), {"label": "l"}),
    ]  # fmt: skip
    tracked = [
        own, own + 1, 1 - own, -own, own.where(x, x), x.where(own, x), x.where(x, own),
        (own + 1) * x, x.max(own), own._apply(NUMBER["limits_blend"], x, own),
        noted("note", []), noted("note", x), noted("_backward", test_operations),
        noted("label", {}),
        Value._build(Value, (), Fields(1.0), {"note": []}), Value(1.0, label=[1]),
    ]  # fmt: skip
    opened = x * 2.0
    assert not gc.is_tracked(opened)
    assert opened.__dict__ == {}
    assert [gc.is_tracked(node) for node in plain] == [False] * len(plain)
    assert [gc.is_tracked(node) for node in (*tracked, opened)] == [True] * (len(tracked) + 1)
    assert not gc.is_tracked(x)
