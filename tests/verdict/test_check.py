"""The verdict on gradients: right ones are never called wrong, each planted mistake is named."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, strategies as st

import chainrule
from chainrule.errors import CheckFailed, GraphError, WrongType
from chainrule.verdict import check
from chainrule.verdict.gradients.judge import Judge
from chainrule.verdict.gradients.reference import Reference
from chainrule.verdict.gradients.rounding import Digits, agrees
from chainrule.verdict.measurement import measure


def neuron(Value):
    """The notebook's neuron with the gradients that are written by hand there."""
    numbers = {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8812735870195432}
    v = {name: Value(x, label=name) for name, x in numbers.items()}
    v["x1w1"] = v["x1"] * v["w1"]
    v["x2w2"] = v["x2"] * v["w2"]
    v["sum"] = v["x1w1"] + v["x2w2"]
    v["n"] = v["sum"] + v["b"]
    v["o"] = v["n"].tanh()
    for name, node in v.items():
        node.label = name
    v["o"].grad = 1.0
    v["n"].grad = 1 - v["o"].data ** 2
    for name in ("b", "sum", "x2w2", "x1w1", "x2"):
        v[name].grad = 0.5
    v["w1"].grad, v["x1"].grad, v["w2"].grad = 1, -1.5, 0
    return v


def letters(Value):
    """The notebook's L = (a*b + c)*f with the gradients that are written by hand there."""
    v = {x: Value(y, label=x) for x, y in {"a": 2, "b": -3.0, "c": 10, "f": -2}.items()}
    v["e"] = v["a"] * v["b"]
    v["d"] = v["e"] + v["c"]
    v["L"] = v["d"] * v["f"]
    for name, node in v.items():
        node.label = name
    for name, grad in {"L": 1, "d": -2, "f": 4.0, "e": -2, "c": -2, "a": 6, "b": -4}.items():
        v[name].grad = grad
    return v


KINDS = {
    "sign": (
        "The sign is flipped",
        "A minus sign is missing",
        "The sign of the local derivative of",
    ),
    "chain rule": ("Chain rule: ",),
    "missing path": ("Missing path: ",),
    "input for output": ("Input instead of output: ", "Output instead of input: "),
    "factor": tuple(f"It is {sign}{digit}" for sign in ("", "−") for digit in "123456789"),
    "decimal point": ("The decimal point is ",),
    "by hand + pass": ("It was set to ",),
    "follows": ("It follows from ",),
}


def likeliest(sentence):
    """The sentence, or the first of those that explain the number equally well."""
    return sentence.removeprefix("Not certain: it fits “")


def kind(verdict):
    """What sort of mistake a sentence names first."""
    named = likeliest(verdict.mistake)
    kinds = [name for name, words in KINDS.items() if named.startswith(words)]
    return kinds[0] if kinds else verdict.mistake and "other"


def judged(root):
    """Label to status and kind of mistake, of all that is not right."""
    return {
        verdict.node.label: (verdict.status, kind(verdict))
        for verdict in check(root).verdicts.values()
        if verdict.status != "right"
    }


# ---- the notebook -------------------------------------------------------------------------------


@pytest.mark.parametrize(("graph", "root"), [(neuron, "o"), (letters, "L")])
def test_the_notebooks_gradients_are_right(Value, graph, root):
    result = check(graph(Value)[root])
    assert result.ok
    assert {verdict.status for verdict in result.verdicts.values()} == {"right"}
    assert all(verdict.mistake == "" for verdict in result.verdicts.values())
    result.raise_if_wrong()


@pytest.mark.parametrize(("found", "error"), [(math.inf, ""), (5.0, "5e+00"), (-0.25, "2e-01")])
def test_the_error_is_left_out_where_it_is_not_finite(found, error):
    x = chainrule.Value(2.0, label="x")
    y = x * 0.0 + 1.0
    y.label = "y"
    x.grad = found
    *_, row = re.findall("<tr>.*?</tr>", check(y)._repr_html_())
    # a column that is empty in all rows is left out
    assert re.findall("<td[^>]*>([^<]*)</td>", row)[-2] == (error or "0.0000")


def test_few_digits_are_said_to_be_rounded(Value):
    verdicts = check(neuron(Value)["o"]).verdicts
    assert verdicts["b"].why == "rounded from 0.500071"
    assert verdicts["n"].why == ""
    assert verdicts["w2"].status == "right"


NEURON = [name for name in neuron(chainrule.Value) if name != "w2"]


@pytest.mark.parametrize("name", NEURON)
def test_a_turned_sign_in_the_notebook(Value, name):
    v = neuron(Value)
    v[name].grad = -v[name].grad
    found = judged(v["o"])
    assert found.pop(name) == ("wrong", "sign")
    assert {status for status, _ in found.values()} <= {"wrong"}


@pytest.mark.parametrize("name", list(letters(chainrule.Value)))
@pytest.mark.parametrize(("change", "words"), [(-1, "sign"), (3, "other"), (1.37, "other")])
def test_one_wrong_gradient_blames_one_node(Value, name, change, words):
    v = letters(Value)
    v[name].grad = v[name].grad * change
    found = judged(v["L"])
    assert found == {name: ("wrong", words)}
    assert not check(v["L"]).ok


