"""Graphs at their limits: exact sentences, thresholds, and one, two and many of each thing."""

from __future__ import annotations

import gc
import json
import math
import threading
import warnings

import pytest

import chainrule
from chainrule import Value
from chainrule.errors import (
    ChainruleError,
    DivisionByZero,
    DomainError,
    FileError,
    FormulaError,
    GraphError,
    WrongType,
)
from chainrule.graph import lines
from chainrule.graph.debugging import is_debugging
from chainrule.graph.evaluation import is_stale, recompute
from chainrule.graph.expression import compute
from chainrule.graph.lines import lines_of
from chainrule.graph.passes import contributions, gradients, stored_partials
from chainrule.graph.traversal import postorder, select_nodes


def known():
    return {"a": Value(2.0), "b": Value(-3.0), "z": Value(0.0), "x": Value(5)}


# ---- expressions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", -1),
        ("a - b", 5),
        ("a * b", -6),
        ("a / b", -2 / 3),
        ("x // a", 2),
        ("x % a", 1),
        ("a ** 3", 8),
        ("-a", -2),
        ("+b", -3),
        ("-2 + a", 0),
        ("e", math.e),
        ("a*pi", 2 * math.pi),
        ("a if a > b else b", 2),
        ("a if a < b else b", -3),
        ("a if a >= 2 else b", 2),
        ("a if a <= 2 else b", 2),
        ("a if a == 2 else b", 2),
        ("a if a != 2 else b", -3),
        ("a if 1 < a < 3 else b", 2),
        ("a if 1 < a < 2 else b", -3),
        ("a if 3 < x < 4 else b", -3),
        ("a if not z else b", 2),
        ("a if not x else b", -3),
        ("a and b", -3),
        ("z and b", 0),
        ("a or b", 2),
        ("z or b", -3),
        ("z or z or x", 5),
        ("a and b and x", 5),
        ("a if z else b", -3),
        ("max(a, b)", 2),
        ("exp(z)", 1),
    ],
)
def test_an_expression_has_this_number(text, expected):
    root, _ = compute(text, known(), "here")
    assert root.data == pytest.approx(expected, rel=1e-15)


def test_the_names_of_an_expression_are_in_order_of_appearance():
    assert compute("b*a - b + max(x, pi)", known(), "here")[1] == ("b", "a", "x")
    assert compute("2 * pi", known(), "here")[1] == ()


def test_a_negative_number_is_one_node_and_a_constant():
    root, _ = compute("a * -2", known(), "here")
    constant = root._operands[1]
    assert (constant.data, constant.kind, len(postorder(root))) == (-2, "constant", 3)
    root, _ = compute("a ** -2 * pi", known(), "here")
    assert [node.kind for node in postorder(root)] == [
        "leaf", "constant", "inner", "constant", "inner"
    ]  # fmt: skip


def test_a_name_may_hide_a_constant():
    root, names = compute("e * 2", {"e": Value(3.0)}, "here")
    assert (root.data, names) == (6.0, ("e",))


