"""Explanations at their limits: exact lines, thresholds, and one, two and many of each thing."""

from __future__ import annotations

import math
import re

import pytest

import chainrule
from chainrule import Value
from chainrule.errors import ChoiceError, GraphError, ShapeError, WrongType
from chainrule.explanation import explain, steps
from chainrule.explanation.formats.latex import escape, set_name
from chainrule.explanation.formats.text import columns
from chainrule.explanation.kinks import kink
from chainrule.explanation.names import Name, Names, clean, shorten
from chainrule.explanation.notation import number_text
from chainrule.explanation.remarks import same
from chainrule.explanation.writer import count_text

pytestmark = pytest.mark.once


def named(node, label):
    node.label = label
    return node


def chain(count, step=lambda x: x + 1):
    """A chain of as many operations on one leaf."""
    root = Value(0.5, label="x")
    for _ in range(count):
        root = step(root)
    return named(root, "L")


def rows(text):
    return [re.sub(r" +", " ", row).strip() for row in str(text).splitlines()]


# ---- numbers and names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "text"),
    [
        (1, "1"),
        (1000, "1,000"),
        (10**15 - 1, "999,999,999,999,999"),
        (10**15, "about 1.0e+15"),
        (19 * 10**17, "about 1.9e+18"),
        (10**60 - 1, "about 9.9e+59"),
        (10**60, "about 1.0e+60"),
        (2**16384 - 1, "about 1.1e+4932"),
        (2**16384, "more than 10**4900"),
    ],
    ids=range(9),
)
def test_a_number_of_paths(paths, text):
    assert count_text(paths) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.0, "0"), (-0.0, "0"), (-2.5, "−2.5"), (1 / 3, "0.333333"), (1e-7, "1e−07"),
     (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "nan"), (1234567, "1.23457e+06")],
)  # fmt: skip
def test_a_number_in_words(x, text):
    assert number_text(x) == text


@pytest.mark.parametrize(
    ("x", "y", "is_same"),
    [
        (1.0, 1.0 + 9e-7, True),
        (1.0, 1.0 + 2e-6, False),
        (0.0, 9e-13, True),
        (0.0, 2e-12, False),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        (1.0, math.nan, False),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
    ],
)
def test_gradients_are_the_same_up_to_rounding(x, y, is_same):
    assert same(x, y) is is_same


@pytest.mark.parametrize(
    ("text", "is_word", "stands_alone"),
    [
        ("x", True, True),
        ("größe", True, True),
        ("w[0]", False, True),
        ("w[0][1]", False, True),
        ("w[0", False, False),
        ("w[]", False, False),
        ("w[a b]", False, False),
        ("w[0]x", False, False),
        ("[0]", False, False),
        ("a b", False, False),
        ("2", False, False),
    ],
)
def test_what_needs_parentheses_as_a_name(text, is_word, stands_alone):
    assert (Name(text).is_word, Name(text).stands_alone) == (is_word, stands_alone)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 24, "a" * 24),
        ("a" * 25, "a" * 23 + "…"),
        ("a" * 22 + "  bc", "a" * 22 + "…"),
        ("", ""),
    ],
)
def test_a_long_label_is_shortened(text, shown):
    assert shorten(text) == shown
    assert shorten("abc", 3) == "abc" and shorten("abcd", 3) == "ab…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb", "a b"),
        ("a\r\nb\nc", "a b c"),
        ("a\u2028b\x85c", "a b c"),
        ("a\x00b\u202e", "a\ufffdb\ufffd"),
        ("a\u00a0b\u200dc\ufe0f", "a\u00a0b\u200dc\ufe0f"),
    ],
)
def test_a_label_is_one_line_of_what_can_be_shown(text, shown):
    assert clean(text) == shown