@pytest.mark.parametrize(
    ("name", "found"),
    [("d", 4), ("e", 1), ("c", 1), ("a", -3.0), ("b", 2), ("f", -2)],
)
def test_forgotten_factors_in_the_notebook(Value, name, found):
    """The local derivative alone; for d and f the gradient above is 1, so it is another mistake."""
    v = letters(Value)
    v[name].grad = found
    words = {"d": "other", "f": "other"}.get(name, "chain rule")
    assert judged(v["L"]) == {name: ("wrong", words)}


def test_what_follows_from_a_mistake(Value):
    v = letters(Value)
    v["d"].grad = 2
    v["e"].grad = v["c"].grad = 2
    v["a"].grad, v["b"].grad = -6, 4
    result = check(v["L"])
    assert kind(result.verdicts["d"]) == "sign"
    for name in "ecab":
        assert result.verdicts[name].mistake == "It follows from the mistake at d."
        assert result.verdicts[name].status == "wrong"
    assert result.wrong[0].node.label == "d"
    assert "Begin with d." in str(result)


def test_a_mistake_below_a_mistake_is_judged_by_what_it_was_given(Value):
    v = letters(Value)
    v["d"].grad, v["e"].grad, v["c"].grad = 2, -2, 2
    v["a"].grad, v["b"].grad = 6, -4
    v["e"].grad = 20
    v["a"].grad, v["b"].grad = 60, 40
    found = check(v["L"]).verdicts
    assert kind(found["d"]) == "sign"
    assert found["c"].mistake == "It follows from the mistake at d."
    assert kind(found["e"]) == "decimal point"
    assert found["b"].mistake == "It follows from the mistake at e."
    assert kind(found["a"]) == "sign"


def test_the_culprit_is_found_through_nodes_without_a_gradient(Value):
    v = letters(Value)
    v["d"].grad, v["e"].grad, v["c"].grad = -6, None, None
    v["a"].grad, v["b"].grad = 18, -12
    found = check(v["L"]).verdicts
    assert (found["e"].status, found["c"].status) == ("not set", "not set")
    assert found["a"].mistake == found["b"].mistake == "It follows from the mistake at d."


# ---- other mistakes -----------------------------------------------------------------------------


def test_nothing_set_is_fine(Value):
    a = Value(2.0, label="a")
    result = check(a * a)
    assert result.ok
    assert {verdict.status for verdict in result.verdicts.values()} == {"not set"}
    assert result.verdicts[a].found is None


def test_a_lost_path(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = a * b + a.exp()
    for found in (3.0, math.exp(2.0)):
        a.grad = found
        assert kind(check(L).verdicts[a]) == "missing path"
    a.grad = 3.0 + math.exp(2.0)
    assert check(L).verdicts[a].status == "right"


def test_a_value_used_twice_by_one_operation(Value):
    a = Value(2.0, label="a")
    L = (a + a) * 5
    a.grad = 5
    assert kind(check(L).verdicts[a]) == "missing path"


def test_more_paths_than_can_be_tried(Value):
    a = Value(1.5, label="a")
    L = Value(0.0)
    for i in range(40):
        L = L + a * (i + 0.5)
    a.grad = 39.5
    assert kind(check(L).verdicts[a]) == "missing path"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("tanh", lambda x, out: 1 - x * x),
        ("exp", lambda x, out: x),
        ("sigmoid", lambda x, out: x * (1 - x)),
        ("log", lambda x, out: 1 / out),
        ("sqrt", lambda x, out: 1 / (2 * x)),
    ],
)
def test_the_input_for_the_output(Value, name, wrong):
    x = Value(0.7, label="x")
    out = getattr(x, name)()
    L = out * 1.5
    x.grad = wrong(x.data, out.data) * 1.5
    assert kind(check(L).verdicts[x]) == "input for output"


def mistake(Value, x, formula, found):
    """What is said of a gradient that is written by hand at the only leaf, L being the root."""
    x = Value(x, label="x")
    L = formula(x)
    L.label = "L"
    x.grad = found
    verdict = check(L).verdicts[x]
    assert verdict.status == "wrong"
    first, *others = likeliest(verdict.mistake).split("”", 1)
    return first, "".join(others)


@pytest.mark.parametrize(
    ("name", "found", "words", "also"),
    [
        ("a", 12, "It was multiplied by the product instead of the other factor", "is twice"),
        ("a", 18, "No common mistake explains it.", ""),
        ("a", 60, "The decimal point is off by one digit.", ""),
        ("a", 0.06, "The decimal point is off by two digits.", ""),
        ("f", -8, "It was multiplied by the product instead of the other factor.", ""),
        ("b", -8, "The local derivative is squared", "It is twice the correct gradient"),
        ("d", 1, "Chain rule: multiply the gradient above by the local derivative", ""),
        ("a", -2, "Chain rule: multiply the gradient above by the local derivative", ""),
        ("a", -4, "It was multiplied by its own value", ""),
        ("c", 10, "This is its value, not its gradient", ""),
        ("e", -6, "This is its value, not its gradient", ""),
        ("a", 0, "It is 0, as if this node had no effect, but it is used by e.", ""),
        ("a", -5, "Chain rule: the gradient above and the local derivative are added", ""),
        ("a", 7, "No common mistake explains it.", ""),
    ],
)
def test_the_likeliest_of_several_mistakes_in_the_notebook(Value, name, found, words, also):
    v = letters(Value)
    v[name].grad = found
    verdict = check(v["L"]).verdicts[name]
    assert likeliest(verdict.mistake).startswith(words)
    assert also in verdict.mistake
    assert also or not verdict.mistake.startswith("Not certain")


