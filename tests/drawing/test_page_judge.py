"""The page judges a gradient that was set by hand as Python's `check` does, word by word."""

from __future__ import annotations

import math
import random

import drawing_graphs as graphs
import pytest
from drawing_graphs import labelled

from chainrule import Value, check, define, where
from chainrule.drawing.view.scene import snapshot
from chainrule.table.ops import BUILT_IN, TABLE
from chainrule.table.rules import NUMBER, RULES
from chainrule.verdict.gradients import rule_mistakes
from chainrule.verdict.gradients.judge import Judge
from chainrule.verdict.gradients.kinks import is_at_kink
from chainrule.verdict.gradients.mistakes import known_mistakes
from chainrule.verdict.gradients.reference import Reference
from chainrule.verdict.tolerances import FEW_PATHS, MOST_COMPARED, NUDGE_BUDGET, NUDGE_CALLS

pytestmark = pytest.mark.once


@pytest.fixture
def judged(modules):
    """A function: the page's verdicts for a graph, for each of several ways of setting nodes."""
    return lambda data, ways: modules.run(
        """const [data, many] = argument;
        return many.map(way => {
          const graph = new model.Graph(data);
          for (const [index, value] of way) graph.nodes[index].hand = { value, text: "" };
          return [...judge.judgements(graph)].map(([index, one]) =>
            [index, one.status, one.expected, one.mistake, one.why, one.kind ?? "",
             one.kind ? ways.hintsFor(graph, index, one.kind).join(" ") : ""]);
        })""",
        [data, ways],
    )


def readme():
    return graphs.expression(Value)["L"]


def mixed():
    x, y = Value(0.5, label="x"), Value(-1.5, label="y")
    return labelled((x * y + x.tanh() * 3.0) * x.exp() - y / x + (x * y) ** 3)


def functions():
    x = Value(0.7, label="x")
    return labelled((x.sigmoid() + 1.0) * x.sqrt() * x.log() + 1.0 / x)


def one_function(name):
    x = Value(0.6, label="x")
    return labelled(getattr(x, name)() * 2.5)


def quotient():
    x, y = Value(6.0, label="x"), Value(4.0, label="y")
    return labelled((x / y) * -3.0)


def powers():
    x, y = Value(3.0, label="x"), Value(-2.0, label="y")
    return labelled(x**2 * 5.0 + y**-3 + x**4 / 7.0 + 2.0**y)


def at_a_kink():
    x, y = Value(0.0, label="x"), Value(2.0, label="y")
    return labelled(x.relu() * y + abs(x) - 3.0 * x)


def conventions():
    x = Value(0.0, label="x")
    return labelled((x.relu() - (-x).relu()) * 2.0 + x.sign() + x.floor())


def gates():
    x, y = Value(1.25, label="x"), Value(2.0, label="y")
    return labelled(where(x > y, x * y, y * 3.0) + x.relu() * y)


def only_in_a_condition():
    x, y, z = Value(1.25, label="x"), Value(2.0, label="y"), Value(-3.0, label="z")
    return labelled(where(z > y, x * y, y * 3.0) + where(z * 2.0 > y, x, x * y))


def cancelled():
    x, y = Value(1e-17, label="x"), Value(1.0, label="y")
    return labelled((x + y) - y)


def out_of_range():
    x, y = Value(0.0, label="x"), Value(1.0, label="y")
    return labelled(x.sqrt() * y + x * 0.0)


def many_paths():
    x = Value(1.5, label="x")
    total = x
    for number in range(11):
        total = total + x * float(number)
    return labelled(total)


def without_a_formula():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    own = Value(4.0, (a,), "square", label="own")
    return labelled(own * b + a * b)


def defined():
    cube = define("cube_judge_test", "x * x * x", ("3 * x * x",))
    x, y = Value(1.5, label="x"), Value(-2.0, label="y")
    return labelled(cube(x * y) * 0.5)


def saturated():
    x, y = Value(9.0, label="x"), Value(-16.0, label="y")
    return labelled((x.tanh() * 40.0 + y.sigmoid() * x) * 3.0 + (x * 2.0).tanh() * 1e5)


