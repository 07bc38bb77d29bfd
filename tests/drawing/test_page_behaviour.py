"""What the page does step by step is what Python does, and each deed has its consequences."""

from __future__ import annotations

import math
import random

import drawing_graphs as graphs
import pytest
from drawing_graphs import labelled
from page_view import opened, press, said

from chainrule import Value, scope, where
from chainrule.drawing.view.scene import snapshot
from chainrule.verdict.gradients.judge import Judge
from chainrule.verdict.gradients.mistakes import (
    doubled,
    equally_likely,
    fitting_mistakes,
    known_mistakes,
    shifted_points,
)
from chainrule.verdict.gradients.reference import Reference
from chainrule.verdict.gradients.rounding import agrees, digits_needed, digits_of, is_coarse
from chainrule.verdict.tolerances import MOST_COMPARED

pytestmark = pytest.mark.once


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


# ---- the judge, part by part ---------------------------------------------------------------------

CAUGHT = """const caught = ([data, way], look) => {
  const graph = new model.Graph(data);
  for (const [index, value] of way) graph.nodes[index].hand = { value, text: "" };
  const { prototype } = naming.Naming;
  const { mistake } = prototype;
  let found = null;
  prototype.mistake = function (index) {
    found ??= this.judge;
    return mistake.call(this, index);
  };
  try {
    judge.judgements(graph);
  } finally {
    prototype.mistake = mistake;
  }
  return look(found, graph);
};
const list = (map, count) => Array.from({ length: count }, (_, index) => map.get(index) ?? -1);
"""
"""The page's judge itself, of a graph in which some gradient is wrong."""


def functions():
    """Functions of one number: most of those whose slip has a name."""
    x, y = Value(0.7, label="x"), Value(-1.25, label="y")
    one = x.tanh() * x.sigmoid() + x.exp() * y.cos() - x.log() * y.sin() + x.sqrt() / y
    two = x.atan() * 3.0 + y.erf() * x.cbrt() - (-y).gelu() + x.asin() * y.softplus() + x.acos()
    return labelled((one * two).sinh() * 0.25 + y.relu() * x + abs(y) * x.tan() + y.silu())


def operations():
    """Operations of several numbers."""
    x, y, z = Value(1.5, label="x"), Value(2.25, label="y"), Value(-0.5, label="z")
    one = x**y - y**3 * z + 2.0**x - x / y + y % x + (x * z).max(z) + x.min(y) * z
    two = x.hypot(z) * 5.0 + where(x > z, x * z, y) + (z - y) * (y - x) - (x + y + z)
    return labelled(one * two - x * x * y + (x - 1.0) * -1.0)


def ones():
    """Paths with the factor 1 or -1 above or inside."""
    x, y = Value(2.0, label="x"), Value(-3.0, label="y")
    z = x - y
    return labelled(z + x * y - (x + 1.0) + -x + (y - 4.0) + z * 1.0)


def two_paths(inner, outer):
    """Two paths to x: `inner` is the local derivative of the first, `outer` the gradient above."""
    x, y = Value(1.75, label="x"), Value(0.6, label="y")
    return labelled((x * inner + y) * outer + x * y)


def several(count):
    x, y = Value(1.5, label="x"), Value(0.75, label="y")
    total = x * y
    for number in range(1, count):
        total = total + x * (number * number + 0.25)
    return labelled(total * 1.5)


def deep():
    x, w = Value(0.3, label="x"), Value(1.7, label="w")
    out = x
    for step in range(6):
        out = (out * w + 0.1 * step).tanh() * 1.25
    return labelled(out)


def nearly_one():
    """Where the formulas of the local derivatives lose digits."""
    x, y = Value(8.5, label="x"), Value(-15.0, label="y")
    return labelled(x.tanh() * 50.0 * y.sigmoid() + (x * 2.0).tanh() * y + y.sigmoid() * 1e7)


def infinite():
    x, y = Value(2.0, label="x"), Value(0.0, label="y")
    return labelled(x * 3.0 + (y.sqrt() + x) * 0.0 + x * y)


def kinks():
    """Operations at a kink, and beside one, and some with a constant or a nan."""
    x, y, nan = Value(0.0, label="x"), Value(1.5, label="y"), Value(math.nan, label="nan")
    one = x.relu() * y + (x * 3.0).max(1.0) + (y - 1.5).clip(-1.0, 1.0) * y + abs(y * x) ** 2.0
    return labelled(one + y.floor() + x**2.0 * y + (nan.max(y) + nan.relu()) * 0.0)


def beside_kinks():
    """Numbers that are so far from a kink, as a part of their size."""
    root = Value(1.0, label="s")
    for number, x in enumerate((0.0, 4.0, -4.0)):
        for at, away in enumerate((0.5e-9, 1.5e-9, 3e-9)):
            y = Value(x, label=f"x{number}{at}")
            root = root + y.clip(x - away * (abs(x) or 1.0), 10.0) * (number + 2.0)
    return labelled(root)


JUDGED = {
    "beside kinks": beside_kinks,
    "kinks": kinks,
    "functions": functions,
    "operations": operations,
    "ones": ones,
    "1 and 2": lambda: two_paths(1.0, 2.0),
    "-1 and 2": lambda: two_paths(-1.0, 2.0),
    "2 and 1": lambda: two_paths(2.0, 1.0),
    "2 and -1": lambda: two_paths(2.0, -1.0),
    "0 and 3": lambda: two_paths(0.0, 3.0),
    **{
        f"{count} paths": lambda count=count: several(count) for count in (1, 2, 3, 4, 5, 6, 10, 11)
    },
    "deep": deep,
    "nearly one": nearly_one,
    "infinite": infinite,
}


def right_gradients(root):
    root.backward()
    return {
        index: node.grad
        for index, node in enumerate(root._postorder())
        if node.kind != "constant" and math.isfinite(node.grad)
    }


def typed(x, digits):
    """A number as somebody writes it."""
    return float(f"{x:.{digits}g}") if digits else x


def some_way(right, rng):
    """Some nodes' gradients: the right ones, rounded, or wrong; at least one is wrong."""
    picked = rng.sample(sorted(right), rng.randint(1, min(6, len(right))))
    way = {}
    for index in picked:
        x = right[index] * rng.choice([1, 1, 1, 1, -1, 2, 0.7])
        way[index] = typed(x, rng.choice([0, 2, 3, 4, 6]))
    way[rng.choice(sorted(right))] = rng.choice([13.7, -0.111])
    return sorted(way.items())


def python_judge(root, way):
    nodes = list(root._postorder())
    for node in nodes:
        node.grad = None
    for index, x in way:
        nodes[index].grad = x
    judge = Judge(Reference(nodes))
    return judge, judge.verdicts()


def close(one, two):
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(close, one, two))
    if isinstance(one, bool | str) or one is None:
        return one == two
    return one == two or (one != one and two != two) or math.isclose(one, two, rel_tol=1e-9)


WORKED_OUT = """const worked = way => (judge, { nodes }) => ({
  exact: judge.exact, total: judge.total, rounding: judge.rounding, noise: judge.noise,
  widths: judge.widths, digits: [judge.digits.significant, judge.digits.decimals],
  implied: [judge.implied.middle, judge.implied.width],
  typed: [judge.typed.middle, judge.typed.width],
  upstream: judge.upstream, errors: nodes.map(({ index }) => judge.errors(index)),
  culprit: list(judge.culprit, nodes.length),
  follows: way.map(([index]) => judge.follows(index)),
  wrong: judge.naming._wrong(),
  kinks: list(judge.doubts.kink, nodes.length),
  unknown: list(judge.doubts.unknown, nodes.length),
  stale: list(judge.doubts.stale, nodes.length),
});
"""


def worked_out(judge, way):
    """The same in Python."""
    reference, count = judge.reference, len(judge.widths)
    return {
        "exact": reference.expected,
        "total": reference.total,
        "rounding": reference.rounding,
        "noise": judge.noise,
        "widths": judge.widths,
        "digits": [judge.digits.significant, judge.digits.decimals],
        "implied": [judge.implied.middle, judge.implied.width],
        "typed": [judge.typed.middle, judge.typed.width],
        "upstream": judge.upstream,
        "errors": [judge.errors(index) for index in range(count)],
        "culprit": [judge.culprit.get(index, -1) for index in range(count)],
        "follows": [judge.follows(index) for index, _ in way],
        "wrong": judge.naming._wrong,
        "kinks": [reference.kinks.get(index, -1) for index in range(count)],
        "unknown": [reference.unknown.get(index, -1) for index in range(count)],
        "stale": [-1] * count,
    }