@pytest.mark.parametrize(
    ("found", "words", "also"),
    [
        (
            0.75,
            "Chain rule: multiply by the gradient of ",
            "the exponent wasn't lowered",
        ),
        (3.0, "It uses y * x instead of y * x ** (y - 1)", "above is squared"),
        (
            0.5,
            "It uses x ** (y - 1) instead of y * x ** (y - 1): the exponent didn't come",
            "its value",
        ),
        (
            6.0,
            "It uses y instead of y * x ** (y - 1): the power of x is",
            "",
        ),
        (-1.5, "The sign is flipped.", ""),
        (2.0, "Chain rule: multiply the gradient above by the local derivative", ""),
    ],
)
def test_what_is_written_for_a_power(Value, found, words, also):
    named, why = mistake(Value, 0.5, lambda x: x**3 * 2, found)
    assert named.startswith(words)
    assert also in why
    assert bool(also) == bool(why)


def test_one_less_than_a_negative_exponent(Value):
    named, _ = mistake(Value, 1.3, lambda x: x**-2 * 1.7, -2 / 1.3 * 1.7)
    assert "further from 0" in named
    named, why = mistake(Value, 1.3, lambda x: x**-1, 1.3**-2)
    assert named == "The sign is flipped"
    assert "the exponent didn't come down" in why


def test_nobody_takes_an_operation_that_somebody_defined(Value):
    """Its derivative fits, but it isn't one that everybody knows."""
    chainrule.define("slope_of_two", "2 * x", ("2",))
    named, _ = mistake(Value, 0.3, lambda x: x.relu() * 1.7, 2 * 1.7)
    assert "slope_of_two" not in named


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "exp", "sin"])
@pytest.mark.parametrize("above", [1.0, 2.37])
def test_a_local_derivative_left_out(Value, name, above):
    """With a gradient of 1 above too; another operation's rule is no likelier."""
    words = "Chain rule: multiply the gradient above by the local derivative"
    named, why = mistake(Value, 0.5, lambda x: getattr(x, name)() * above, above)
    assert named.startswith(words)
    assert why == ""
    assert mistake(Value, 0.5, lambda x: getattr(x, name)(), 1.0)[0].startswith(words)


@pytest.mark.parametrize(
    ("name", "slope", "words"),
    [
        ("tanh", lambda x, out: 1 - out, "It uses 1 - out instead of 1 - out * out"),
        (
            "tanh",
            lambda x, out: out * out,
            "It uses out * out instead of 1 - out * out",
        ),
        ("tanh", lambda x, out: out, "The result of tanh was used as its derivative"),
        ("tanh", lambda x, out: 1 + out * out, "This is the derivative of tan, not of tanh"),
        (
            "sigmoid",
            lambda x, out: 1 - out,
            "It uses 1 - out instead of out * (1 - out)",
        ),
        ("sigmoid", lambda x, out: 1 - out * out, "This is the derivative of tanh, not of sigm"),
        (
            "sqrt",
            lambda x, out: 1 / out,
            "It uses 1 / out instead of 1 / (2 * out): the 2 is",
        ),
        (
            "exp",
            lambda x, out: x * math.exp(x - 1),
            "It uses x * exp(x - 1) instead of exp(x)",
        ),
        (
            "exp",
            lambda x, out: x,
            "Input instead of output: the derivative of exp is out, where out is the result of",
        ),
        (
            "cos",
            lambda x, out: math.sin(x),
            "A minus sign is missing: the derivative of cos is -sin(x).",
        ),
        ("sin", lambda x, out: out, "The result of sin was used as its derivative"),
        ("log", lambda x, out: x, "Its own value was used as the derivative of log"),
    ],
)
@pytest.mark.parametrize("above", [1.9, -3.5])
def test_what_learners_write_for_a_rule(Value, name, slope, words, above):
    found = slope(0.7, getattr(Value(0.7), name)().data) * above
    named, others = mistake(Value, 0.7, lambda x: getattr(x, name)() * above, found)
    assert words in named + others