def test_nodes_without_a_label_are_numbered():
    a, b, c = Value(1.0), Value(2.0, label="v2"), Value(3.0)
    d = a * b
    root = d * c + 5
    order = root._postorder()
    names = Names(order)
    assert [names[node].text for node in order] == ["v1", "v2", "v3", "v4", "v5", "5", "L"]
    assert {names[node].turn for node in order} == {1}
    assert not names.has_twins
    b.label = "L"
    names = Names(order)
    assert [names[node].text for node in order] == ["v1", "L", "v2", "v3", "v4", "5", "v5"]
    a.label = c.label = "w"
    names = Names(order)
    assert [(names[node].text, names[node].turn) for node in (a, b, c)] == [
        ("w", 1), ("L", 1), ("w", 2)
    ]  # fmt: skip
    assert names.has_twins


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (Name("x"), "x"),
        (Name("_"), r"\mathrm{\_}"),
        (Name("w12"), "w_{12}"),
        (Name("w_1"), "w_{1}"),
        (Name("loss"), r"\mathrm{loss}"),
        (Name("a b"), r"\text{a b}"),
        (Name("x", 2), "{x}^{(2)}"),
    ],
)
def test_a_name_in_latex(name, text):
    assert set_name(name) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a", r"\text{a}"),
        ("50%", r"\text{50}\%"),
        ("<>", "{<}{>}"),
        ("{a}", r"\lbrace \text{a}\rbrace "),
    ],
)
def test_special_characters_in_latex(text, shown):
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("ab", 2), ("é", 1), ("e\u0301", 1), ("学习", 4), ("Ａ", 2), ("−", 1)],
)
def test_the_columns_of_a_text(text, width):
    assert columns(text) == width


# ---- kinks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "x", "is_kink"),
    [
        (lambda x: x.relu(), 0.0, True),
        (lambda x: x.relu(), 1e-9, False),
        (lambda x: x.relu(), -1e-9, False),
        (abs, 0.0, True),
        (abs, 2.0, False),
        (chainrule.floor, 2.0, True),
        (chainrule.floor, 2.5, False),
        (chainrule.sign, 0.0, True),
        (lambda x: chainrule.max(x, 2.0), 2.0, True),
        (lambda x: chainrule.max(x, 2.0), 2.1, False),
        (lambda x: chainrule.sqrt(x), 4.0, False),
        (lambda x: x * 3, 0.0, False),
        (lambda x: x.tanh(), 0.0, False),
        (lambda x: chainrule.relu(x), math.inf, False),
    ],
)
def test_where_an_operation_has_no_derivative(make, x, is_kink):
    node = make(Value(x))
    assert bool(kink(node, 0)) is is_kink


# ---- lines ---------------------------------------------------------------------------------------


def test_two_uses_of_a_node_add_up():
    a = Value(3.0, label="a")
    twice = rows(explain(named(a * a, "L")))
    assert "dL/da: 2 paths, so their gradients add up:" in twice
    assert "dL/da = 3 + 3 = 6" in twice
    assert any(row.startswith("via L, operand 1: a = 3") for row in twice)
    assert any(row.startswith("via L, operand 2: a = 3") for row in twice)


def test_uses_and_paths_are_counted_apart():
    """b is used twice, and so there are two paths to b and to a, which is used once."""
    a = Value(3.0, label="a")
    b = named(a + 1, "b")
    c = named(b * a, "c")
    text = rows(explain(named(c * b, "L")))
    assert "dL/db: 2 paths, so their gradients add up:" in text
    assert "dL/da: used 2 times (3 paths in all), so the gradients add up:" in text


@pytest.mark.parametrize(
    ("count", "more"), [(8, ""), (9, "… and 1 more path"), (11, "… and 3 more paths")]
)
def test_eight_terms_of_a_sum_are_written_out(count, more):
    x = Value(0.5, label="x")
    root = x
    for _ in range(count - 1):
        root = root + x
    text = str(explain(named(root, "L")))
    found = [row.strip() for row in text.splitlines() if "more path" in row]
    assert found == ([more] if more else [])
    assert text.count("via ") == 8
    assert f"dL/dx: {count} paths, so their gradients add up:" in rows(text)
    full = str(explain(root).full())
    assert full.count("via ") == count and "more path" not in full