@pytest.mark.parametrize("name", JUDGED)
def test_what_the_judge_works_out_on_the_way_is_what_python_does(modules, name):
    root = JUDGED[name]()
    right, rng = right_gradients(root), random.Random(name)
    ways = [some_way(right, rng) for _ in range(5)]
    data = snapshot(root, "LR", True, 10_000)
    rows = modules.run(
        CAUGHT
        + WORKED_OUT
        + "const [data, ways] = argument; return ways.map(way => caught([data, way], worked(way)))",
        [data, ways],
    )
    for way, row in zip(ways, rows, strict=True):
        judge, _ = python_judge(root, way)
        for part, value in worked_out(judge, way).items():
            assert close(value, row[part]), (way, part, value, row[part])


GUESSES = """const told = ({ kind, cause, mistake, terms, isTelling }) =>
  [kind, cause, mistake, guesses.totalOf(terms), isTelling];
"""


def told(mistakes):
    return [
        [one.kind, one.cause, one.sentence, one.gradient, one.is_telling]
        for one in mistakes
        if math.isfinite(one.gradient)
    ]


@pytest.mark.parametrize("name", JUDGED)
def test_every_guess_is_that_of_python_in_the_same_order(modules, name):
    root = JUDGED[name]()
    right = right_gradients(root)
    data = snapshot(root, "LR", True, 10_000)
    rng = random.Random(name)
    way = [(index, typed(x, 4) if rng.random() < 0.5 else x) for index, x in right.items()]
    way[rng.randrange(len(way))] = (way[0][0], 13.7)
    way = sorted(dict(way).items())
    judge, _ = python_judge(root, [*way[:-1], (way[-1][0], -0.111)])
    way = [*way[:-1], (way[-1][0], -0.111)]
    rows = modules.run(
        CAUGHT
        + GUESSES
        + """return caught(argument, (judge, graph) => graph.nodes.map(({ index }) => {
          const parts = judge.naming._parts(index);
          const all = [...guesses.everyGuess(parts, graph), ...guesses.shiftedPoints(parts),
            ...guesses.doubled(parts)];
          return [parts.map(part => [part.user, part.above, part.partial, part.value, part.text,
            part.slot, part.numbers, part.out, part.spread]),
            all.map(told).filter(([, , , x]) => Number.isFinite(x))];
        }))""",
        [data, way],
    )
    for index, (parts_, found) in enumerate(rows):
        parts = judge.naming._parts(index)
        if not parts:
            continue
        values = [
            [one.user, one.above, one.partial, one.value, one.text, one.position,
             list(one.numbers), one.out, one.spread]
            for one in parts
        ]  # fmt: skip
        assert close(values, parts_), (index, values, parts_)
        expected = told([*known_mistakes(parts), *shifted_points(parts), *doubled(parts)])
        for one, two in zip(expected, found, strict=True):
            assert close(one, two), (index, one, two)


def said_of(modules, root, ways):
    """What the page and Python say of the wrong gradients in each of several ways."""
    data = snapshot(root, "LR", True, 10_000)
    found = modules.run(
        """const [data, ways] = argument;
        return ways.map(way => {
          const graph = new model.Graph(data);
          for (const [index, value] of way) graph.nodes[index].hand = { value, text: "" };
          const verdicts = judge.judgements(graph);
          return way.map(([index]) => verdicts.get(index))
            .map(({ status, kind, mistake, why }) => [status, kind ?? "", mistake, why]);
        })""",
        [data, ways],
    )
    nodes = list(root._postorder())
    expected = []
    for way in ways:
        _, verdicts = python_judge(root, way)
        rows = [verdicts[nodes[index]] for index, _ in way]
        expected.append([[one.status, one.kind, one.mistake, one.why] for one in rows])
    return found, expected


@pytest.mark.parametrize("name", ["operations", "deep", "2 and -1", "3 paths"])
@pytest.mark.parametrize("digits", [0, 3])
def test_swapped_gradients_are_told_as_in_python(modules, name, digits):
    root = JUDGED[name]()
    right = {index: typed(x, digits) for index, x in right_gradients(root).items()}
    pairs = [(one, two) for one in right for two in right if one < two]
    pairs = random.Random(name).sample(pairs, min(8, len(pairs)))
    ways = [[(one, right[two]), (two, right[one])] for one, two in pairs]
    ways += [[(one, right[two])] for one, two in pairs]
    found, expected = said_of(modules, root, ways)
    assert found == expected


@pytest.mark.parametrize(("one", "two"), [(3.0, -3.0), (3.0, 2.5), (-3.0, -2.5), (4.0, 0.5)])
def test_two_gradients_are_swapped_whatever_their_signs(modules, one, two):
    x, y = Value(1.25, label="x"), Value(0.75, label="y")
    root = labelled(x * one + y * two)
    at = {node.label: index for index, node in enumerate(root._postorder())}
    found, expected = said_of(modules, root, [[(at["x"], two), (at["y"], one)]])
    assert found == expected
    assert [row[1] for row in found[0]] == ["swapped", "swapped"]


@pytest.mark.parametrize("factor", [7 + 1 / 3, -3.7, 0.31, 123.456, 1 / 7, 2.0, 7342.0, -7.3e5])
@pytest.mark.parametrize("digits", [0, 3])
def test_a_common_factor_is_told_as_in_python(modules, factor, digits):
    x, y, z = (Value(n, label=m) for n, m in ((1.25, "x"), (0.75, "y"), (1.5, "z")))
    root = labelled(x * 1.7 + y * -2.3 + z * 0.0)
    at = {node.label: index for index, node in enumerate(root._postorder())}
    right = {"x": 1.7, "y": -2.3, "z": 0.0}
    wrong = {name: typed(number * factor, digits) for name, number in right.items()}
    ways = [[(at[one], wrong[one]), (at[two], wrong[two])] for one, two in ("xy", "yx", "xz", "zy")]
    ways += [[(at["x"], wrong["x"]), (at["y"], wrong["y"]), (at["z"], 13.7)], [(at["z"], 13.7)]]
    ways += [[(at["x"], wrong["x"]), (at["y"], wrong["y"] * share)] for share in (1.004, 0.98)]
    found, expected = said_of(modules, root, list(map(sorted, ways)))
    assert found == expected


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("inner", [1.0, 0.5])
def test_a_mistake_in_disguise_is_uncertain_as_in_python(modules, digits, inner):
    """A local derivative of nearly 1 was left out, which gives exactly the rounded gradient."""
    above = typed(0.1234567, digits)
    x = Value(1.25, label="x")
    p = x * (1 - 3 * 10.0 ** -(digits + 1)) * inner
    p.label = "p"
    root = labelled(p * above)
    at = {node.label: index for index, node in enumerate(root._postorder())}
    ways = [[(at["x"], above * inner)]]
    ways += [[(at["x"], above * inner), (at["p"], number)]
             for number in (above, above * 1.0001, typed(above, 2), 13.7)]  # fmt: skip
    found, expected = said_of(modules, root, ways)
    assert found == expected
    if inner == 1:
        assert (found[0][0][0] == "not certain") is (2 <= digits <= 4)


@pytest.mark.parametrize("count", [0, 3, MOST_COMPARED, MOST_COMPARED + 1])
def test_wrong_nodes_are_compared_unless_there_are_too_many(modules, count):
    code = """const rows = Array.from({ length: argument }, (_, at) => [at, { status: "wrong" }]);
      const others = [[argument, { status: "wrong" }], [argument + 1, { status: "right" }]];
      const judge = { results: new Map([...rows, ...others]), follows: at => at === argument };
      return new naming.Naming(judge)._wrong()"""
    assert modules.run(code, count) == (list(range(count))[::-1] if count <= MOST_COMPARED else [])


@pytest.mark.parametrize("x", [0.0, -4.0])
def test_rounding_hides_small_effects_as_in_python(modules, x):
    """The effect of x, more and more hidden by a number beside it: with each k by 21 %."""
    statuses = []
    for k in range(70):
        a, y = Value(x, label="x"), Value(1e9 * 1.21**k, label="y")
        found, expected = said_of(modules, labelled(((a + y) - y) * 2.0), [[(0, 2.0)]])
        assert found == expected
        statuses.append(found[0][0][0])
    assert set(statuses) == {"right", "not comparable"}