def cancelled_by_large_numbers():
    x, y = Value(1e-9, label="x"), Value(3e6, label="y")
    return labelled(((x + y) - y) * 2.0 + x.relu())


def cancelling_paths():
    x, y = Value(1.5, label="x"), Value(2e-4, label="y")
    return labelled((x * 1e8 - x * 99999999.5) * 0.5 + (y * x * 1e6 - y * x * 999999.0) * y)


def tiny():
    x, y = Value(1.5, label="x"), Value(-2.0, label="y")
    return labelled((x * y + x.sin()) * 1e-12 + 1.0)


def paths(count):
    x = Value(1.5, label="x")
    total = x * 0.75
    for number in range(1, count):
        total = total + x * (number * number + 0.25)
    return labelled(total)


def both_slots():
    x, y = Value(1.75, label="x"), Value(2.5, label="y")
    z = x * y + 0.25
    z.label = "z"
    return labelled(x**x * 2.0 - z / z * 3.0 + (z - z * y) * x + z / x)


def steep():
    x, y = Value(0.4, label="x"), Value(2.0, label="y")
    return labelled((x * 3e7).sin() * y + x)


def beside_an_end():
    x, y = Value(0.0, label="x"), Value(2.0, label="y")
    return labelled(x**1.5 + x.relu() * y)


def far_out():
    """Where the slopes of tanh, sigmoid and others are 0."""
    x, y = Value(800.0, label="x"), Value(-800.0, label="y")
    return labelled(x.sqrt() * 2.5 + y.cbrt() * x.log())


GRAPHS = {
    "far out": far_out,
    "steep": steep,
    "beside an end": beside_an_end,
    "saturated": saturated,
    "both slots": both_slots,
    "cancelled by large numbers": cancelled_by_large_numbers,
    "cancelling paths": cancelling_paths,
    "tiny": tiny,
    "ten paths": lambda: paths(10),
    "eleven paths": lambda: paths(11),
    "readme": readme,
    "reuse": lambda: graphs.reuse(Value),
    "neuron": lambda: labelled(graphs.neuron(Value)),
    "recurrence": lambda: labelled(graphs.recurrence(Value, 4)),
    "mixed": mixed,
    "functions": functions,
    "quotient": quotient,
    "powers": powers,
    "kink": at_a_kink,
    "conventions": conventions,
    "gates": gates,
    "only in a condition": only_in_a_condition,
    "cancelled": cancelled,
    "nan": out_of_range,
    "many paths": many_paths,
    "opaque": without_a_formula,
    "defined": defined,
    **{
        name: (lambda name=name: one_function(name))
        for name in ("exp", "log", "tanh", "sigmoid", "sqrt", "sin", "cos", "relu")
    },
}


def numbers_for(node, nodes, expected, rng):
    """What somebody might write: multiples, parts, roundings, and the numbers of the graph."""
    found = {0.0, 1.0, -1.0, 2.0, 0.5, 7.0, 1e-9, 1e6}
    for other in nodes:
        found |= {other.data, -other.data, other.data * expected, other.data + expected}
        for partial in other._partials:
            found |= {partial, partial and partial * expected, partial and partial + expected}
    found |= {expected * k for k in (-10, -5, -3, -2, -1, 1 / 3, -0.5, 0.1, 1, 1.5, 2, 2.5, 3, 8)}
    found |= {expected + k for k in (1, -1, 1e-7, 1e-3)}
    found |= {expected * (1 + k * 10.0**-n) for n in range(1, 11) for k in (-3, 1)}
    found |= {expected * 10.0**n for n in (-2, -1, 1, 2)}
    for user in nodes:
        for turn, operand in enumerate(user._operands):
            if operand is node and user._partials[turn] is not None:
                found.add(user._partials[turn])
                found.add(expected - user._partials[turn])
    numbers = [float(x) for x in found if x is not None and math.isfinite(x)]
    numbers += [float(f"{x:.{d}g}") for x in [expected] if math.isfinite(x) for d in (1, 2, 3, 5)]
    return [*sorted(set(numbers)), rng.uniform(-10, 10), math.inf, -math.inf, math.nan]