@pytest.mark.parametrize(("count", "left_out"), [(29, 0), (30, 1), (40, 11)])
def test_thirty_nodes_are_explained_at_once(count, left_out):
    """A chain has the leaf besides; of the operations themselves one less is left out."""
    root = chain(count)
    explanation = explain(root)
    assert len(explanation.gradients) == count + 1 - left_out
    text = " ".join(str(explanation).split())
    if left_out:
        noun = "node" if left_out == 1 else "nodes"
        assert (
            f"… {left_out} {noun} left out; explain(L, wrt=node) explains one of them, .full() all"
        ) in text
    else:
        assert "left out" not in text
    operations = count - 30
    assert (f"{operations} operations left out" in text) is (operations > 1)
    assert len(explanation.full().gradients) == count + 1


@pytest.mark.parametrize(
    ("count", "more"), [(30, ""), (31, "and 1 more input"), (33, "and 3 more inputs")]
)
def test_thirty_inputs_are_listed(count, more):
    root = chainrule.Value(0.0, label="x0")
    for number in range(1, count):
        root = root + Value(1.0, label=f"x{number}")
    text = " ".join(str(explain(named(root, "L"))).split())
    assert ("more input" in text) is bool(more) and more in text


def test_a_path_of_nine_factors_leaves_some_out():
    for count, dots in ((8, ""), (9, "… (2 more)"), (10, "… (3 more)")):
        root = chain(count, lambda x: x * 2)
        x = root._postorder()[0]
        text = " ".join(str(explain(root, wrt=x)).split())
        assert "From L to x there is 1 path: " in text
        assert (dots in text) if dots else "more)" not in text
        assert f"= {2**count}" in text


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "From L to x there are 2 paths: "),
        (2, "From L to x there are 4 paths: "),
        (3, "From L to x there are 8 paths, of which 4 are written out: "),
    ],
)
def test_four_paths_are_written_out(count, words):
    root = chain(count, lambda x: x + x)
    text = " ".join(str(explain(root, wrt=root._postorder()[0])).split())
    assert words in text
    assert explain(root).paths[root._postorder()[0]] == 2**count


def test_a_leaf_and_numbers_that_were_edited_are_told():
    a = Value(2.0, label="a")
    assert "a is a leaf, so there is nothing more to explain" in rows(explain(a))
    d = named(a * 3, "d")
    L = named(d + 1, "L")
    a.data = 5.0
    text = " ".join(str(explain(L)).split())
    assert "d = 6, computed before a number was edited; now a * 3 = 15" in text
    assert (
        "Numbers were edited after the forward pass: 1 node is out of date. The gradients are "
        "those at the old numbers, as in backward(); refresh(L) recomputes everything."
    ) in text
    d.data = 7.0
    text = " ".join(str(explain(L)).split())
    assert "2 nodes are out of date" in text


def test_a_stored_gradient_that_differs_is_told():
    a = Value(2.0, label="a")
    L = named(a * 3, "L")
    L.backward()
    assert ".grad" not in str(explain(L))
    L.backward()
    assert "! a.grad is 6: the sum of 2 backward passes" in rows(explain(L))
    a.grad = 5.0
    assert "! a.grad is 5, set by hand; the chain rule gives dL/da = 3" in rows(explain(L))
    L.backward()
    assert "! a.grad is 8: 5 set by hand plus 3 added by backward" in rows(explain(L))
    other = named(a * 7, "M")
    chainrule.zero_grad(L)
    other.backward()
    assert ("! a.grad is 7: from another pass, or from before the graph was edited") in rows(
        explain(L)
    )


def test_what_is_not_a_number_is_told():
    x = Value(0.0, label="x")
    text = rows(explain(named(chainrule.sqrt(x), "L")))
    assert "! ∞: the tangent is vertical, or the slope is too large for a float" in text
    y = Value(math.inf, label="y")
    text = rows(explain(named(Value(0.0, label="a") * y * y, "L")))
    assert "dL/dy = nan + nan = nan" in text
    assert "! nan is not a number: it comes from another nan, 0 times ∞ or ∞ − ∞" in text


SUM = "a sum passes the gradient on unchanged"
FACTOR = "the derivative of a product with respect to one factor is the other factor"


def own(make):
    """A node that a user made by hand, times 2."""
    return lambda a, x: make(a) * 2