@pytest.mark.parametrize(
    ("off", "status"),
    [(0.0, "right"), (5e-10, "right"), (-9e-10, "right"), (2e-9, "not comparable"),
     (-1e-6, "not comparable")],
)  # fmt: skip
def test_a_local_derivative_of_other_numbers_is_stale(modules, off, status):
    root = labelled(Value(1.5, label="x").tanh() * 3.0)
    data = snapshot(root, "LR", True, 100)
    row = next(row for row in data["nodes"] if row.get("op") == "tanh")
    row["partials"][0] *= 1 + off
    root.backward()
    code = """const graph = new model.Graph(argument[0]);
      graph.nodes[0].hand = { value: argument[1], text: "" };
      const { status, why } = judge.judgements(graph).get(0);
      return [status, why]"""
    found, why = modules.run(code, [data, next(iter(root._postorder())).grad])
    assert found == status and ("edited" in why) is (status != "right")


@pytest.mark.parametrize(("found", "holds"), [(2.0, False), (2.25, True), (1.75, False)])
def test_a_number_that_is_as_near_to_its_own_node_is_not_another_nodes(modules, found, holds):
    code = """const judge = { graph: null, exact: [1, 3], widths: [1.5, 0], found: () => argument,
        implied: { middle: [0, 0], width: [0, 0] } };
      return new naming.Naming(judge)._holds(0, 1)"""
    assert modules.run(code, found) is holds


def some_guesses(rng):
    kinds = ["zero", "missing path", "sign", "swapped", "other operand", "own value", "doubled"]
    terms = [[0.0], [2.5], [-2.5, 2.5], [1.0, 1e-10 - 1.0], [1.0, -0.5], [2.0, 3e-9 - 2.0]]
    return [
        {
            "kind": rng.choice([*kinds, f"kind {rng.randrange(4)}"]),
            "cause": f"cause {number}",
            "mistake": f"cause {number}",
            "terms": rng.choice(terms),
            "isTelling": rng.random() < 0.6,
        }
        for number in range(rng.randrange(9))
    ]


class Guess:
    """What Python's functions ask a mistake for."""

    def __init__(self, row):
        self.__dict__.update(row)
        self.is_telling = row["isTelling"]
        self.gradient, self.size = sum(row["terms"]), sum(map(abs, row["terms"]))
        is_left_out = self.kind in ("zero", "missing path")
        self.cancels_out = not is_left_out and abs(self.gradient) <= 1e-9 * self.size


def test_the_likeliest_guesses_are_those_of_python(modules):
    rng = random.Random(1)
    rows = [some_guesses(rng) for _ in range(500)]
    code = "argument.map(row => guesses.equallyLikely(row).map(({ cause }) => cause))"
    found = modules.value(code, rows)
    assert found == [[one.cause for one in equally_likely(list(map(Guess, row)))] for row in rows]
    assert {len(row) for row in found} == {0, 1, 2, 3}


class Spread:
    def __init__(self, spread):
        self.spread = spread


def test_guesses_fit_exactly_or_as_far_as_rounding_goes(modules):
    rng = random.Random(2)
    cases = []
    for _ in range(300):
        spreads = [rng.choice([0.0, 1e-3, 0.02]) for _ in range(rng.randrange(3))]
        found = rng.choice([0.0, 2.5, 2.4, 0.5, 0.51, 1e-9, 2.5 + 1e-8])
        cases.append([some_guesses(rng), spreads, found, rng.choice([0.0, 0.01, 0.1])])
    code = """argument.map(([rows, spreads, found, room]) => {
      const parts = spreads.map(spread => ({ spread }));
      const { exact, rounded } = guesses.fittingGuesses(rows, parts, found, room);
      return [exact, rounded].map(some => some.map(({ cause }) => cause));
    })"""
    expected = [
        [
            [one.cause for one in some]
            for some in fitting_mistakes(map(Guess, rows), list(map(Spread, spreads)), found, room)
        ]
        for rows, spreads, found, room in cases
    ]
    assert modules.value(code, cases) == expected


def at_the_limit():
    """Two numbers, and the room by which they just agree, or just don't."""
    rng = random.Random(3)
    for _ in range(60):
        x = rng.uniform(-4, 4)
        y = x + rng.choice([1, -1]) * 2.0 ** -rng.randrange(1, 20)
        away, share = abs(x - y), 1e-9 * max(abs(x), abs(y))
        for room in (away - share, math.nextafter(away - share, 0), away, away - 0.5 * share):
            yield x, y, room


def test_numbers_agree_up_to_the_very_limit(modules):
    cases = list(at_the_limit())
    found = modules.value("argument.map(case_ => closeness.agrees(...case_))", cases)
    assert found == [agrees(*case) for case in cases]
    assert {True, False} == set(found)


@pytest.mark.parametrize(
    ("one", "two", "relative", "absolute"),
    [
        (8, 7, 0.125, 0), (8, 7, math.nextafter(0.125, 0), 0), (-8, -7, 0.125, 0),
        (7, 8, 0.125, 0), (1, 3, 0, 2), (1, 3, 0, math.nextafter(2, 0)), (0, 2, 0.5, 1),
        (math.inf, math.inf, 0, 0), (math.inf, -math.inf, 1, 1), (math.inf, 1, 1, 1),
        (math.nan, math.nan, 1, 1), (1, math.nan, 1, 1), (1, math.inf, 0.5, 1e300),
    ],
)  # fmt: skip
def test_numbers_are_as_close_as_in_python(modules, one, two, relative, absolute):
    expected = math.isclose(one, two, rel_tol=relative, abs_tol=absolute)
    found = modules.value("closeness.isClose(...argument)", [one, two, relative, absolute])
    assert found == expected
    if not absolute:
        assert modules.value("closeness.isClose(...argument)", [one, two, relative]) == expected


def test_a_number_that_is_carried_down_is_rounded_as_in_python(modules):
    written = [[0.5], [1.25, 0.001], [0.1234], [120.0, 7.0], [2.5e-7], [], [math.inf, 3.0]]
    numbers = [0.5, 0.25, 1 / 3, -0.125, 0.12345, 7.0, 1234.5, 1e-9, 0.0, math.inf, math.nan]
    cases = []
    for inexact in written:
        digits = digits_of(inexact, inexact)
        for x in numbers:
            half = digits.half_step(x, math.inf)
            widths = [0.0, half / 2, math.nextafter(half, 0), half, 2 * half]
            cases += [[inexact, x, width] for width in widths]
    code = """argument.map(([inexact, x, width]) =>
      new closeness.Digits(inexact, inexact).halfStep(x, width))"""
    expected = [digits_of(inexact, inexact).half_step(x, width) for inexact, x, width in cases]
    assert modules.value(code, cases) == expected


@pytest.mark.parametrize(
    ("x", "exact"),
    [
        (7, 7.5), (7, 7.500001), (64, 64.5), (64, 64.51), (0.25, 0.2578125), (7, 6.5), (-7, -7.5),
        (1, 1.0625), (9, 10), (9, 9.99), (123, 123.1), (0.5, 0.5000000004), (0.5, 0.50000000004),
        (1, 0.99999), (12, 12.0000001), (0, 0.04), (0, 0.0),
    ],
)  # fmt: skip
def test_digits_are_too_few_where_python_says_so(modules, x, exact):
    code = "[closeness.isCoarse(...argument), closeness.digitsNeeded(...argument)]"
    assert modules.value(code, [x, exact]) == [is_coarse(x, exact), digits_needed(x, exact)]


# ---- deeds and what follows ----------------------------------------------------------------------


def test_a_key_of_the_page_is_taken_if_it_means_something(modules, L):
    opened(modules, L, settings={"page": True})
    found = modules.run(
        """return ["n", "x"].map(key => {
          let isTaken = false;
          const preventDefault = () => { isTaken = true; };
          document.activeElement = document.body;
          document.hear({ type: "keydown", key, target: document.body, preventDefault });
          return isTaken;
        })"""
    )
    assert found == [True, False]


@pytest.mark.parametrize(
    "code",
    [
        "v._click({ x: -1, y: -1 })",
        """document.activeElement = document.body;
        document.hear({ type: "keydown", key: "n", target: document.body, preventDefault() {} })""",
    ],
    ids=["click", "key"],
)
def test_a_focus_that_was_not_asked_for_scrolls_nothing(modules, L, code):
    opened(modules, L, settings={"page": True})
    found = modules.run(
        f"""const asked = [];
        v.stage.focus = options => asked.push(options);
        {code};
        delete v.stage.focus;
        return asked"""
    )
    assert found == [{"preventScroll": True}]