def near(x):
    return [x, round(x, 2), float(f"{x:.1g}"), float(f"{x:.2g}"), -x, 2 * x, 10 * x, 0.5, 13.7]


def said(verdict):
    hints = " ".join(verdict.hints[:2])
    return [verdict.status, verdict.expected, verdict.mistake, verdict.why, verdict.kind, hints]


def made_on_purpose(root, index):
    """The gradients that all known mistakes at a node give."""
    judge = Judge(Reference(list(root._postorder())))
    judge.verdicts()
    parts = judge.naming._parts(index)
    found = {float(guess.gradient) for guess in known_mistakes(parts)}
    return sorted(x for x in found if math.isfinite(x))


@pytest.fixture
def drawn(monkeypatch):
    """Make a graph to be judged by both. The page knows the defined operations of its own graph
    alone, so that Python, which names the rule of any one that was ever defined, is to know no
    others either."""

    def make(graph):
        root = graph()
        used = BUILT_IN | {node.op for node in root._postorder()}
        known = {name: row for name, row in rule_mistakes.TABLE.items() if name in used}
        monkeypatch.setattr(rule_mistakes, "TABLE", known)
        return root

    return make


def same(one, two):
    if isinstance(one, str):
        return one == two
    one, two = float(one), float(str(two).replace("Infinity", "inf"))
    return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-12) or (one != one and two != two)


def compare(judged, root, ways):
    """Set each way of numbers in Python and in the page, and compare what both say."""
    nodes = list(root._postorder())
    data = snapshot(root, "LR", True, 10_000)
    assert len(data["nodes"]) == len(nodes)
    for way, rows in zip(ways, judged(data, ways), strict=True):
        for node in nodes:
            node.grad = None
        for index, x in way:
            nodes[index].grad = x
        verdicts = check(root).verdicts
        found = {index: row for index, *row in rows}
        assert sorted(found) == sorted(index for index, _ in way)
        for index, row in found.items():
            expected = said(verdicts[nodes[index]])
            assert all(map(same, expected, row)), (way, nodes[index].label, expected, row)


@pytest.mark.filterwarnings("ignore:.*the gradient stops at 'own'")
@pytest.mark.parametrize("name", GRAPHS)
def test_the_page_judges_as_python_does(judged, drawn, name):
    rng = random.Random(name)
    root = drawn(GRAPHS[name])
    nodes = list(root._postorder())
    root.backward()
    right = {index: node.grad for index, node in enumerate(nodes) if node.kind != "constant"}
    ways = [
        [(index, x)]
        for index, expected in right.items()
        for x in numbers_for(nodes[index], nodes, expected, rng)
    ]
    for index in right:
        found = made_on_purpose(root, index)
        ways += [[(index, x)] for x in rng.sample(found, min(150, len(found)))]
    ways = rng.sample(ways, min(200, len(ways)))
    for _ in range(60):  # several at once: one mistake follows from another
        some = rng.sample(sorted(right), rng.randint(1, min(4, len(right))))
        way = [(at, rng.choice(near(right[at]))) for at in some if math.isfinite(right[at])]
        ways.append(way)
    compare(judged, root, [way for way in ways if way])


@pytest.mark.parametrize("name", ["exp", "log", "tanh", "sigmoid", "sqrt", "sin"])
def test_the_derivative_of_another_function_is_named(judged, drawn, name):
    root = drawn(lambda: one_function(name))
    root.backward()
    (at,) = (index for index, node in enumerate(root._postorder()) if node.label == "x")
    others = ("tanh", "sigmoid", "softplus", "gelu", "exp", "log", "sqrt", "sin", "cos", "atan")
    ways = []
    for other in others:
        x = Value(0.6)
        getattr(x, other)().backward()
        ways.append([(at, 2.5 * x.grad)])
    compare(judged, root, ways)
    causes = [row[0][3] for row in judged(snapshot(root, "LR", True, 100), ways)]
    assert sum("This is the derivative of" in cause for cause in causes) >= 5