def with_its_own_pass(a):
    node = Value(4.0, (a,), "sq")
    node._backward = lambda: None
    return node


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda a, x: a * 2, [f"dL/da = 2 because L = a * 2: {FACTOR}"]),
        (
            lambda a, x: a * x,
            ["dL/da = x = 0 because L = a * x", "dL/dx = a = 3 because L = a * x"],
        ),
        (
            lambda a, x: a**2,
            [
                "dL/da = 2 * a = 6 because L = a**2: the power rule multiplies by the exponent and "
                "lowers it by one"
            ],
        ),
        (
            lambda a, x: a**3,
            [
                "dL/da = 3 * a**2 = 27 because L = a**3: the power rule multiplies by the exponent "
                "and lowers it by one"
            ],
        ),
        (
            lambda a, x: a + x * 2,
            [
                f"dL/da = 1 because L = a + v1: {SUM}",
                f"dL/dv1 = 1 because L = a + v1: {SUM}",
                f"dL/dx = dL/dv1 * dv1/dx = 1 * 2 = 2 because v1 = x * 2: {FACTOR}",
            ],
        ),
        (
            lambda a, x: x.relu(),
            [
                "dL/dx = 0 because L = relu(x) and x = 0",
                "! relu has a kink at x = 0; its derivative there is a convention "
                "(PyTorch: 0 at 0)",
            ],
        ),
        (
            lambda a, x: chainrule.max(x, Value(0.0, label="z")),
            [
                "dL/dx = 0.5 because L = max(x, z) and x = z",
                "! max has a kink at x = 0 and z = 0; its derivative there is a convention "
                "(PyTorch's maximum: in a tie each operand gets half)",
                "dL/dz = 0.5 because L = max(x, z) and z = x",
            ],
        ),
        (
            lambda a, x: chainrule.where(a > 1, a, x),
            [
                "dL/da = 1 because L = where(condition is true, a, x): the gradient goes to the "
                "selected operand only",
                "dL/dx = 0 because L = where(condition is true, a, x): the gradient goes to the "
                "selected operand only",
            ],
        ),
        (
            own(lambda a: Value(5.0, (a,), "mine")),
            [
                "v1 = mine(a) = 5",
                "dL/da = 0 because v1 = mine(a) was made by hand without local derivatives, so it "
                "passes nothing on",
            ],
        ),
        (
            own(lambda a: Value(2.0, (a,), (3.0,))),
            [
                "dL/da = dL/dv1 * dv1/da = 2 * 3 = 6 because v1 = operation(a) was made by hand "
                "with this local derivative",
            ],
        ),
        (
            own(with_its_own_pass),
            [
                "not known: dL/da because v1 = sq(a) has a _backward of its own, which only "
                "backward() calls",
            ],
        ),
        (
            own(lambda a: with_its_own_pass(a * 7)),
            [
                "not known: dL/dv1 because v2 = sq(v1) has a _backward of its own, which only "
                "backward() calls",
                "not known: dL/da because it depends on a node with a _backward of its own, which "
                "only backward() calls",
            ],
        ),
        (
            own(lambda a: Value(5.0, (a * 7,), "mine")),
            ["dL/da = 0 because no gradient reaches the nodes that use a"],
        ),
    ],
)
def test_a_line_and_its_reason(make, expected):
    a, x = Value(3.0, label="a"), Value(0.0, label="x")
    found = rows(explain(named(make(a, x), "L")).text(1000))
    assert [row for row in expected if row not in found] == []


@pytest.mark.parametrize(
    ("count", "operands"),
    [(1, "v1"), (8, "v1, v2, v3, v4, v5, v6, v7, v8"),
     (9, "v1, v2, v3, v4, v5, v6, v7, v8, … (1 more)")],
)  # fmt: skip
def test_eight_operands_of_a_users_own_operation_are_shown(count, operands):
    root = Value(1.0, tuple(Value(1.0) for _ in range(count)), "mine")
    assert f"L = mine({operands}) = 1" in rows(explain(named(root, "L")).text(1000))


def test_what_is_stored_is_told_where_the_gradient_is_not_known():
    a = Value(3.0, label="a")
    root = named(with_its_own_pass(a) * 2, "L")
    a.grad = 5.0
    assert "! a.grad holds 5" in rows(explain(root))