def test_a_chosen_node_takes_room_from_the_picture_at_once(modules, L):
    opened(modules, L)
    modules.run("page.stageSize.width = 800; v.choose(0)")
    assert modules.value("[v.camera.width, v.picture.root.getAttribute('viewBox')]") == [
        800, "0 0 800 700",
    ]  # fmt: skip
    modules.run("page.stageSize.width = 1200; v.choose(null)")
    assert modules.value("v.camera.width") == 1200


@pytest.mark.parametrize(
    "code", ["v.rebuild()", "v.choose(0)", "v.choose(null)", "v._moved()", "v.player.show()"]
)
def test_what_changes_a_state_is_remembered(modules, L, code):
    opened(modules, L, settings={"page": True})
    modules.run("page.timers.clear()")
    modules.run(code)
    assert modules.value("[...page.timers.values()].map(([wait]) => wait)") == [250]


def test_a_hint_stays_as_long_as_the_last_one_asks_for(modules, L):
    opened(modules, L)
    shown = "[v.brief.hidden, v.brief.textContent]"
    assert modules.value("v.brief.hidden")
    modules.run("page.timers.clear(); v.hint('one'); v.hint('two', 5000)")
    assert modules.value(shown) == [False, "two"]
    assert modules.value("[...page.timers.values()].map(([wait]) => wait)") == [5000]
    assert modules.value("page.passTime(1800)") == 0
    assert modules.value(shown) == [False, "two"]
    assert modules.value("page.passTime(5000)") == 1
    assert modules.value(shown) == [True, "two"]


@pytest.mark.parametrize(
    ("settings", "event", "is_meant"),
    [
        ({}, {}, False), ({}, {"ctrlKey": True}, True), ({}, {"metaKey": True}, True),
        ({"page": True}, {}, True),
    ],
)  # fmt: skip
def test_the_wheel_zooms_where_it_is_meant(modules, L, settings, event, is_meant):
    opened(modules, L, settings=settings)
    modules.run("v._use(false)")
    assert modules.value("Boolean(v._mayZoom(argument))", event) is is_meant
    assert modules.value("v.brief.hidden") is is_meant
    modules.run("v._use(true)")
    assert modules.value("Boolean(v._mayZoom(argument))", event) is True


@pytest.mark.parametrize(("key", "more", "is_taken"), [
    ("z", {"ctrlKey": True}, True), ("y", {"metaKey": True}, True), ("z", {}, False),
    ("Z", {"ctrlKey": True, "shiftKey": True}, True), ("s", {"ctrlKey": True}, False),
    ("z", {"ctrlKey": True, "altKey": True}, False), ("n", {"altKey": True}, False),
    ("ArrowLeft", {"shiftKey": True}, True), ("ArrowLeft", {}, True), ("x", {}, False),
])  # fmt: skip
def test_a_key_is_kept_from_the_browser_if_it_means_something(modules, L, key, more, is_taken):
    opened(modules, L)
    assert modules.value("keys.press(v, argument)", {"key": key, **more}) is is_taken
    assert press(modules, key, **more) is is_taken


@pytest.mark.parametrize(
    ("key", "dx", "dy"),
    [("ArrowLeft", -1, 0), ("ArrowRight", 1, 0), ("ArrowUp", 0, -1), ("ArrowDown", 0, 1)],
)
def test_an_arrow_leads_straight_in_its_direction(modules, L, key, dx, dy):
    opened(modules, L)
    found = modules.run(
        """const asked = [], { neighbour } = v.scene, { pan } = v.camera;
        v.scene.neighbour = (from, ...by) => { asked.push(by); return null; };
        v.camera.pan = (...by) => asked.push(by.map(x => x + 0));
        for (const shiftKey of [false, true]) keys.press(v, { key: argument, shiftKey });
        Object.assign(v.scene, { neighbour });
        Object.assign(v.camera, { pan });
        return asked""",
        key,
    )
    assert found == [[dx, dy], [-60 * dx, -60 * dy]]


# ---- a pass --------------------------------------------------------------------------------------


def with_own_backward():
    z = Value(3.0, label="x") * 1.5
    z.label = "z"
    z._backward = lambda: None
    root = z * 2.0
    root.label = "L"
    return root


def test_a_step_of_an_own_backward_moves_the_camera_to_its_node(modules):
    opened(modules, with_own_backward())
    modules.run("v.camera.zoom(6); v.camera.pan(-1e4, 0)")
    length = modules.value("v.graph.length")
    modules.run("v.seek(argument)", length)
    assert modules.value("v.graph.event.operand") is None
    box = modules.value("v.scene.boxes.get(v.graph.event.user)")
    view = modules.value("v.camera.view()")
    assert view["x"] <= box["x"] and box["x"] + box["w"] <= view["x"] + view["w"]


def test_a_step_leaves_a_whole_picture_alone_and_moves_one_that_was_moved(modules):
    opened(modules, graphs.reuse(Value))
    camera = "[v.camera.x, v.camera.y, v.camera.k]"
    for by in (1, 1, 1, -1):
        modules.run("v.camera.fit()")
        before = modules.value(camera)
        modules.run("v.player.step(argument)", by)
        assert modules.value(f"[...{camera}, v.camera.isFitted]") == [*before, True]
    modules.run("v.camera.zoom(1.01); v.camera.zoom(0.2); v.camera.centre(0, 0, 3)")
    k = 3.0
    modules.run("v.camera.centre(0, 0, 3)")
    before = modules.value(camera)
    modules.run("v.seek(0)")
    assert modules.value(camera) == before, "there's nothing to look at yet"
    modules.run("v.seek(1)")
    assert modules.value(camera) != before and modules.value("v.camera.k") == k
    modules.run("v.camera.centre(0, 0, 0.1); v.seek(2)")
    assert modules.value("v.camera.k") == 0.1, "a step zooms nothing"


def steps_in_python(root):
    """What each step of the pass adds: user, operand, the sum before, the factors."""
    nodes = list(root._postorder())
    grads = {root: 1.0}
    for user in reversed(nodes):
        if user not in grads:
            continue
        for operand, partial in zip(user._operands, user._partials, strict=True):
            if partial is None:
                continue
            before, amount = grads.get(operand), partial * grads[user]
            grads[operand] = (before or 0.0) + amount
            yield user, operand, before, amount, grads[user], partial


def short(x):
    return f"{x + 0.0:.6g}".replace("-", "−")


@pytest.mark.parametrize("name", ["functions", "operations", "ones", "2 and -1", "4 paths"])
def test_each_step_is_told_with_the_numbers_of_python(modules, name):
    root = JUDGED[name]()
    opened(modules, root)
    told_ = modules.run(
        """const told = [];
        for (let at = 0; at <= v.graph.length; at++) {
          v.graph.seek(at);
          told.push(explain.stepWords(v.graph));
        }
        return told"""
    )
    names = modules.value("v.graph.nodes.map((node, index) => v.graph.nameOf(index))")
    name_of = dict(zip(root._postorder(), names, strict=True))
    top = name_of[root]
    expected = ["Before the pass, no gradient is known."]
    expected.append(f"The pass starts at the root: d{top}/d{top} = 1.")
    for user, operand, before, amount, grad, partial in steps_in_python(root):
        factors = f"{short(grad)} × {f'({short(partial)})' if partial < 0 else short(partial)}"
        gets = f"{factors} = {short(amount)}"
        if before is not None:
            more = f"− {short(-amount)}" if amount < 0 else f"+ {short(amount)}"
            gets = f"{short(before)} {more} = {short(before + amount)}, where {short(amount)} = "
            gets += factors
        taker = name_of[operand]
        expected.append(f"{name_of[user]} → {taker}: {taker} gets {gets}.")
    expected[-1] += " The pass is complete."
    assert told_ == expected


def test_a_pass_at_a_glance_goes_to_each_step_and_reads_it(modules):
    opened(modules, graphs.tree(Value, 6))
    modules.run("v.camera.fit()")
    assert modules.value("v.camera.k") < 0.45
    modules.run("v.player.step(1)")
    assert modules.value("[v.graph.at, v.camera.k, v.camera.isFitted]") == [1, 0.95, False]
    modules.run("v.camera.fit(); v.player.step(-1)")
    assert modules.value("[v.graph.at, v.camera.isFitted]") == [0, True]
    modules.run("v.player.step(-1)")
    assert modules.value("[v.graph.at, v.camera.isFitted]") == [0, True]