@pytest.mark.parametrize(
    ("text", "kind", "what", "remedy"),
    [
        ("a^2", FormulaError, "here: write ** instead of ^, which is in 'a^2'.", "a**2"),
        ("a ^ b", FormulaError, "here: write ** instead of ^, which is in 'a ^ b'.", "a**b"),
        ("q", FormulaError, "here: q has no number.", "add one, for example q=1"),
        ("q+r", FormulaError, "here: q and r have no number.", "add one, for example q=1 r=1"),
        ("aa", FormulaError, "here: aa has no number.", "did you mean 'a'?"),
        ("a*aa", FormulaError, "here: aa has no number.", "add one, for example aa=1"),
        ("a < b", FormulaError, "here: 'a < b' is False, which isn't a number.", ""),
        ("not z", FormulaError, "here: 'not z' is True, which isn't a number.", ""),
        ("log(a, b)", WrongType, "log cannot take 2 operands.", ""),
        ("max(a)", WrongType, "max cannot take 1 operands.", ""),
        ("a/z", DivisionByZero, "a / z divides by zero at a = 2.0 and z = 0.0.",
         "keep the divisor away from 0"),
        ("1/0", DivisionByZero, "1 / 0 divides by zero.", "divide by a number other than 0"),
        ("a % 0", DivisionByZero, "a % 0 divides by zero at a = 2.0.",
         "divide by a number other than 0"),
        ("log(b)", DomainError, "log(b): log needs b > 0, but b = -3.0.", "keep b positive"),
        ("log(a + b)", DomainError, "log(a + b): log needs a + b > 0, but a + b = -1.0.",
         "keep (a + b) positive"),
        ("log(-1)", DomainError, "log(-1): log needs -1 > 0.", "choose another number"),
        ("log(sin(b))", DomainError,
         f"log(sin(b)): log needs sin(b) > 0, but sin(b) = {math.sin(-3)!r}.",
         "keep sin(b) positive"),
        ("exp(a * 1000)", DomainError,
         "exp(a * 1000): exp is too large for a float at a * 1000 = 2000.0.",
         "keep (a * 1000) below 709"),
        ("b ** (a/4)", DomainError,
         "b ** (a / 4): pow needs b >= 0 or a / 4 == floor(a / 4) or b == -inf, "
         "but b = -3.0 and a / 4 = 0.5.",
         "keep the base positive, or away from 0 if the exponent is an integer, and both moderate "
         "in size"),
        ("b ** a ** -1", DomainError,
         "b ** a ** (-1): pow needs b >= 0 or a ** (-1) == floor(a ** (-1)) or b == -inf, "
         "but b = -3.0 and a ** (-1) = 0.5.",
         "a**b**c is a**(b**c); write (a**b)**c for the other order"),
    ],
)  # fmt: skip
def test_an_expression_is_refused_in_these_words(text, kind, what, remedy):
    with pytest.raises(kind) as caught:
        compute(text, known(), "here")
    assert str(caught.value) == what + (f"\n  remedy  {remedy}" if remedy else "")


def test_an_error_quotes_at_most_sixty_characters_of_an_expression():
    for count in (28, 29):
        source = f"{'a' * count} / {'b' * (57 - count)}"
        names = {"a" * count: Value(1), "b" * (57 - count): Value(0)}
        with pytest.raises(DivisionByZero) as caught:
            compute(source, names, "here")
        assert str(caught.value).startswith(f"{source} divides by zero at ")
    names = {"a" * 28: Value(1), "b" * 30: Value(0)}
    with pytest.raises(DivisionByZero) as caught:
        compute(f"{'a' * 28} / {'b' * 30}", names, "here")
    assert str(caught.value).startswith(f"{'a' * 28} / {'b' * 26}... divides by zero at ")


# ---- lines for the playground --------------------------------------------------------------------


def written(root):
    found = lines_of(postorder(root))
    return found and [(line.name, line.source) for line in found.lines]


def named(node, label):
    node.label = label
    return node


def chain(count):
    """A sum of as many ones; twice as many nodes and one more."""
    x = root = Value(1.0, label="x")
    for _ in range(count):
        root = root + x
    return root


def test_the_playground_holds_three_hundred_nodes():
    assert lines.MOST_NODES == 300
    assert len(postorder(chain(299))) == 300
    assert written(chain(299)) is not None
    assert written(chain(300)) is None


def test_the_playground_holds_four_thousand_characters():
    """A line has its name, its expression and room for an equals sign and the longest float."""
    for count, is_held in ((1971, True), (1972, False)):
        root = named(-Value(2.0, label="a" * count), "L")
        assert (written(root) is not None) is is_held


@pytest.mark.parametrize(
    "label",
    [
        "cr",
        "torch",
        "Value",
        "print",
        "float",
        "exp",
        "lambda",
        "for",
        "a b",
        "1a",
        "x\N{MATHEMATICAL BOLD SMALL A}",
        "\N{KELVIN SIGN}",
    ],
)
def test_a_label_that_cannot_stand_in_a_line(label):
    assert written(Value(2.0, label=label) * 3.0) is None