def test_the_gradients_of_an_explanation_are_those_of_the_pass():
    a, x = Value(3.0, label="a"), Value(0.0, label="x")
    L = named(chainrule.where(a > 1, a * 2, x), "L")
    explanation = explain(L)
    assert [explanation.gradients[node] for node in (L, a, x)] == [1, 2, 0]
    assert [explanation.paths[node] for node in (L, a, x)] == [1, 1, 0]
    assert explain(L, wrt=[x]).gradients == {x: 0.0}
    unknown = explain(named(with_its_own_pass(a) * 2, "L"))
    assert a not in unknown.gradients


def test_a_sum_of_negative_terms_is_a_difference():
    a = Value(3.0, label="a")
    L = named(a * 5 - a * 2 - a, "L")
    text = rows(explain(L).text(1000))
    assert "dL/da = −1 − 2 + 5 = 2" in text
    assert "dL/da: 3 paths, so their gradients add up:" in text
    many = a
    for _ in range(10):
        many = many + a
    assert "dL/da = " + " + ".join("1" * 8) + " + … (3 more) = 11" in rows(
        explain(named(many, "L")).text(1000)
    )


def test_an_edited_root_is_explained_with_the_old_numbers():
    a, b = Value(2.0, label="a"), Value(5.0, label="b")
    L = named(a * b, "L")
    b.data = 7.0
    text = rows(explain(L).text(1000))
    assert "dL/da = 5 because L = a * b with the numbers before the edit" in text
    assert "L = 10, computed before a number was edited; now a * b = 14" in text


def test_the_text_of_each_step():
    a, x = Value(3.0, label="a"), Value(0.0, label="x")
    made = steps(named(a * a + x.relu(), "L"))
    assert [" ".join(str(step).split()) for step in made] == [
        "0 dL/dL = 1 because any quantity has derivative 1 with respect to itself",
        f"1 L → v1: dL/dv1 = 1 * 1 = 1 because L = v1 + v2: {SUM}",
        f"2 L → v2: dL/dv2 = 1 * 1 = 1 because L = v1 + v2: {SUM}",
        "3 v2 → x: dL/dx = 1 * 0 = 0 because v2 = relu(x) and x = 0, so dv2/dx = 0 "
        "! relu has a kink at x = 0; its derivative there is a convention (PyTorch: 0 at 0)",
        "4 v1 → a: dL/da = 1 * 3 = 3 because v1 = a * a",
        "5 v1 → a: 1 * 3 = 3 more, so dL/da = 3 + 3 = 6 because v1 = a * a",
    ]


def test_signs_with_a_meaning_in_markdown_are_escaped():
    a = Value(3.0, label="a_b*c")
    L = named(Value(5.0, (a,), "mine") * 2, "L")
    assert "was made by hand without local derivatives" in explain(L).markdown()
    text = explain(named(a * a, "L")).markdown()
    assert "2 paths, so their gradients add up:" in text and "  - via $L$, operand 1: $" in text
    assert r"\_" in text and "a_b" not in text
    leaky = explain(named(chainrule.leaky_relu(Value(0.0, label="x")), "L"))
    assert r"*Note:* leaky\_relu has a kink at $x = 0$;" in leaky.markdown()
    assert "! leaky_relu has a kink at x = 0;" in str(leaky)