@pytest.mark.parametrize("speed", ["0.5", "1", "3", "10"])
@pytest.mark.parametrize("is_long", [False, True])
def test_a_pass_plays_at_its_speed_to_its_end(modules, speed, is_long):
    opened(modules, graphs.tree(Value, 6) if is_long else graphs.reuse(Value))
    modules.run("page.timers.clear(); v.player.speed.value = argument;", speed)
    length = modules.value("v.graph.length")
    wait = min(1100, 45000 / length) / float(speed)
    waits = "[...page.timers.values()].map(([wait]) => wait)"
    press(modules, " ")
    for at in range(1, length):
        assert modules.value(f"[v.graph.at, {waits}]") == [at, [pytest.approx(wait)]]
        assert said(modules) != "The pass is complete."
        modules.run("const [[timer, [, go]]] = page.timers; page.timers.delete(timer); go()")
        if is_long and at == 3:
            return
    assert modules.value(f"[v.graph.at, {waits}, v.player.timer]") == [length, [], None]
    assert said(modules) == "The pass is complete."
    press(modules, " ")
    assert modules.value("v.graph.at") == 1, "from the start"
    press(modules, " ")
    assert said(modules).startswith("Paused. The pass starts at the root")
    assert modules.value(waits) == []


@pytest.mark.parametrize(("count", "is_whole"), [(1, False), (200, False), (201, True)])
def test_many_changes_are_drawn_together(modules, count, is_whole):
    """A step that changes so many gradients draws each of them anew, or else everything."""
    found = modules.run(
        """const nodes = Array.from({ length: argument + 5 }, (_, index) => ({ index, grad: 0 }));
        const told = [], nothing = () => {};
        const seek = () => nodes.slice(5).forEach(node => { node.grad = 1; });
        const picture = { refresh: which => told.push(which), highlight: nothing };
        const graph = { nodes, at: 1, seek };
        const panel = { refresh: nothing };
        changes.seek({ graph, picture, camera: { isFitted: true }, panel }, 2);
        return told""",
        count,
    )
    assert found == [None if is_whole else list(range(5, 5 + count))]


# ---- links and what is remembered ----------------------------------------------------------------

SAVED = """const letters = link.stateText(v).replace(/-/g, "+").replace(/_/g, "/");
const saved = JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(letters), one => one.charCodeAt(0))));
"""


def base_36(number):
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


@pytest.mark.parametrize("label", ["a", "θ₁", "😀"], ids=["letter", "greek", "picture"])
@pytest.mark.parametrize("x", [2, -3.5])
def test_a_state_names_its_graph_by_a_sum_of_all_of_it(modules, label, x):
    """FNV-1a over the letters of the graph as JSON."""
    a = Value(x, label=label)
    L = a * 3 + 0.5
    L.label = "L"
    data = opened(modules, L)
    rows = [[row.get("label"), row.get("op"), row.get("operands"), row["data"]]
            for row in data["nodes"]]  # fmt: skip
    rows = [[int(x) if isinstance(x, float) and x == int(x) else x for x in row] for row in rows]
    written = modules.value("JSON.stringify(argument)", rows)
    total = 2166136261 ^ data["root"]
    for letter in written:
        total = (total ^ ord(letter)) * 16777619 % 2**32
    modules.run("v.edit(0, 7)")
    found = modules.run(SAVED + "return saved.graph")
    assert found == base_36(total)


def test_a_state_says_where_the_camera_is_unless_it_is_at_home(modules, L):
    opened(modules, L)
    modules.run("v.edit(0, 7)")
    assert modules.run(SAVED + "return saved.camera") is None
    modules.run("v.camera.centre(30, 40, 1.5)")
    assert modules.run(SAVED + "return saved.camera") == [30, 40, 1.5]
    assert modules.value("link.stateText(v).includes('=')") is False


@pytest.mark.parametrize(
    ("camera", "is_there"),
    [([30, 40, 1.5], True), ([30, 40], False), ([30, 40, 1.5, 1], False), ([30, None, 1], False),
     ([], False), ("abc", False)],
)  # fmt: skip
def test_a_link_moves_the_camera_to_a_point_and_a_scale_alone(modules, L, camera, is_there):
    opened(modules, L)
    modules.run("v.edit(0, 7)")
    before = modules.value("v.camera.middle()")
    modules.run(
        SAVED + "page.stageSize.width = 900; link.readState("
        "v, btoa(JSON.stringify({ ...saved, camera: argument })))",
        camera,
    )
    after = modules.value("v.camera.middle()")
    assert (after == [30, 40, 1.5]) if is_there else (after[2] == before[2])
    assert modules.value("v.camera.width") == 900, "the panel takes room from it"


def test_a_link_that_is_followed_leaves_nothing_to_undo(modules, page, L):
    page(L)
    modules.run("v.edit(0, 7)")
    buttons = "[v.toolbar.undo.disabled, v.toolbar.redo.disabled]"
    assert modules.value(buttons) == [False, True]
    modules.run("location.hash = ''; window.hear({ type: 'hashchange' })")
    assert modules.value(f"[...{buttons}, v.graph.nodes[0].data]") == [False, True, 7]
    modules.run("page.passTime(250); location.hash = 'e30'; window.hear({ type: 'hashchange' })")
    assert modules.value(buttons) == [False, True], "a link that doesn't fit changes nothing"


def test_an_address_is_replaced_only_by_another_one(modules, page, L):
    page(L)
    addresses = modules.run(
        """const { replaceState } = history, { search } = location, asked = [];
        location.search = "?of=it";
        history.replaceState = (_state, _title, address) => {
          asked.push(address.slice(0, 14));
          replaceState(_state, _title, address);
        };
        const note = () => { page.timers.clear(); v.memory.write(); page.passTime(250); };
        try {
          note();
          v.edit(0, 7);
          note();
          note();
          v.memory.travel(-1);
          note();
          note();
        } finally {
          history.replaceState = replaceState;
          location.search = search;
        }
        return asked"""
    )
    assert len(addresses) == 2
    assert addresses[0].startswith("#") and addresses[1] == "/view.html?of="


def test_a_page_around_a_view_hears_of_each_change(modules, L):
    modules.run("globalThis.told = 0; globalThis.follow = () => { told += 1; }")
    data = opened(modules, L)
    modules.run("open(argument, { follow })", data)
    assert modules.value("told") == 0, "opening it changes nothing"
    for code in ("v.edit(0, 7)", "v.choose(0)", "v.camera.zoom(2)", "v.seek(2); v.player.show()"):
        modules.run(f"told = 0; {code}")
        assert modules.value("told > 0"), code
    modules.run("open(argument); delete globalThis.told; delete globalThis.follow", data)


@pytest.mark.parametrize(("count", "kept"), [(499, 499), (500, 499), (620, 499)])
def test_the_last_five_hundred_states_can_be_undone(modules, L, count, kept):
    opened(modules, L)
    found = modules.run(
        """const { history } = v.memory, [node] = v.graph.nodes;
        for (let turn = 1; turn <= argument; turn++) {
          node.hand = { value: turn, text: String(turn) };
          history.record();
          history.record();
        }
        let undone = 0;
        const first = history.at;
        while (history.canUndo) { history.at -= 1; undone += 1; }
        return [first, undone, history.states.length, JSON.parse(history.states[0]).hand[0] ?? "",
          history.canRedo, history.go(-1), history.at]""",
        count,
    )
    oldest = "" if count < 500 else str(count - 499)
    assert found == [kept, kept, kept + 1, oldest, True, False, 0]


# ---- the panel, the search and the fields --------------------------------------------------------


def test_what_is_scrolled_can_have_the_focus_in_practice_alone(modules, L):
    opened(modules, L)
    modules.run("v.choose(0)")
    assert modules.value("v.panel.scroll.tabIndex") == -1
    press(modules, "q")
    assert modules.value("v.panel.scroll.tabIndex") == 0
    press(modules, "q")
    modules.run("v.choose(0)")
    assert modules.value("v.panel.scroll.tabIndex") == -1


def test_a_verdict_is_brought_into_sight(modules, L):
    opened(modules, L)
    modules.run("v.choose(0); v.asked = []; v.panel.reveal = (...all) => v.asked.push(all)")
    modules.run("const hand = v.panel.field('hand'); hand.value = '7'; fire(hand, 'change')")
    assert modules.value("v.asked") == [[".verdict"]]
    press(modules, "q")
    modules.run("v.asked.length = 0")
    for text in ("7", "8", "9"):
        type_answer(modules, text)
    assert modules.value("v.asked") == [[".verdict", False]] * 2 + [[".verdict", True]]