@pytest.mark.parametrize(
    ("formula", "found", "words"),
    [
        (
            lambda x: (5 - x) * 1.9,
            1.9,
            "A minus sign is missing: the derivative of sub with respect to y is -1.",
        ),
        (
            lambda x: 5 / x * 1.9,
            5 / 1.69 * 1.9,
            "A minus sign is missing: the derivative of div with respect to y is -out / y.",
        ),
        (
            lambda x: 5 / x * 1.9,
            -5 / 1.3 * 1.9,
            "It uses -x / y instead of -x / y ** 2",
        ),
        (
            lambda x: 5 / x * 1.9,
            -1 / 1.69 * 1.9,
            "It uses -1 / y ** 2 instead of -x / y ** 2",
        ),
        (
            lambda x: 5 / x * 1.9,
            1 / 1.3 * 1.9,
            "This is the derivative of div with respect to another operand.",
        ),
        (
            lambda x: 2**x * 1.9,
            1.3 * 2**0.3 * 1.9,
            "This is the derivative of pow with respect to another operand.",
        ),
    ],
)
def test_what_learners_write_for_a_second_operand(Value, formula, found, words):
    named, why = mistake(Value, 1.3, formula, found)
    assert named.startswith(words)
    assert why == ""


@pytest.mark.parametrize("spoilt", ["sign", "the last path alone", "twice", "no gradient above"])
def test_mistakes_in_a_network(Value, spoilt):
    """One parameter's gradient, spoilt after a right pass, one neuron that sees two samples."""
    w, b, out = Value(0.6, label="w"), Value(0.1, label="b"), Value(0.8, label="out")
    L = Value(0.0)
    for x, y in ((2.0, 1.0), (-0.5, -1.0)):
        L = L + ((w * x + b).tanh() * out - y) ** 2
    L.backward()
    uses = [(n, i) for n in L._postorder() for i, operand in enumerate(n._prev) if operand is w]
    local = [n._local_grads[i] for n, i in uses]
    w.grad, words = {
        "sign": (-w.grad, "The sign is flipped"),
        "the last path alone": (local[-1] * uses[-1][0].grad, "Missing path: only 1 of 2"),
        "twice": (2 * w.grad, "It is twice the correct gradient"),
        "no gradient above": (sum(local), "Chain rule: multiply by the gradients above: "),
    }[spoilt]
    (verdict,) = check(L).wrong
    assert verdict.node is w
    assert verdict.mistake.startswith(words)


def test_repeated_passes(Value):
    a = Value(3.0, label="a")
    L = a * a
    L.backward()
    assert check(L).ok
    L.backward()
    assert check(L).verdicts[a].mistake.startswith("It is the sum of 2 passes")
    L.backward()
    result = check(L)
    assert result.verdicts[a].mistake.startswith("It is the sum of 3 passes")
    with pytest.raises(CheckFailed, match="zero_grad"):
        result.raise_if_wrong()


def test_a_number_by_hand_below_a_pass(Value):
    a = Value(3.0, label="a")
    L = a * 2
    a.grad = 6
    L.backward()
    assert kind(check(L).verdicts[a]) == "by hand + pass"
    a.grad = 0
    L.backward()
    assert check(L).ok


def test_passes_of_two_graphs(Value):
    a = Value(3.0, label="a")
    (a * 5).backward()
    L = a * 2
    L.backward()
    assert "2 passes" in check(L).verdicts[a].mistake


def test_the_roots_own_gradient(Value):
    v = letters(Value)
    v["L"].grad = 2
    words = "The derivative of L with respect to itself is 1."
    assert check(v["L"]).verdicts["L"].mistake == words


def test_nan_by_hand_is_wrong(Value):
    a = Value(3.0, label="a")
    L = a * 2
    a.grad = math.nan
    assert check(L).verdicts[a].mistake == "It is nan."


def test_a_right_gradient_below_a_wrong_one_stops_what_follows(Value):
    a = Value(2.0, label="a")
    d = a * 7
    L = d * (1 / 3)
    L.grad, d.grad, a.grad = 2, 0.333, 2.331
    verdicts = check(L).verdicts
    assert [verdicts[n].status for n in (L, d, a)] == ["wrong", "right", "right"]
    assert "rounded" in verdicts[a].why


def test_two_paths_of_three(Value):
    a = Value(2.0, label="a")
    L = a * 3.1 + a * 5.7 + a.exp()
    a.grad = 8.8
    assert check(L).verdicts[a].mistake.startswith("Missing path: only 2 of 3")


# ---- not comparable -----------------------------------------------------------------------------


def why(root, node):
    verdict = check(root).verdicts[node]
    assert check(root).ok
    return verdict.status, verdict.why.split(":")[0].split(" ")[0]


@pytest.mark.parametrize("operation", [lambda x: x.relu(), abs, lambda x: x.max(0.0)])
def test_a_kink(Value, operation):
    x = Value(0.0, label="x")
    L = operation(x) * 3
    L.backward()
    assert why(L, x) == ("not comparable", "kink")
    x.grad = 3  # as right as what the convention says
    assert why(L, x) == ("not comparable", "kink")
    x.grad = 5
    assert check(L).verdicts[x].status == "wrong"


def test_beside_a_kink_all_is_comparable(Value):
    x = Value(1e-3, label="x")
    L = x.relu() * 3
    L.backward()
    assert check(L).verdicts[x].status == "right"


def test_a_kink_that_is_not_felt(Value):
    x = Value(0.0, label="x")
    L = abs(x) * 0 + x * 2
    L.backward()
    assert check(L).verdicts[x].status == "right"


def test_cancellation(Value):
    a = Value(1.0, label="a")
    L = (a + 1e16) - 1e16
    L.backward()
    assert why(L, a) == ("not comparable", "cancellation")