def test_the_numbers_of_the_readme_by_name(judged):
    data = snapshot(readme(), "LR", True, 100)
    a = next(i for i, row in enumerate(data["nodes"]) if row.get("label") == "a")
    d = next(i for i, row in enumerate(data["nodes"]) if row.get("label") == "d")
    ways = [[(a, x)] for x in (2, -5, -4, 0)] + [[(d, 4)]]
    words = [rows[0][3] for rows in judged(data, ways)]
    assert "its value, not its gradient" in words[0] and "its own value" in words[4]
    assert "added, not multiplied" in words[1]
    assert "multiplied by its own value" in words[2]
    assert "as if this node had no effect" in words[3]


@pytest.mark.parametrize("scale", [1.0, 1000.0, 0.001])
@pytest.mark.parametrize("ground", [1.0, 1e5, 1e6, 1e7])
def test_a_gradient_at_a_kink_has_the_same_room_as_in_python(judged, drawn, scale, ground):
    root = drawn(lambda: labelled((Value(0.0, label="x").relu() + ground) * scale))
    (at,) = (index for index, node in enumerate(root._postorder()) if node.label == "x")
    shares = [0.0, 0.3, 1.0, 1.0005, 1.002, 1.5, -0.0005, -0.002, -1.0, 2.0]
    shares += [end + sign * 1.5**-k for k in range(30) for end, sign in ((0.0, -1), (1.0, 1))]
    compare(judged, root, [[(at, scale * share)] for share in shares])


@pytest.mark.parametrize("is_tied", [True, False])
def test_of_two_nodes_with_the_same_gradient_the_nearest_is_named(judged, drawn, is_tied):
    def middle():
        p, q, r, s = (Value(x, label=x_name) for x, x_name in
                      [(1.25, "p"), (4.5, "q"), (0.75, "r"), (6.25, "s")])  # fmt: skip
        first = p * 2.75 if is_tied else p * 2.75 + s
        return labelled(first + (q * 7.5 + r * 2.75))

    root = drawn(middle)
    at = {node.label: index for index, node in enumerate(root._postorder())}
    assert (at["q"] - at["p"] == at["r"] - at["q"]) is is_tied
    ways = [[(at["q"], 2.75)]]
    compare(judged, root, ways)
    ((row,),) = judged(snapshot(root, "LR", True, 100), ways)
    assert f"gradient of {'p' if is_tied else 'r'}" in row[3]


def test_what_the_root_does_not_depend_on_is_not_comparable(judged):
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    L = x * 2.0
    L.label = "L"
    data = snapshot([L, y + 1.0], "LR", True, 100)
    for index in range(data["root"] + 1, len(data["nodes"])):
        ((row,),) = judged(data, [[(index, 1.0)]])
        assert row[:2] == [index, "not comparable"] and row[4] == "L does not depend on it"


def hidden(k):
    """The effect of x, more and more hidden by rounding: with each k by 8 % more."""
    x, y = Value(1.5e-3, label="x"), Value(1e8 * 1.08**k, label="y")
    return labelled(((x + y) - y) * 2.0 + (x * 1e4).sin() * 1e-4)


@pytest.mark.parametrize("k", range(84, 98))
def test_rounding_hides_a_node_where_python_says_so(judged, drawn, k):
    root = drawn(lambda: hidden(k))
    root.backward()
    ((index, x),) = [(i, n) for i, n in enumerate(root._postorder()) if n.label == "x"]
    compare(judged, root, [[(index, x.grad)]])


@pytest.mark.parametrize("graph", [cancelling_paths, cancelled_by_large_numbers, saturated])
def test_rounding_excuses_as_much_as_in_python(judged, drawn, graph):
    """Gradients that are off by more and more, each by 20 % more than the one before."""
    root = drawn(graph)
    root.backward()
    right = {i: node.grad for i, node in enumerate(root._postorder()) if node.label in "xy"}
    off = [1e-17 * 1.2**k for k in range(180)]
    compare(judged, root, [[(index, x + each)] for index, x in right.items() for each in off])