@pytest.mark.parametrize(
    "code",
    [
        "fire(v.panel.body.querySelector('.link'), 'click')",
        """v.search.input.value = "w0"; fire(v.search.input, "input");
        fire(v.search.input, "keydown", { key: "Enter" })""",
        "fire(v.search.list.children[2], 'pointerdown')",
    ],
    ids=["neighbour", "search", "match"],
)
def test_a_node_that_is_gone_to_can_be_read(modules, code):
    opened(modules, graphs.tree(Value, 6))
    modules.run("v.choose(v.graph.root); v.search.input.focus(); v.camera.centre(0, 0, 0.1)")
    modules.run(code.replace("w0", "v60"))
    assert modules.value("[v.camera.k, v.chosen !== v.graph.root]") == [0.95, True]


def test_keys_in_the_search_stay_there(modules, L):
    opened(modules, L)
    found = modules.run(
        """const heard = [];
        v.search.element.addEventListener("keydown", ({ key }) => heard.push(key));
        for (const key of ["n", "Escape", "ArrowDown"]) fire(v.search.input, "keydown", { key });
        return heard"""
    )
    assert found == []
    assert modules.value("v.graph.at") is None


def test_each_node_and_scope_that_is_found_can_be_gone_to(modules):
    data = opened(modules, graphs.nested(Value))
    count = len(data["nodes"])
    for thing in [*range(-len(data["areas"]), 0), *range(count)]:
        modules.run("v.choose(null); v.search._go(argument)", thing)
        node = data["areas"][-1 - thing]["nodes"][0] if thing < 0 else thing
        assert modules.value("v.focused") == node
        assert modules.value("v.chosen") == (None if thing < 0 else thing)


def test_the_search_looks_in_scopes_and_operations_too(modules):
    data = opened(modules, graphs.nested(Value))
    names = {
        modules.value("v.graph.nameOf(argument)", index): row
        for index, row in enumerate(data["nodes"])
    }
    paths = {}
    for area in sorted(data["areas"], key=lambda area: len(area["path"])):
        paths |= dict.fromkeys(area["nodes"], " / ".join(area["path"]))
    modules.run("v.search.input.value = 'outer / two'; fire(v.search.input, 'input')")
    found = modules.value("v.search.matches")
    inside = [index for index, path in paths.items() if path == "outer / two"]
    assert sorted(index for index in found if index >= 0) == sorted(inside) and names
    rows = modules.value(
        "v.search.list.children.map(row => row.children.map(part => part.textContent))"
    )
    for index, row in zip(found, rows, strict=True):
        if index >= 0:
            assert row[1].startswith("outer / two · ")
        else:
            assert row == ["outer / two", data["areas"][-1 - index]["lines"][0]]


# ---- the graph and its words ---------------------------------------------------------------------


def test_a_file_is_saved_under_its_name(modules, page, L):
    page(L, isFramed=True)
    found = modules.run(
        """const asked = [], { prototype } = page.Element, { click, cloneNode } = prototype;
        const settings = document.createElementNS(document.documentElement.namespaceURI, "script");
        settings.id = "settings";
        settings.textContent = "{}";
        document.body.append(settings);
        prototype.click = function () { asked.push(Object.fromEntries(this.attributes)); };
        prototype.cloneNode = () => document.documentElement;
        const { createObjectURL } = URL;
        URL.createObjectURL = () => "blob:of-it";
        return v.memory.give().finally(() => {
          Object.assign(prototype, { click, cloneNode });
          Object.assign(URL, { createObjectURL });
        }).then(() => asked)"""
    )
    assert found == [{"href": "blob:of-it", "download": "view.html"}]


def test_a_pass_has_an_event_for_each_contribution_and_one_for_an_own_backward(modules):
    root = with_own_backward()
    opened(modules, root)
    at = {node.label: index for index, node in enumerate(root._postorder())}
    assert modules.value("v.graph.events") == [
        {"user": at["L"], "slot": 0, "operand": at["z"]},
        {"user": at["z"], "slot": 0, "operand": None},
    ]
    opened(modules, JUDGED["operations"]())
    root = JUDGED["operations"]()
    nodes = list(root._postorder())
    expected = [[nodes.index(user), nodes.index(x)] for user, x, *_ in steps_in_python(root)]
    assert modules.value("v.graph.events.map(({ user, operand }) => [user, operand])") == expected


@pytest.mark.parametrize("name", JUDGED)
def test_how_a_gradient_is_found_is_told_as_in_python(modules, name):
    root = JUDGED[name]()
    nodes = list(root._postorder())
    naming = Judge(Reference(nodes), budget=0).naming
    asked = [index for index, node in enumerate(nodes[:-1]) if node.kind != "constant"]
    code = """const graph = new model.Graph(argument[0]);
      return argument[1].map(index => ways.hintsFor(graph, index))"""
    found = modules.run(code, [snapshot(root, "LR", True, 10_000), asked])
    assert found == [list(naming.hints(index, "")[:2]) for index in asked]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_three_users_are_named_and_more_are_counted(modules, count):
    x = Value(1.5, label="x")
    users = [x * float(number + 2) for number in range(count)]
    for number, user in enumerate(users):
        user.label = f"u{number}"
    root = sum(users, start=Value(0.0, label="s"))
    index = list(root._postorder()).index(x)
    code = "ways.hintsFor(new model.Graph(argument[0]), argument[1])[0]"
    found = modules.value(code, [snapshot(root, "LR", True, 100), index])
    names = [f"u{number}" for number in range(count)][::-1]
    if count == 1:
        assert found.startswith("Only u0 uses x: u0 = x · 2. ")
    else:
        who = (
            ", ".join(names[:3]) + f" and {count - 3} more"
            if count > 3
            else (f"{', '.join(names[:-1])} and {names[-1]}")
        )
        assert found.startswith(f"{who} use x. How does each of them change")


@pytest.mark.parametrize("digits", range(1, 18))
def test_a_number_has_as_many_digits_as_are_asked_for(modules, digits):
    numbers = [1 / 3, -2 / 3, 1234.5678901234567, 99999.95, 1e-4, 9.87654321e-5, 123456.7, 1e6, 0.5]
    numbers += [2.5, 0.125, 1e21 / 3, 5e-324, 1.7976931348623157e308, 0.0, 314159.26535897931]
    texts = modules.value(
        "argument[0].map(x => numbers.formatShort(x, argument[1]))", [numbers, digits]
    )
    for x, text in zip(numbers, texts, strict=True):
        exact = float(f"{x:.{digits - 1}e}")
        assert float(text.replace("−", "-")) == exact
        assert ("e" in text) is (exact != 0 and not 1e-4 <= abs(exact) < 1e6)
        assert len(text.split("e")[0].lstrip("−0.").replace(".", "")) <= max(digits, 6)
    nearest = modules.value(
        "argument[0].map(x => numbers.withDigits(x, argument[1]))", [numbers, digits]
    )
    assert nearest == [float(f"{x:.{digits - 1}e}") for x in numbers]


@pytest.mark.parametrize(
    ("name", "at", "after"),
    [
        ("To the start (Home)", 3, 0), ("One step back (P)", 3, 2), ("One step back (P)", None, 7),
        ("One step forward (N)", 3, 4), ("One step forward (N)", None, 1),
        ("To the end (End)", 3, 7), ("Restore the original numbers", 3, None),
    ],
)  # fmt: skip
def test_a_button_of_the_pass_stops_it_and_goes_there(modules, L, name, at, after):
    opened(modules, L)
    assert modules.value("v.graph.length") == 7
    modules.run("page.timers.clear(); v.player.seek(argument)", at)
    if at is not None:
        modules.run("v.seek(argument - 1); v.player.playOrPause()", at)
        assert modules.value("[v.graph.at, Boolean(v.player.timer)]") == [at, True]
    modules.run(
        """v.player.element.querySelectorAll("button")
          .find(one => one.getAttribute("aria-label") === argument).click()""",
        name,
    )
    assert modules.value("[v.graph.at, v.player.timer, page.timers.size]") == [after, None, 0]