def test_a_number_edited_since(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = a * b
    L.backward()
    a.data = 5.0
    assert check(L).verdicts[b].status == "not comparable"
    assert "refresh(L)" in check(L).verdicts[b].why
    assert "Edited after the forward pass: a * b. The check used" in str(check(L))
    chainrule.refresh(L)
    chainrule.zero_grad(L)
    L.backward()
    assert check(L).verdicts[b].status == "right"


def test_an_operand_of_a_defined_operation_edited_since(Value):
    cube = chainrule.define("check_cube_right", "x**3", ("3*x**2",))
    a = Value(2.0, label="a")
    L = cube(a) * 2
    L.backward()
    a.data = 3.0
    assert check(L).ok
    assert check(L).verdicts[a].status == "not comparable"


def test_a_number_edited_before_it_is_used(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    d = a * b
    d.data += 0.01
    L = d * d
    L.backward()
    result = check(L)
    assert {verdict.status for verdict in result.verdicts.values()} == {"right"}
    assert "edited" in result.verdicts[d].why


def test_no_formula(Value):
    a = Value(2.0, label="a")
    own = Value(8.0, (a,), (12.0,))
    own.label = "own"
    L = own * 3
    L.backward()
    assert check(L).verdicts[a].why == "no formula: own was made by hand"
    assert check(L).verdicts[own].status == "right"
    own.grad = -3
    assert kind(check(L).verdicts[own]) == "sign"
    assert not check(L).ok
    assert [edge.status for edge in check(L).edges] == ["not comparable", "right"]


def test_a_backward_of_its_own(Value):
    a = Value(2.0, label="a")
    own = Value(8.0, (a,), "cube")

    def backward():
        a.grad += 12 * own.grad

    own._backward = backward
    L = own * 3
    L.backward()
    result = check(L)
    assert result.ok
    assert result.verdicts[a].status == "not comparable"
    assert result.verdicts[own].status == "right"


def test_a_gradient_that_is_infinite(Value):
    x = Value(0.0, label="x")
    L = x.sqrt()
    L.backward()
    assert check(L).verdicts[x].status == "not comparable"
    assert check(L).ok


# ---- edges --------------------------------------------------------------------------------------


def test_a_defined_operation_with_a_wrong_partial(Value):
    wrong = chainrule.define("check_cube_wrong", "x**3", ("3*x",))
    a = Value(2.0, label="a")
    L = wrong(a) * 5
    L.backward()
    result = check(L)
    (edge,) = result.wrong_edges
    assert [each.status for each in result.edges] == ["wrong", "right"]
    assert (edge.status, edge.operand, edge.found) == ("wrong", a, 6.0)
    assert edge.expected == pytest.approx(12.0)
    assert result.verdicts[a].mistake.startswith("The local derivative of check_cube_wrong")
    assert "✗ d check_cube_wrong" in str(result)
    chainrule.zero_grad(L)
    assert not check(L).ok  # the rule is wrong, whether or not it was used


def test_a_defined_operation_that_is_right(Value):
    right = chainrule.define("check_cube_right", "x**3", ("3*x**2",))
    a = Value(2.0, label="a")
    L = right(a) * 5
    L.backward()
    assert check(L).ok
    assert {edge.status for edge in check(L).edges} == {"right"}


def test_local_derivatives_given_for_a_named_operation(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = Value(6.0, (a, b), (2.0, 3.0), _op="*")
    L.backward()
    result = check(L)
    assert [edge.status for edge in result.wrong_edges] == ["wrong", "wrong"]
    assert result.verdicts[a].status == result.verdicts[b].status == "wrong"
    L = Value(6.0, (a, b), (3.0, 2.0), _op="*")
    chainrule.zero_grad(L)
    L.backward()
    assert check(L).ok
    assert check(L).verdicts[a].status == "right"


# ---- functions ----------------------------------------------------------------------------------


def test_a_function(Value):
    result = check(lambda x, y: chainrule.tanh(x * y) + x, 0.5, 2)
    assert result.ok
    assert [node.label for node in result.verdicts] == ["x", "y"]
    assert result.verdicts["x"].expected == pytest.approx(1 + 2 / math.cosh(1) ** 2)


def test_a_function_of_lists(Value):
    result = check(lambda xs, k: sum(x * x for x in xs) * k, [1.0, 2.0], 3.0)
    assert [node.label for node in result.verdicts] == ["xs[0]", "xs[1]", "k"]
    assert result.ok


def test_a_function_that_leaves_the_values(Value):
    def f(x):
        return chainrule.sin(x) * (x.data if hasattr(x, "data") else x)

    result = check(f, 1.2)
    assert result.verdicts["x"].status == "wrong"
    assert result.verdicts["x"].mistake.startswith("Part of the computation")
    assert str(result).startswith("The gradient of f: 1 wrong.")


def test_a_function_that_gives_something_else_for_values(Value):
    result = check(lambda x: x * (2 if hasattr(x, "data") else 3), 2.0)
    assert result.verdicts["x"].status == "not comparable"
    assert result.verdicts["x"].why == "the function gives 4 for Values, but 6 for plain numbers"


@pytest.mark.parametrize("x", [math.nan, 1.0])
def test_a_function_that_is_nan(Value, x):
    (verdict,) = check(lambda x: x * math.nan, x).verdicts.values()
    assert (verdict.status, verdict.why) == ("not comparable", "the function is nan at this point")


def test_a_function_that_needs_an_int(Value):
    def power(x, n):
        out = 1.0
        for _ in range(n):
            out = out * x
        return out

    result = check(power, 3.0, 4)
    assert result.ok
    assert [node.label for node in result.verdicts] == ["x"]


def test_a_function_of_methods(Value):
    assert check(lambda x: x.tanh() * 2, 0.3).ok


def test_a_function_at_a_kink_and_at_an_edge(Value):
    assert check(abs, 0.0).verdicts.popitem()[1].why.startswith("kink")
    assert check(chainrule.sqrt, 0.0).ok


def test_a_function_with_a_constant_result(Value):
    result = check(lambda x: 5.0, 1.0)
    assert result.ok
    assert result.verdicts["x"].found == 0.0


def test_dependent_inputs(Value):
    a = Value(2.0, label="a")
    b = a * 3
    result = check(lambda x, y: x * y, a, b)
    assert result.verdicts["x"].status == "not comparable"
    assert result.verdicts["x"].why.startswith("dependent inputs: y")
    assert result.verdicts["y"].status == "right"


def test_a_function_with_a_wrong_rule(Value):
    wrong = chainrule.define("check_square_wrong", "x**2", ("-2*x",))
    result = check(lambda x: wrong(x) * 2, 3.0)
    assert kind(result.verdicts["x"]) == "sign"


# ---- text, marks, bad input ---------------------------------------------------------------------

MISTAKE = "Chain rule: multiply by the gradient of e above it, which is −2."
NEURON_TEXT = f"""\
The gradients of L: 6 right, 1 wrong. Begin with a.

   node  gradient  expected  error  verdict
✓  L       1.0000    1.0000         right
✓  f       4.0000    4.0000         right
✓  d      −2.0000   −2.0000         right
✓  c      −2.0000   −2.0000         right
✓  e      −2.0000   −2.0000         right
✓  b      −4.0000   −4.0000         right
✗  a      −3.0000    6.0000  2e+00  {MISTAKE}"""


def test_the_text(Value):
    v = letters(Value)
    v["a"].grad = -3
    assert str(check(v["L"])) == NEURON_TEXT
    assert repr(check(v["L"])) == NEURON_TEXT


def test_marks_for_a_drawing(Value):
    v = letters(Value)
    v["a"].grad, v["b"].grad = -6, None
    marks = check(v["L"]).marks
    assert marks[v["a"]] == ("✗ 6.0000", "wrong")
    assert marks[v["c"]] == ("✓", "right")
    assert v["b"] not in marks


def test_it_is_true_where_all_is_right(Value):
    v = letters(Value)
    assert check(v["L"])
    v["a"].grad = 5
    assert not check(v["L"])
    with pytest.raises(CheckFailed, match="1 wrong"):
        check(v["L"]).raise_if_wrong()
    with pytest.raises(AssertionError):
        check(v["L"]).raise_if_wrong()


def test_hostile_labels(Value):
    a = Value(2.0, label="<script>alert(1)</script>\x00\n" + "x" * 10_000)
    L = a * a
    a.grad = 3
    result = check(L)
    assert "<script" not in result._repr_html_()
    assert "&lt;script" in result._repr_html_()
    assert max(map(len, str(result).splitlines())) < 300
    assert "\x00" not in str(result)


def test_labels_find_verdicts(Value):
    a, b = Value(1.0, label="a"), Value(2.0, label="a")
    verdicts = check(a + b).verdicts
    with pytest.raises(KeyError, match="2 nodes"):
        verdicts["a"]
    with pytest.raises(KeyError):
        verdicts["z"]
    with pytest.raises(KeyError):
        verdicts[Value(3.0)]


@pytest.mark.parametrize("at", [(2.0, 3.0), (2, 3), ([2.0, 1.0], 3)])
def test_an_argument_that_a_function_ignores_has_the_gradient_0(at):
    for function in (lambda x, y: y * y, lambda x, y: 4.0):
        result = check(function, *at)
        assert {verdict.status for verdict in result.verdicts.values()} == {"right"}


@pytest.mark.parametrize("x", [2, 2.0])
def test_a_function_that_needs_plain_numbers_has_no_gradient(x):
    result = check(lambda x: math.sin(x) * x, x)
    verdict = result.verdicts["x"]
    assert (verdict.status, verdict.found, result.ok) == ("wrong", None, False)
    assert verdict.expected == pytest.approx(math.sin(2) + 2 * math.cos(2))
    assert verdict.mistake == (
        "A plain number is needed, but got a Value: use chainrule.sin(v) instead of math.sin(v), "
        "and so on; or v.data for the number."
    )
    with pytest.raises(WrongType, match="plain number is needed"):
        check(lambda x: math.sin(x) * x.data, x)


def test_bad_input(Value):
    with pytest.raises(WrongType, match="needs a Value or a function"):
        check(3.0)
    with pytest.raises(WrongType, match="a graph alone"):
        check(Value(1.0), 2.0)
    with pytest.raises(WrongType, match="a point to check at"):
        check(abs)
    with pytest.raises(WrongType, match="returns one number"):
        check(lambda x: [x], 1.0)
    with pytest.raises(WrongType, match=r"lambda\(x\) cannot take 2 numbers: too many"):
        check(lambda x: x, 1.0, 2.0)
    with pytest.raises(WrongType, match=r"lambda\(x, y\) cannot take 1 number: missing .* 'y'"):
        check(lambda x, y: x, 1.0)
    with pytest.raises(WrongType, match=r"remedy  give each argument its number: check\(f, 1.0"):
        check(math.pow, 1.0)
    with pytest.raises(WrongType, match="the argument x"):
        check(lambda x: x, "1")


def test_a_cycle(Value):
    a = Value(1.0)
    b = a + 1
    a._prev = (b,)
    with pytest.raises(GraphError, match="cycle"):
        check(b)


def test_one_node(Value):
    a = Value(1.0, label="a")
    assert check(a).ok
    a.backward()
    assert check(a).verdicts[a].status == "right"


def test_a_long_chain_is_nudged_where_it_can_be_afforded(Value):
    a = Value(0.5, label="a")
    L = a
    for _ in range(20_000):
        L = L * 0.99999
    L.backward()
    result = check(L)
    assert result.ok
    assert 0 < result.nudged < 1000
    assert "compared with the rules alone" in str(result)
    assert "Not shown: " in str(result)
    a.grad = -a.grad
    result = check(L)
    assert kind(result.verdicts[a]) == "sign"
    assert "✗  a" in str(result)


def test_leaves_are_nudged_before_other_nodes(Value):
    v = letters(Value)
    reference = Reference(v["L"]._postorder())
    nudged = {reference.graph.nodes[index].label for index in Judge(reference, budget=200).nudges}
    assert {"f", "c"} < nudged
    assert not {"d", "e"} & nudged
    assert len(Judge(reference).nudges) == 7


def test_nothing_in_the_graph_changes(Value):
    v = letters(Value)
    before = [(n.data, n.grad, n.grad_state, n.passes, n._local_grads) for n in v.values()]
    check(v["L"])
    assert before == [(n.data, n.grad, n.grad_state, n.passes, n._local_grads) for n in v.values()]


# ---- the parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (math.sin, 1.0, math.cos(1.0)),
        (math.exp, 20.0, math.exp(20.0)),
        (lambda x: math.sin(1e4 * x), 0.3, 1e4 * math.cos(3000)),
        (lambda x: 1 / x, 1e-3, -1e6),
        (lambda x: math.sqrt(x) if x >= 0 else math.nan, 1e-8, 5e3),
        (lambda x: x**3, 1e6, 3e12),
        (lambda x: 5.0, 1.0, 0.0),
    ],
)
def test_nudging_is_as_near_as_it_says(f, x, slope):
    measured = measure(f, x)
    assert abs(measured.value - slope) <= 10 * measured.error
    assert measured.error <= 1e-9 * max(1, abs(slope)) * 100
    assert not measured.has_kink


def test_extrapolation_gains_digits():
    assert measure(math.sin, 1.0).value == pytest.approx(math.cos(1.0), rel=1e-13)
    assert measure(math.exp, 1.0).value == pytest.approx(math.e, rel=1e-13)
    assert measure(lambda x: x**9, 1.5).value == pytest.approx(9 * 1.5**8, rel=1e-12)


def is_rounded(x, expected):
    return agrees(x, expected, Digits().half_width(x))


def test_one_digit_says_little():
    assert is_rounded(0.5, 0.50040001)
    assert not is_rounded(0.5, 0.5054321)
    assert not is_rounded(0.0, 0.001)


def test_nudging_sees_a_kink():
    assert measure(abs, 0.0).has_kink
    assert (measure(abs, 0.0).left, measure(abs, 0.0).right) == pytest.approx((-1, 1))


@given(st.floats(min_value=1e-6, max_value=1e6), st.integers(3, 12))
def test_a_rounded_number_is_recognised(x, digits):
    assert is_rounded(float(f"{x:.{digits - 1}e}"), x)


@given(st.floats(min_value=1e-3, max_value=1e3))
def test_a_number_three_per_cent_off_is_not_rounded(x):
    assert not is_rounded(x * 1.03, x)


@pytest.mark.parametrize(
    ("written", "status", "words"),
    [
        (11.0, "wrong", "Missing path"),
        (11.1, "not certain", "Chain rule"),
        (11.09, "right", "rounded from"),
    ],
)
def test_a_forgotten_small_path_is_not_taken_for_a_rounding(written, status, words):
    x = chainrule.Value(3.0, label="x")
    L = x * x + x * 5 + chainrule.tanh(x * 0.1)
    L.backward()
    x.grad = written  # 6 + 5 + 0.0915 is right
    verdict = chainrule.check(L).verdicts[x]
    assert verdict.status == status
    assert words in verdict.mistake + verdict.why


# ---- what looks like a rounding -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [(20680.0, 20690.5), (1000003.0, 1e6), (-0.001, 0.0), (2.4, 2.359), (0.33, 1 / 3), (0.2, 0.21)],
)
def test_what_is_no_rounding(Value, found, expected):
    x = Value(1.0, label="x")
    L = x * expected
    x.grad = found
    assert check(L).verdicts[x].status == "wrong"