@pytest.mark.parametrize("label", ["a", "_", "größe", "lr", "exponent", "crs"])
def test_a_label_that_can_stand_in_a_line(label):
    assert written(named(Value(2.0, label=label) * 3.0, "L")) == [
        (label, ""),
        ("L", f"{label} * 3.0"),
    ]


def test_two_nodes_cannot_have_one_name():
    assert written(Value(2.0, label="a") * Value(3.0, label="a")) is None
    assert written(Value(2.0, label="a")) is None


def test_what_has_no_name_gets_a_free_one():
    a, b = Value(2.0), Value(3.0)
    shared = a * b
    root = shared * shared
    assert written(root) == [("x1", ""), ("x2", ""), ("t1", "x1 * x2"), ("L", "t1 * t1")]
    assert lines_of(postorder(root)).is_exact is False
    for node, label in ((a, "x2"), (shared, "t")):
        node.label = label
    assert written(root) == [("x2", ""), ("x1", ""), ("t", "x2 * x1"), ("L", "t * t")]
    root.label = "out"
    b.label = "x"
    assert written(root)[-1] == ("out", "t * t")
    assert lines_of(postorder(root)).is_exact is True


def test_a_constant_that_is_used_once_has_no_line():
    a = Value(2.0, label="a")
    assert written(named(a * 3 + 4.5, "L")) == [("a", ""), ("L", "a * 3 + 4.5")]
    three = (a * 3)._operands[1]
    assert written(named((a + three) * three, "L")) == [
        ("a", ""), ("x1", ""), ("L", "(a + x1) * x1")
    ]  # fmt: skip