@pytest.mark.parametrize("value", [-1, 0, 2, 6])
def test_the_slider_begins_before_the_pass(modules, L, value):
    opened(modules, L)
    slider = "v.player.slider"
    ends = f"[{slider}.getAttribute('min'), {slider}.max, {slider}.value]"
    assert modules.value(ends) == ["-1", "6", "-1"]
    modules.run(f"{slider}.value = argument; fire({slider}, 'input')", value)
    assert modules.value("v.graph.at") == value + 1
    words = f"step {value} of 6" if value >= 0 else "not started"
    count = f"{value if value >= 0 else '–'} / 6"
    assert modules.value(
        f"[{slider}.value, {slider}.getAttribute('aria-valuetext'), v.player.count.textContent]"
    ) == [str(value), words, count]
    assert modules.value("[v.player.words.title, v.player.reset.disabled]") == [
        modules.value("explain.stepWords(v.graph)"), False,
    ]  # fmt: skip


def test_a_pass_that_plays_says_what_it_shows_only_at_its_ends(modules, L):
    opened(modules, L)
    modules.run("v.say('quiet')")
    press(modules, " ")
    assert said(modules) == "quiet", "the bar tells it"
    label = "v.player.toggle.getAttribute('aria-label')"
    drawn = "v.player.toggle.children.map(one => markup(one)).join() === markup(dom.icon(argument))"
    assert modules.value(f"[{label}, v.player.isPlaying]") == ["Pause (Space)", True]
    assert modules.value(drawn, "pause")
    press(modules, "n")
    assert modules.value(drawn, "play")
    assert said(modules) == modules.value("explain.stepWords(v.graph)") != "quiet"
    assert modules.value("v.graph.at") == 2
    assert modules.value(label) == "Play the backward pass (Space)"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1 / 3, 1 / 3 + 1e-7), (1 / 3, 1 / 3 + 1e-9), (1 / 3, 1 / 3 + 2e-16),
        (2 / 3, 2 / 3 - 3e-12), (1234 / 7, 1234 / 7 + 1e-5), (1e-9 / 3, 1e-9 / 3 + 1e-16),
        (-1 / 7, -1 / 7 - 1e-8), (1 / 3, 2 / 3), (1 / 3, 1 / 3),
    ],
)  # fmt: skip
def test_as_few_digits_as_tell_two_numbers_apart(modules, one, two):
    def written(digits):
        return [f"{x:.{digits}g}".replace("-", "−") for x in (one, two)]

    expected = [texts for texts in map(written, range(6, 18)) if texts[0] != texts[1]]
    found = modules.value("numbers.formatApart(...argument)", [one, two])
    assert found == (expected[0] if expected else written(17))


def test_at_the_end_of_a_pass_what_nothing_flowed_to_has_the_gradient_0(modules):
    x, y, z = Value(2.0, label="x"), Value(3.0, label="y"), Value(-1.0, label="z")
    opened(modules, y.max(z) * 2.0 + x.tanh() * 0.5)
    names = modules.value("v.graph.nodes.map(({ label, kind }) => label || kind)")
    ends = modules.value("[v.graph.gradients(), v.graph.gradients(v.graph.length - 1)]")
    whole, before = (dict(zip(names, grads, strict=True)) for grads in ends)
    assert (whole["y"], whole["z"], whole["constant"]) == (2.0, 0, None)
    assert before["z"] is None and modules.value("v.graph.gradients(0)") == [None] * len(names)
    modules.run("v.seek(v.graph.length)")
    assert modules.value("v.graph.nodes.map(({ grad }) => grad)") == ends[0]


# ---- practice ------------------------------------------------------------------------------------


def type_answer(modules, text):
    modules.run(
        "const field = v.panel.field('answer'); field.value = argument;"
        "fire(field, 'keydown', { key: 'Enter' })",
        text,
    )


def test_what_was_judged_is_replaced_and_what_is_being_typed_continued(modules):
    x = Value(2.0, label="x")
    opened(modules, (x * 0.996).tanh() * 1.5)
    press(modules, "q")
    field = "v.panel.field('answer')"
    state = f"[{field}.value, Boolean({field}.isSelected), {field}.selectionStart ?? null]"
    assert modules.value(state) == ["", False, 0]
    for text in ("7", "8"):
        modules.run("document.body.focus()")
        type_answer(modules, text)
        assert modules.value(state) == [text, True, None]
    modules.run(f"document.body.focus(); {field}.value = '8.5'; practising.enterField(v)")
    assert modules.value(state) == ["8.5", False, 3]
    modules.run(f"document.body.focus(); {field}.value = '7'; practising.enterField(v)")
    assert modules.value(state) == ["7", False, 1], "it isn't the last one"


def test_a_task_that_is_come_back_to_has_the_last_answer(modules, L):
    opened(modules, L)
    press(modules, "q")
    field = "v.panel.field('answer').value"
    for text in ("7", "8"):
        type_answer(modules, text)
        modules.run("v.choose(0); v.choose(v.graph.root)")
        assert modules.value(field) == text
    modules.run("v.choose(0)")
    assert modules.value(field) == ""


def test_an_unclear_answer_is_replaced_too(modules):
    x = Value(2.0, label="x")
    opened(modules, x * 0.996)
    press(modules, "q")
    modules.run("v.choose(argument)", 0)
    type_answer(modules, "7")
    type_answer(modules, "1")
    field = "v.panel.field('answer')"
    assert modules.value(f"[{field}.value, Boolean({field}.isSelected)]") == ["1", True]
    assert modules.value("v.graph.practice.at(0)") == {
        "tries": ["7"], "hints": 1, "done": "", "unclear": "1",
    }  # fmt: skip
    assert said(modules).startswith("Nearly: these are too few digits. Give at least 3")


def test_practice_asks_answers_and_ends_in_words(modules, L):
    opened(modules, L)
    modules.run("v.seek(3)")
    press(modules, "q")
    assert modules.value("v.graph.at") is None
    assert said(modules) == "How does L change when L itself changes? Task 1 of 7."
    type_answer(modules, "1")
    assert said(modules) == "✓ Right."
    press(modules, "n")
    assert said(modules) == "How does L change when f changes? Task 2 of 7."
    type_answer(modules, "7")
    assert said(modules).startswith("✗ Not yet. 2 tries are left. ")
    type_answer(modules, "8")
    assert said(modules).startswith("✗ Not quite yet. One try is left. ")
    type_answer(modules, "4")
    assert said(modules) == "✓ Right now."
    modules.run("for (const at of v.graph.practice.tasks.backward.slice(2, -1)) "
                "v.graph.practice.show(at); v.done()")  # fmt: skip
    press(modules, "n")
    last = modules.value("v.graph.nameOf(v.graph.practice.tasks.backward.at(-1))")
    assert said(modules) == f"How does L change when {last} changes? Task 7 of 7."
    type_answer(modules, {"a": "6", "b": "-4"}[last])
    words = "All 7 gradients are done: 2 at the first try, 4 shown."
    assert said(modules) == f"✓ Right. {words}"
    assert modules.value("v.practiceBar.filled.style.width") == "100%"
    assert modules.value("document.activeElement.className") == "score"
    press(modules, "q")
    assert said(modules) == "Practice is over; the numbers are shown again."
    assert modules.value("[v.chosen, document.activeElement === v.stage]") == [None, True]


def test_a_value_is_asked_for_with_hints_about_its_box(modules, L):
    opened(modules, L)
    press(modules, "q")
    modules.run("fire(v.practiceBar.tabs[0], 'click')")
    assert said(modules) == "What is the value of e? Task 1 of 3."
    assert modules.value("v.practiceBar.words.textContent") == "0 of 3 values done."
    hints = [
        "Look at the edges that lead to it: it is computed from a and b.",
        "Apply × to the numbers in those boxes, and mind the signs.",
    ]
    button = "v.panel.foot.querySelectorAll('.helps button')[0]"
    for count in (1, 2):
        assert modules.value(f"{button}.disabled") is False
        modules.run(f"{button}.click()")
        assert said(modules) == " ".join(hints[:count])
    assert modules.value(f"{button}.disabled") is True
    type_answer(modules, "5")
    assert said(modules) == " ".join(["✗ Not yet. 2 tries are left.", *hints])
    type_answer(modules, "-6")
    assert said(modules) == "✓ Right now."
    assert modules.value("v.practiceBar.words.textContent") == "1 of 3 values done."
    words = modules.value("v.panel.foot.querySelector('.onwards').textContent")
    assert words == "Next: the value of d"
    modules.run("v.panel.foot.querySelector('.onwards').click()")
    assert said(modules) == "What is the value of d? Task 2 of 3."
    modules.run("v.panel.foot.querySelectorAll('.helps button')[1].click()")
    assert said(modules) == "This is how it is found:"
    assert modules.value("[v.panel.body.querySelector('details').open, v.graph.shownData(0)]") == [
        True, 2,
    ]  # fmt: skip