@pytest.mark.parametrize("found", [0.333, 0.33333, float.fromhex("0x1.555556p-2")])
def test_what_is_a_rounding(Value, found):
    """The last one is a third in single precision."""
    x = Value(1.0, label="x")
    L = x * (1 / 3)
    x.grad = found
    assert check(L).verdicts[x].status == "right"


def test_a_local_derivative_near_1_that_was_left_out(Value):
    x = Value(0.0047, label="x")
    L = x.tanh()
    x.grad = 1.0
    verdict = check(L).verdicts[x]
    assert verdict.status == "not certain"
    assert "0.999978, rounded" in verdict.why
    assert "Chain rule: multiply the gradient above by the local" in verdict.why
    x.grad = 0.999978
    assert check(L).verdicts[x].status == "right"


# ---- kinks, jumps, edges ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x**4, 0.0),
        (lambda x: abs(x) * x, 0.0),
        (lambda x: chainrule.relu(x) ** 2, 0.0),
        (lambda x: chainrule.sin(1e6 * x), 0.3),
        (lambda x: chainrule.sin(1e6 * x), 1.0),
        (lambda x: abs(x) ** 1.5, 0.0),
    ],
)
def test_what_is_smooth_after_all(Value, f, x):
    assert check(f, x).verdicts["x"].status == "right"
    v = Value(x, label="x")
    L = f(v)
    L.backward()
    assert check(L).verdicts[v].status == "right"