def test_every_operator_has_its_sign_and_every_function_its_name():
    a, b = Value(5.0, label="a"), Value(2.0, label="b")
    for root, source in (
        (a + b, "a + b"),
        (a - b, "a - b"),
        (a * b, "a * b"),
        (a / b, "a / b"),
        (a // b, "a // b"),
        (a % b, "a % b"),
        (a**b, "a ** b"),
        (chainrule.max(a, b), "max(a, b)"),
        (-(a + b), "-(a + b)"),
        (a.tanh() - b.exp(), "tanh(a) - exp(b)"),
    ):
        assert written(named(root, "L")) == [("a", ""), ("b", ""), ("L", source)]
        assert lines_of(postorder(root)).is_exact is True


def test_a_scope_or_a_number_that_changed_is_told():
    with chainrule.scope("net"):
        root = named(Value(2.0, label="a") * 3.0, "L")
    assert lines_of(postorder(root)).is_exact is False
    with chainrule.scope("net"):
        a = Value(2.0, label="a")
    assert lines_of(postorder(named(a * 3.0, "L"))).is_exact is False
    inner = named(Value(2.0, label="a") * 3.0, "d")
    root = named(inner + 1.0, "L")
    root.data = 8.0
    assert written(root) is None
    root.data = 7.0
    inner.data = 5.0
    assert written(root) is None


def test_what_has_no_formula_cannot_be_written():
    a = Value(2.0, label="a")
    assert written(named(Value(5.0, (a,), "mine") * 2.0, "L")) is None
    assert written(Value(math.nan, label="a") * 2.0) is None


def test_a_deep_expression_is_split():
    x = Value(0.5, label="x")
    root = x
    for _ in range(8):
        root = root.sin()
    assert written(named(root, "L")) == [("x", ""), ("L", "sin(" * 8 + "x" + ")" * 8)]
    for _ in range(40):
        root = root.sin()
    rows = written(named(root, "M"))
    assert 6 <= len(rows) <= 8
    assert max(source.count("sin") for _, source in rows) <= 9
    assert sum(source.count("sin") for _, source in rows) == 48


# ---- numbers and passes --------------------------------------------------------------------------


def test_what_cannot_be_computed_anew_is_said():
    a = Value(2.0, label="a")
    mine = Value(5.0, (a,), (1.0,))
    mine.label = "mine"
    with pytest.raises(GraphError) as caught:
        chainrule.evaluate(mine * 2, {a: 3.0})
    what, remedy = str(caught.value).splitlines()
    assert what.endswith(" has no formula, so it cannot be computed for other operands.")
    assert "mine" in what
    assert remedy == (
        "  remedy  build the graph again with the other numbers, or make the operation with "
        "define(name, formula, partials)"
    )
    with pytest.raises(WrongType) as caught:
        chainrule.evaluate(a * 2, {3: 1.0})
    assert str(caught.value) == (
        "changes needs Values as keys, but one key is 3.\n"
        "  remedy  evaluate(L, {a: 3.0}), where a is the Value itself and not its label"
    )
    with pytest.raises(GraphError) as caught:
        chainrule.evaluate(a * 2, {Value(1.0, label="q"): 1.0})
    what, remedy = str(caught.value).splitlines()
    assert "q" in what and what.endswith(" is not in the graph of the root.")
    assert remedy == "  remedy  use a node that the root was computed from; trace(root) lists them"


def test_only_what_depends_on_a_change_is_another_number():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    L = c + a
    order = postorder(L)
    assert recompute(order, {}) == {a: 2, b: 3, c: 6, L: 8}
    assert recompute(order, {c: 10.0}) == {a: 2, b: 3, c: 10, L: 12}
    assert recompute(order, {a: 0.0}) == {a: 0, b: 3, c: 0, L: 0}


def test_a_number_is_stale_when_its_operands_give_another():
    a = Value(2.0)
    d = a * 3
    assert not is_stale(a) and not is_stale(d)
    d.data = 7.0
    assert is_stale(d)
    inf = Value(math.inf)
    nan = inf - inf
    assert not is_stale(nan)
    nan.data = 0.0
    assert is_stale(nan)
    a.data = math.nan
    d.data = 6.0
    assert is_stale(d)


def test_the_terms_of_a_pass():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    L = c * a
    rows = [tuple(each) for each in contributions(reversed(postorder(L)), stored_partials)]
    assert rows == [
        (L, 0, c, 2, 1, 2, 2),
        (L, 1, a, 6, 1, 6, 6),
        (c, 0, a, 3, 2, 6, 12),
        (c, 1, b, 2, 2, 4, 4),
    ]


def test_constants_and_what_is_cut_off_get_no_term():
    a = Value(2.0)
    L = a * 3
    assert [each.operand for each in contributions(reversed(postorder(L)), stored_partials)] == [a]
    other = Value(1.0) * a
    rows = list(contributions([L, other], lambda node: node._partials if node is L else (1, 1)))
    assert [each.node for each in rows] == [L]
    assert list(contributions([L, a], lambda node: ())) == []


def test_gradients_at_other_numbers_and_of_some_nodes():
    a, b, c = Value(2.0), Value(3.0), Value(4.0)
    d = a * b
    L = d * c
    assert gradients(L) == {a: 12, b: 8, d: 4, c: 6, L: 1}
    at = {a: 1.0, b: 5.0, c: 2.0, d: 5.0, L: 10.0}
    assert gradients(L, at) == {a: 10, b: 2, d: 2, c: 5, L: 1}
    assert gradients(L, wrt=[c, a]) == {c: 6, a: 12}
    assert gradients(L, wrt=[L]) == {L: 1.0}
    assert gradients(L, wrt=[d]) == {d: 4}
    assert gradients(a) == {a: 1.0}
    cut = chainrule.where(a > 1, a, b)
    assert gradients(cut, wrt=[b]) == {b: 0.0}


def test_a_node_with_its_own_pass_is_refused():
    a = Value(2.0, label="a")
    out = Value(4.0, (a,), "square")
    out._backward = lambda: None
    assert stored_partials(out) == ()
    with pytest.raises(GraphError) as caught:
        gradients(out, {a: 2.0, out: 4.0})
    what, remedy = str(caught.value).splitlines()
    assert what.endswith(" has its own _backward, which writes into the graph.")
    assert remedy == "  remedy  make the operation with define(name, formula, partials)"


# ---- choosing nodes ------------------------------------------------------------------------------


def test_the_nodes_of_wrt():
    a, b = Value(2.0, label="a"), chainrule.parameter(3.0, label="b")
    d = a * b
    L = d * 4
    assert select_nodes(L, None, "moved") == [a, b]
    assert select_nodes(L, b, "moved") == [b]
    assert select_nodes(L, (d, a, d), "moved") == [d, a]
    assert select_nodes(L, [], "moved") == []


@pytest.mark.parametrize(
    ("wrt", "kind", "what"),
    [
        ("a", WrongType, "wrt needs one or more Values, but got str."),
        (3, WrongType, "wrt needs one or more Values, but got int."),
        ([3], WrongType, "wrt needs Values, but one entry is 3."),
    ],
)
def test_what_is_not_a_node_is_refused(wrt, kind, what):
    with pytest.raises(kind) as caught:
        select_nodes(Value(2.0) * 3, wrt, "moved")
    assert str(caught.value) == what


def test_a_constant_cannot_be_moved():
    L = Value(2.0) * 4
    with pytest.raises(GraphError) as caught:
        select_nodes(L, L._operands[1], "moved")
    assert str(caught.value) == (
        "the constant 4 in an expression cannot be moved.\n"
        "  remedy  make it a leaf: Value(number, label=...)"
    )
    with pytest.raises(GraphError, match=r" is not in the graph of .*\.$"):
        select_nodes(L, Value(1.0), "moved")


def test_zero_grad_forgets_every_gradient():
    a = Value(2.0)
    d = a * 3
    L = d * a
    L.backward()
    chainrule.zero_grad(L)
    assert {node.grad_state for node in postorder(L)} == {"none"}
    assert chainrule.trace(a) == ({a}, set())


# ---- names, scopes and lines ---------------------------------------------------------------------


def test_a_parameter_may_have_no_name():
    assert (chainrule.parameter(1.5).label, chainrule.parameter(1.5, "w").label) == ("", "w")
    assert chainrule.parameter(1.5).kind == "parameter"


def test_the_name_of_a_scope_is_text():
    with chainrule.scope(3):
        assert Value(1.0).scope == ("3",)
    again = chainrule.scope("twice")
    with again, again:
        assert Value(1.0).scope == ("twice", "twice")
    assert Value(1.0).scope == ()


def test_a_scope_from_a_pickle_of_the_first_version_has_its_name():
    made = chainrule.scope("a")
    made.__setstate__((None, {"name": "b", "numbers": []}))
    assert made.name == "b"


def test_a_name_labels_what_has_none():
    a, b, c = Value(1.0, label="kept"), Value(2.0), Value(3.0)
    chainrule.label_all({"a": a, "_b": b, "c": c, "again": c, "text": "c"})
    assert [node.label for node in (a, b, c)] == ["kept", "", "c"]


def test_each_thread_has_its_own_scopes():
    found = []
    with chainrule.scope("here"):
        thread = threading.Thread(target=lambda: found.append(Value(1.0).scope))
        thread.start()
        thread.join()
        assert Value(1.0).scope == ("here",)
    assert found == [()]


def test_debugging_ends_with_the_outer_block():
    assert not is_debugging()
    with chainrule.debug():
        with chainrule.debug():
            assert is_debugging()
        assert is_debugging()
        assert chainrule.made_at(Value(1.0))
    assert not is_debugging()
    assert chainrule.made_at(Value(1.0)) == ""


def messages(act):
    """The warnings of an act, without the line that they begin with."""
    with warnings.catch_warnings(record=True) as caught, chainrule.debug():
        warnings.simplefilter("always")
        act()
    for each in caught:
        line = f"{__file__}:{each.lineno}"
        assert (each.filename, str(each.message).partition(": ")[0]) == (__file__, line)
    return [str(each.message).partition(": ")[2] for each in caught]


def test_debug_warns_in_these_words():
    a, zero = Value(2.0), Value(0.0)
    d = a * 3
    assert messages(lambda: a == 2.0) == [
        "a Value is compared with 2.0 by ==, which is always False; compare its .data"
    ]
    assert messages(lambda: a == "2") == [] == messages(lambda: a == d)
    assert messages(lambda: bool(zero)) == [
        "a Value that holds 0 counts as true, as every Value does; test its .data"
    ]
    assert messages(lambda: bool(a)) == []
    cycle = (
        ".user refers from a node to a result computed from it; both stay in memory until you "
        "delete the attribute"
    )
    found = messages(lambda: setattr(a, "user", d))
    assert found == ([] if gc.is_tracked(d) else [cycle]), "Python frees what it tracks"
    del a.user
    assert messages(lambda: setattr(d, "operand", a)) == []
    assert messages(lambda: setattr(a, "me", a)) == [] == messages(lambda: setattr(a, "n", 3))


# ---- files ---------------------------------------------------------------------------------------


def test_a_file_names_each_value_and_keeps_no_default(tmp_path):
    a = Value(2.0, label="a")
    L = a * 3
    chainrule.save(tmp_path / "f", L=L, a=a)
    assert json.loads((tmp_path / "f").read_text()) == {
        "chainrule": 1,
        "values": {"L": 2, "a": 0},
        "definitions": {},
        "nodes": [
            {"data": 2.0, "label": "a"},
            {"data": 3, "kind": 1},
            {"data": 6.0, "op": "mul", "partials": [3.0, None], "operands": [0, 1]},
        ],
    }
    with pytest.raises(WrongType) as caught:
        chainrule.save(tmp_path / "f", L=L, x=3)
    assert str(caught.value) == "save() writes Values, but x is of type int."


LEAF = {"data": 2.0}
ADD = {"data": 4.0, "op": "add", "operands": [0, 0], "partials": [1.0, 1.0]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"chainrule": 2}, "format 2 is unknown; this version reads 1"),
        ({"nodes": [{}]}, "'data' is missing"),
        ({"nodes": [{"data": 2, "x": 1}]}, "a node has fields that save() doesn't write"),
        ({"nodes": [LEAF, {**ADD, "op": "odd"}]}, "the operation 'odd' is unknown"),
        ({"nodes": [LEAF, {**ADD, "operands": [0] * 3}]}, "'add' has 3 operands and 2 partials"),
        ({"nodes": [LEAF, {**ADD, "operands": [0, 1]}]}, "1 isn't an int from 0 to 0"),
        (
            {"nodes": [LEAF, {**ADD, "partials": [1.0, None]}]},
            "a constant has a partial, or another operand has none",
        ),
        ({"nodes": [{"data": 2, "kind": 3}]}, "3 isn't an int from 0 to 2"),
        ({"nodes": [{"data": 2, "state": 3}]}, "3 isn't an int from 0 to 2"),
        ({"nodes": [{"data": 2, "label": 3}]}, "a scope, a label or an operation isn't text"),
        ({"nodes": [{"data": True}]}, "True isn't a number"),
        ({"nodes": [{"data": 2, "by_hand": "2"}]}, "'2' isn't a number"),
        ({"nodes": [LEAF], "values": {"L": 1}}, "1 isn't an int from 0 to 0"),
    ],
)
def test_a_damaged_file_is_refused_with_the_reason(tmp_path, content, reason):
    whole = {"chainrule": 1, "values": {}, "definitions": {}, "nodes": [LEAF, ADD], **content}
    path = tmp_path / "f"
    path.write_text(json.dumps(whole))
    with pytest.raises(FileError) as caught:
        chainrule.load(path)
    start = f"{str(path)!r} isn't a complete graph that save() wrote: "
    assert str(caught.value) == f"{start}{reason}."


def test_the_largest_fields_that_a_file_may_have(tmp_path):
    last = {"data": 2, "kind": 2, "state": 2, "passes": 2**32 - 1, "grad": "nan", "by_hand": "-inf"}
    content = {"chainrule": 1, "values": {"L": 0}, "definitions": {}, "nodes": [last]}
    (tmp_path / "f").write_text(json.dumps(content))
    found = chainrule.load(tmp_path / "f")["L"]
    assert (found.kind, found.passes, found.by_hand) == ("parameter", 2**32 - 1, -math.inf)
    assert math.isnan(found.grad)


def test_a_file_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "f"
    with pytest.raises(FileError) as caught:
        chainrule.load(path)
    assert str(caught.value) == f"{str(path)!r} cannot be read: No such file or directory."
    assert isinstance(caught.value, ChainruleError)