# ---- which parts follow a change -----------------------------------------------------------------

FOLLOWED = """const followed = [];
let depth = 0;
const methods = {
  picture: ["moveCamera", "highlight", "resize", "recolour", "build", "refresh", "remove"],
  map: ["move", "build"], tip: ["hide", "show"], panel: ["show", "refresh"],
  memory: ["write", "record"], player: ["show", "pause"], practiceBar: ["show"],
  watcher: ["disconnect"], camera: ["measure", "fit"],
};
for (const [part, names] of Object.entries(methods)) {
  for (const name of names) {
    const { [name]: method } = v[part];
    v[part][name] = (...all) => {
      if (!depth) followed.push(`${part}.${name}`);
      depth += 1;
      const result = method.apply(v[part], all);
      depth -= 1;
      return result;
    };
  }
}
"""
"""Notes which methods of the view's parts are called, but not by others of them; the view isn't
used any more afterwards."""

MOVED = ["tip.hide", "map.move", "memory.write", "picture.moveCamera"]


@pytest.mark.parametrize(
    ("before", "code", "expected"),
    [
        ("v._moved()", "v._moved()", MOVED),
        ("v._moved(); v.camera.k *= 2", "v._moved()", [*MOVED, "picture.highlight"]),
        ("", "v._resized()", ["camera.measure"]),
        ("page.stageSize.width = 900", "v._resized()",
         ["camera.measure", "camera.fit", "map.move", "picture.resize"]),
        ("v.camera.zoom(2); page.stageSize.width = 900", "v._resized()",
         ["camera.measure", "map.move", "picture.resize"]),
        ("", "v.colour()", ["map.build", "picture.recolour"]),
        ("", "v.rebuild()", ["memory.write", "map.build", "picture.build"]),
        ("v.chosen = 0; v.scene.boxes.delete(0)", "v.rebuild()",
         ["memory.write", "panel.show", "map.build", "picture.build"]),
        ("", "v._focus(true)", ["picture.highlight"]),
        ("", "v.remove()", ["watcher.disconnect", "player.pause", "picture.remove"]),
        ("", "v.showBar()", ["player.show", "practiceBar.show"]),
        ("", "changes.changed(v)",
         ["picture.refresh", "picture.highlight", "player.show", "practiceBar.show",
          "panel.refresh"]),
        ("", "v.seek(1)", ["picture.refresh", "picture.highlight", "panel.refresh"]),
        ("", "v.choose(null)", ["panel.show", "camera.measure", "picture.highlight",
                                "memory.write"]),
    ],
)  # fmt: skip
def test_the_parts_of_a_view_follow(modules, L, before, code, expected):
    opened(modules, L)
    modules.run(before)
    assert modules.run(FOLLOWED + f"{code}; return followed") == expected


def test_what_is_pointed_at_is_told_once_and_drawn_once(modules, L):
    opened(modules, L)
    found = modules.run(
        FOLLOWED
        + """const centre = geometry.centreOf(v.scene.boxes.get(0));
        const at = { ...centre, windowX: 5, windowY: 5 };
        return [at, at, null, null].map(point => {
          followed.length = 0;
          v._point(point);
          return [...followed, v.hovered, v.stage.matches(".pointing")];
        })"""
    )
    assert found == [
        ["tip.show", "picture.highlight", 0, True],
        ["tip.show", 0, True],
        ["tip.hide", "picture.highlight", None, False],
        ["tip.hide", None, False],
    ]


def test_a_view_is_beside_the_page_until_it_is_used(modules, L):
    opened(modules, L)
    state = "[v.isInUse, v.root.matches('.aside')]"
    assert modules.value(state) == [False, True]
    modules.run("fire(v.stage, 'focusin')")
    assert modules.value(state) == [True, False]
    modules.run("fire(v.stage, 'focusout', { relatedTarget: v.search.input })")
    assert modules.value(state) == [True, False]
    modules.run("fire(v.stage, 'focusout', { relatedTarget: null })")
    assert modules.value(state) == [False, True]
    opened(modules, L, settings={"page": True})
    assert modules.value("v.root.matches('.aside')") is bool(modules.value("!v.isAlone"))


@pytest.mark.parametrize(
    ("target", "key", "goes_on"),
    [
        ("v.search.input", "n", False), ("v.player.speed", "n", False),
        ("v.player.toggle", "Enter", False), ("v.player.toggle", " ", False),
        ("v.player.toggle", "n", True), ("v.stage", "n", True), ("v.root", "n", True),
        ("v.panel.field('data')", "n", False),
    ],
)  # fmt: skip
def test_a_key_in_a_field_or_on_a_button_is_theirs(modules, L, target, key, goes_on):
    opened(modules, L)
    modules.run("v.choose(0)")
    code = f"return fire({target}, 'keydown', {{ key: argument }}).isPrevented"
    assert modules.run(code, key) is goes_on
    assert (modules.value("v.graph.at") is not None) is goes_on


@pytest.mark.parametrize(
    ("width", "height", "is_upright", "direction"),
    [
        (639, 640, None, "TB"), (640, 700, None, "LR"), (500, 500, None, "LR"),
        (500, 501, None, "TB"), (1200, 700, True, "TB"), (500, 900, False, "LR"),
        (500, 400, None, "LR"),
    ],
)  # fmt: skip
def test_a_graph_is_upright_in_a_narrow_and_high_window(
    modules, L, width, height, is_upright, direction
):
    data = opened(modules, L)
    assert data["upright"]
    found = modules.run(
        """const [data, width, height, isUpright] = argument;
        const host = document.createElementNS(document.documentElement.namespaceURI, "div");
        host.size = { left: 0, top: 0, width, height };
        const settings = isUpright === null ? {} : { isUpright };
        const made = new app.App(host, data, settings);
        made.remove();
        return made.data.direction""",
        [data, width, height, is_upright],
    )
    assert found == direction


def test_at_first_nothing_but_the_picture_is_open(modules, L):
    opened(modules, L)
    parts = ["notice", "brief", "panel.element", "help.element", "search.list"]
    parts += ["practiceBar.element", "tip.element"]
    assert modules.value(f"[{', '.join(f'v.{part}.hidden' for part in parts)}]") == [True] * 7
    assert modules.value("[v.player.element.hidden, v.chosen, v.hovered]") == [False, None, None]
    assert modules.value("[v.graph.at, v.graph.isEdited, v.graph.practice, v.graph.isRepair]") == [
        None, False, None, False,
    ]  # fmt: skip
    press(modules, "?")
    assert modules.value("v.help.element.hidden") is False
    modules.run("v.help.close.click()")
    assert modules.value("v.help.element.hidden") is True


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("1,999", None), ("2,345", None), ("9,000", None), ("10,000", None), ("999,999", None),
        ("0,999", 0.999), ("1,99", 1.99), ("1,9999", 1.9999), ("1000,999", 1000.999),
        ("1__0", 10.0), ("3/4", 0.75), ("-1/8", -0.125),
    ],
)  # fmt: skip
def test_a_comma_before_three_digits_may_mean_thousands(modules, text, x):
    assert modules.value("numbers.parseNumber(argument) ?? null", text) == x


# ---- titles out of the window --------------------------------------------------------------------


def inside(name, count):
    x = Value(1.0, label="x")
    with scope(name):
        for _ in range(count):
            x = -x
    return x


@pytest.mark.parametrize(("k", "is_far"), [(0.2, True), (0.22, False), (0.24, False)])
def test_letters_of_five_pixels_need_no_other_title(modules, k, is_far):
    opened(modules, inside("one", 60))
    modules.run("Object.assign(v.camera, { k: argument, x: 0, y: 0 })", k)
    assert bool(modules.value("titles.titles(v).length")) is is_far


@pytest.mark.parametrize(("more", "is_there"), [(0, False), (2**-20, True), (-(2**-20), False)])
def test_a_title_at_the_edge_needs_more_than_its_own_length(modules, more, is_there):
    opened(modules, inside("n" * 25, 3))
    found = modules.run(
        """Object.assign(v.camera, { k: 1, x: -512, y: 0 });
        v.scene.areaBoxes.set(0, { x: 0, y: 0, w: 512 + 11 * 15.5 + 24 + argument, h: 100 });
        return titles.titles(v).map(({ text }) => text)""",
        more,
    )
    assert found == ["n" * 25] * is_there