@pytest.mark.parametrize(
    ("f", "x", "why"),
    [
        (chainrule.floor, 2.0, "jump: the function has no slope where it jumps"),
        (lambda x: chainrule.sqrt(abs(x)), 0.0, "kink"),
        (lambda x: x * x, 1e200, "the function is ∞ at this point: it overflows"),
        (lambda x: chainrule.sqrt(x) * 0 + chainrule.sqrt(x) ** 3, 0.0, "the function has no"),
        (lambda x: x**1.5, 0.0, "the function has no value to the left of this point"),
        (chainrule.sqrt, 0.0, "the gradient is ∞ at this point"),
        (chainrule.cbrt, 0.0, "the gradient is ∞ at this point"),
    ],
)
def test_why_a_function_cannot_be_compared(f, x, why):
    (verdict,) = check(f, x).verdicts.values()
    assert verdict.status == "not comparable"
    assert verdict.why.startswith(why)


def test_a_jump_in_a_graph(Value):
    x = Value(2.0, label="x")
    L = x.floor()
    L.backward()
    assert check(L).verdicts[x].why.startswith("jump: floor has no derivative at x = 2")


def test_conventions_that_do_not_add_up_to_the_slope(Value):
    """relu(x) - relu(-x) is x, but at 0 both conventions give 0."""

    def f(x):
        return chainrule.relu(x) - chainrule.relu(-x)

    verdict = check(f, 0.0).verdicts["x"]
    assert (verdict.status, verdict.why[:4]) == ("not comparable", "kink")
    x = Value(0.0, label="x")
    L = f(x)
    L.backward()
    assert check(L).verdicts[x].status == "not comparable"
    assert check(L).verdicts[x].why == verdict.why == (
        "kink: relu has no derivative at x = 0 (PyTorch: 0 at 0)"
    )  # fmt: skip
    x.grad = 5
    assert check(L).verdicts[x].status == "wrong"