@pytest.mark.parametrize("count", [MOST_COMPARED, MOST_COMPARED + 1])
@pytest.mark.parametrize("is_alone", [True, False])
def test_another_nodes_gradient_is_looked_for_in_so_many_nodes(judged, count, is_alone):
    x, y = Value(math.sqrt(3), label="x"), Value(math.sqrt(5), label="y")
    root = (x * y + x.sin() * math.sqrt(0.13)) * math.sqrt(1.7)
    while len(list(root._postorder())) < count:
        root = -root
    labelled(root)
    root.backward()
    at = list(root._postorder()).index(x)
    ways = [[(at, y.grad)]]
    compare(judged, root, ways)
    data = snapshot(root if is_alone else [root, x + 1.0], "LR", True, 10_000)
    kinds = [rows[0][5] for rows in judged(data, ways)]
    assert ("another node's" in kinds) is (count == MOST_COMPARED)


@pytest.mark.parametrize("count", [FEW_PATHS, FEW_PATHS + 1])
def test_half_of_the_paths_may_be_missing_where_there_are_few(judged, drawn, count):
    root = drawn(lambda: paths(count))
    nodes = list(root._postorder())
    at = next(index for index, node in enumerate(nodes) if node.label == "x")
    added = [0.75, *(number * number + 0.25 for number in range(1, count))]
    ways = [[(at, sum(added[::2]))]]
    compare(judged, root, ways)
    ((row,),) = judged(snapshot(root, "LR", True, 100), ways)
    assert (f"of {count} contributions" in row[3]) is (count == FEW_PATHS), row


@pytest.mark.parametrize("is_within", [True, False])
def test_as_many_nodes_are_nudged_as_the_page_has_time_for(judged, is_within):
    """One node depends on the last below a kink, two on the one before it, and so on, until the
    calls are used up: exactly, or by one node too many."""
    most = NUDGE_BUDGET // NUDGE_CALLS
    count = next(count for count in range(most) if count * (count + 1) // 2 >= most)
    left_out = count * (count + 1) // 2 - most
    x = Value(0.0, label="x")
    root = x
    for _ in range(count - 1):
        root = -root
    root = labelled(root.relu())
    ways = [(at, 0.5 * (-1) ** (count - 1 - at)) for at in range(count)]
    del ways[count - left_out + (0 if is_within else 1)]  # count - at nodes depend on node at
    rows = {row[0]: row[1] for row in judged(snapshot(root, "LR", True, 10_000), [ways])[0]}
    assert rows[0] == ("not comparable" if is_within else "wrong")
    assert {rows[at] for at in rows if at} == {"not comparable"}


def test_zero_and_one_are_no_sign_of_another_node(judged):
    x, y, z = (Value(number, label=name) for name, number in (("x", 0.0), ("y", 2.3), ("z", 0.7)))
    root = labelled((x * y + z * z * 3.1) * 1.9 + y * 0.4)
    root.backward()
    nodes = list(root._postorder())
    ways = [
        [(at, number)]
        for at, node in enumerate(nodes)
        if node.kind != "constant"
        for number in (0.0, 1.0, -1.0, 1.9, -1.9)
    ]
    compare(judged, root, ways)


KINKED = {
    name: row.kinks[0].at[0]
    for name, row in TABLE.items()
    if row.kinks and len(row.operands) == 1 and not row.domain and hasattr(Value, name)
}
"""Operations of any one number, and where they have a kink or jump."""


@pytest.mark.parametrize("name", KINKED)
def test_a_kink_is_as_near_as_in_python(modules, name):
    kink = KINKED[name]
    points = [0.0, 1e-3, -1e-3, 1e3, kink, kink * (1 + 1e-9), kink * (1 - 1e-7)]
    points += [kink + sign * 10.0**-n for n in range(2, 13) for sign in (1, -1)]
    graphs_, expected = [], []
    for x in points:
        root = getattr(Value(x, label="x"), name)()
        graphs_.append(snapshot(root, "LR", True, 100))
        rule = RULES[NUMBER[root.op]]
        numbers = [operand.data for operand in root._operands]
        expected.append(is_at_kink(rule, numbers, root._partials))
    code = "argument.map(data => kinks.isAtKink(new model.Graph(data), data.root))"
    assert modules.value(code, graphs_) == expected
    assert {True, False} == set(expected)