@pytest.mark.parametrize(
    ("make", "pieces"),
    [
        (lambda a: chainrule.exp(a), ["<msup><mi>e</mi><mrow>", "<mi>a</mi></mrow></mrow></msup>"]),
        (lambda a: chainrule.sqrt(a), ["<msqrt>", "</msqrt>"]),
        (lambda a: chainrule.cbrt(a), ["<mroot>", "<mn>3</mn></mrow></mroot>"]),
        (lambda a: chainrule.floor(a), [">⌊</mo>", ">⌋</mo>"]),
        (lambda a: abs(a), [">|</mo>"]),
        (lambda a: chainrule.log2(a), ["<msub><mi>log</mi><mn>2</mn></msub>"]),
        (lambda a: chainrule.sigmoid(a), ["<mi>σ</mi><mo>&#x2061;</mo>"]),
        (lambda a: chainrule.tanh(a), ["<mi>tanh</mi><mo>&#x2061;</mo>"]),
        (lambda a: chainrule.max(a, 2), ["<mi>max</mi>", "<mo>,</mo>"]),
        (lambda a: a**3, ["<msup><mrow><mi>a</mi></mrow>", "<mn>3</mn>"]),
        (lambda a: a / 2, ["<mfrac>", "<mn>2</mn></mrow></mfrac>"]),
        (lambda a: a * 1e-9, ["<mn>1</mn><mo>·</mo><msup><mn>10</mn>", ">−</mo><mn>9</mn>"]),
        (lambda a: a * 1e9, ["<mn>1</mn><mo>·</mo><msup><mn>10</mn>", "</mo><mn>9</mn>"]),
    ],
)
def test_a_formula_in_mathml(make, pieces):
    page = explain(named(make(Value(3.0, label="a")), "L")).html()
    assert [piece for piece in pieces if piece not in page] == []


def test_the_rows_of_a_page():
    a = Value(3.0, label="a")
    page = explain(named(a * a, "L")).html()
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    assert "<title>The chain rule, from L = 9 backwards</title>" in page
    assert page.count('<td class="eq" style') == 1
    assert page.count('<td class="eq in" ') == 3
    assert page.count('<td class="why" ') == 3
    assert page.count(' colspan="2"') == 2
    latex = explain(named(a * a, "L")).latex().split("\n")
    assert [line.startswith(r"& \quad ") for line in latex] == [
        False, False, False, False, False, False, True, True, True, False
    ]  # fmt: skip


def test_a_path_through_two_operands_is_written_in_each_format():
    a = Value(3.0, label="a")
    explanation = explain(named(a * a * 2, "L"), wrt=a)
    text = rows(explanation.text(1000))
    assert "From L to a there are 2 paths:" in text
    assert text.count("dL/dv1 * a = 2 * 3 = 6") == 2
    markdown = explanation.markdown()
    assert markdown.startswith("**The chain rule, from $L = 18$ backwards**\n\n$a = 3$  \n")
    assert (
        "From $L$ to $a$ there are 2 paths:\n"
        r"  - $\frac{\mathrm{d} L}{\mathrm{d} v_{1}} \cdot a = 2 \cdot 3 = 6$"
    ) in markdown
    latex = explanation.latex().split("\n")
    assert latex[0] == r"\begin{aligned}" and latex[-1] == r"\end{aligned}"
    assert latex[1] == r"& \text{The chain rule, from }L = 18\text{ backwards} \\"


def test_twins_are_numbered():
    a, b = Value(2.0, label="w"), Value(3.0, label="w")
    text = rows(explain(named(a * b, "L")))
    assert "w = 2, w#2 = 3" in text
    assert "Where nodes share a label, all but the first are numbered." in text


@pytest.mark.parametrize(
    ("width", "widest"), [(0, 40), (39, 40), (40, 40), (41, 41), (60, 60), (100, 100)]
)
def test_a_text_is_as_wide_as_asked_for_and_never_narrower_than_forty(width, widest):
    a, b, c = (Value(x, label=n) for x, n in ((2.0, "alpha"), (-3.0, "beta"), (0.5, "gamma")))
    explanation = explain(named((a * b + c).tanh() * a + b * c, "L"))
    text = explanation.text(width)
    assert max(map(columns, text.splitlines())) <= widest
    assert text.split() == explanation.text(widest).split()
    assert text == explanation.text(widest)
    assert sorted(text.split()) == sorted(explanation.text(1000).split())


# ---- what is refused -----------------------------------------------------------------------------


def graph():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    return a, named(a * b, "L")