# ---- the likelier mistake, and who is to blame --------------------------------------------------


def test_a_forgotten_path_is_likelier_than_a_turned_sign(Value):
    x = Value(3.0, label="x")
    y = x + x
    L = y * x
    y.label = "y"
    x.grad = 6
    assert likeliest(check(L).verdicts[x].mistake).startswith("Missing path")


def test_a_node_above_an_edited_one_is_not_said_to_be_edited(Value):
    v = letters(Value)
    v["a"].data = 5
    v["e"].grad = -2
    assert (
        check(v["L"]).verdicts["e"].why
        == "its value or that of one of its operands was edited later"
    )


def test_the_remedy_belongs_to_the_node_that_is_named(Value):
    a, b = Value(2.0, label="a"), Value(5.0, label="b")
    L = a * b
    L.backward()
    L.backward()
    a.grad = -3
    result = check(L)
    with pytest.raises(CheckFailed) as failed:
        result.raise_if_wrong()
    *_, where, remedy = str(failed.value).splitlines()
    first = result.wrong[0].node.label
    assert repr(first) in where
    assert ("zero_grad" in remedy) == (first == "b")
    a.grad = 5.0
    with pytest.raises(CheckFailed, match=r"remedy  chainrule.zero_grad\(L\) before each"):
        check(L).raise_if_wrong()


def test_a_local_derivative_that_is_nan_was_not_edited(Value):
    L = abs(Value(math.nan, label="x")) * 2
    L.backward()
    assert "edited later" not in str(check(L))