@pytest.mark.parametrize(
    ("make", "kind", "what", "remedy"),
    [
        (
            lambda a, L: explain(3),
            WrongType,
            "explain() explains a Value, but got int.",
            "compute with Values: a = Value(3.0, label='a'), then explain(a * a)",
        ),
        (
            lambda a, L: explain([L, a]),
            WrongType,
            "explain() explains a Value, but got list.",
            "one root at a time: explain(L[0])",
        ),
        (
            lambda a, L: explain(L, wrt="a"),
            WrongType,
            "wrt needs one or more Values, but got the text 'a'.",
            "pass the node with this label itself, without quotes: explain(L, wrt=a)",
        ),
        (
            lambda a, L: explain(L, wrt="a b"),
            WrongType,
            "wrt needs one or more Values, but got the text 'a b'.",
            "pass the node itself, without quotes: explain(L, wrt=node)",
        ),
        (
            lambda a, L: explain(L, wrt=[]),
            ShapeError,
            "explain() needs at least one node in wrt, but got none.",
            "omit wrt to explain every node",
        ),
        (
            lambda a, L: explain(L, wrt=Value(7.0, label="q")),
            GraphError,
            " is not in the graph of 'L'.",
            "pass a node that the root was computed from",
        ),
        (
            lambda a, L: explain(L, wrt=[a, Value(2.0, label="a")]),
            GraphError,
            " is not in the graph of 'L': it is a new node with the same formula.",
            "write x = ... once, compute with x, and pass x itself; an expression makes new nodes "
            "each time it is evaluated",
        ),
        (
            lambda a, L: steps("L"),
            WrongType,
            "steps() walks back from a Value, but got str.",
            "compute with Values: a = Value(3.0, label='a'), then steps(a * a)",
        ),
        (
            lambda a, L: steps(L)["1"],
            WrongType,
            "a step is chosen by its number or a slice, but got '1' of type str.",
            "steps(L)[2], or steps(L)[2:5] for several",
        ),
        (
            lambda a, L: steps(L)[3],
            ChoiceError,
            "the pass has steps 0 to 2, but no step 3.",
            "len(steps(L)) is the number of steps, and steps(L)[-1] is the last one",
        ),
        (
            lambda a, L: steps(L)[-4],
            ChoiceError,
            "the pass has steps 0 to 2, but no step -4.",
            "len(steps(L)) is the number of steps, and steps(L)[-1] is the last one",
        ),
    ],
)
def test_what_cannot_be_explained_is_said_in_these_words(make, kind, what, remedy):
    with pytest.raises(kind) as caught:
        make(*graph())
    first, second = str(caught.value).splitlines()
    assert first.endswith(what) and (first == what or what.startswith(" "))
    assert second == f"  remedy  {remedy}"


# ---- steps ---------------------------------------------------------------------------------------


def test_the_steps_of_a_pass_have_their_numbers():
    a = Value(3.0, label="a")
    d = named(a * a, "d")
    L = named(d * 2, "L")
    made = steps(L)
    assert len(made) == 4 and repr(made) == "<Steps of 'L': 4>"
    first, second, third, last = made
    assert (first.number, first.node, first.operand, first.position) == (0, L, None, 0)
    assert (first.partial, first.upstream, first.added, first.before, first.total) == (
        1,
        1,
        1,
        None,
        1,
    )
    assert (second.node, second.operand, second.partial, second.added) == (L, d, 2, 2)
    assert (third.node, third.operand, third.position, third.before, third.total) == (
        d,
        a,
        0,
        None,
        6,
    )
    assert (last.position, last.partial, last.upstream, last.added) == (1, 3, 2, 6)
    assert (last.number, last.before, last.total) == (3, 6, 12)
    assert made[-1].number == 3 and made[-4].number == 0
    assert [step.number for step in made[1:3]] == [1, 2]
    assert first.gradients == {L: 1} and third.gradients == {L: 1, d: 2, a: 6}
    assert made.gradients_after(0) == {L: 1.0} and made.gradients_after(3) == {L: 1, d: 2, a: 12}


@pytest.mark.parametrize(
    ("count", "note"), [(59, ""), (60, "… 1 more step"), (62, "… 3 more steps")]
)
def test_sixty_steps_are_printed(count, note):
    made = steps(chain(count))
    assert len(made) == count + 1
    text = str(made)
    assert ("more step" in text) is bool(note)
    assert text.endswith(note)
    assert text.startswith(f"The backward pass, from L = {count + 0.5:g}\n")
