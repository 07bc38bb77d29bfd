"""The panel: what it says of a node, its fields, and the chain rule in mathematics."""

from __future__ import annotations

import itertools

import drawing_graphs as graphs
import pytest
from page_view import found_by, index_of, opened, press, said

from chainrule import Value, parameter, where
from chainrule.drawing.view.syntax import syntax_tree
from chainrule.table.formula import parse

pytestmark = pytest.mark.once


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


# ---- the panel -----------------------------------------------------------------------------------


def typed(modules, name, text):
    """Type into a field of the panel; what it says about that."""
    modules.run(
        "const field = v.panel.field(argument[0]); field.value = argument[1]; "
        "fire(field, 'change')",
        [name, text],
    )
    return modules.value("v.panel.field(argument).nextSibling.textContent", name)


def panel(modules, label):
    modules.run("v.choose(argument)", index_of(modules, label))
    return modules.value("v.panel.element.textContent")


def test_a_number_is_edited_or_refused_with_the_reason(modules, L):
    opened(modules, L)
    panel(modules, "a")
    assert typed(modules, "data", "1/2") == ""
    assert modules.value("v.graph.nodes[v.chosen].data") == 0.5
    for text, message in (
        ("two", "“two” isn't a number."),
        ("", "Type a number."),
        ("x" * 30, f"“{'x' * 12}…{'x' * 11}” isn't a number."),
    ):
        assert typed(modules, "data", text) == message
        assert modules.value("v.panel.field('data').getAttribute('aria-invalid')") == "true"
        assert modules.value("v.graph.nodes[v.chosen].data") == 0.5
    assert typed(modules, "data", "nan") == "nan: everything computed from it is nan too."
    modules.run("v.say('quiet')")
    assert typed(modules, "data", "nan") == "" and said(modules) == "quiet"
    assert typed(modules, "data", "2") == ""
    assert modules.value("v.panel.field('data').getAttribute('aria-invalid')") != "true"


@pytest.mark.parametrize(
    ("key", "shift", "number"),
    [
        ("ArrowUp", False, 2.1),
        ("ArrowDown", False, 1.9),
        ("ArrowUp", True, 3),
        ("ArrowDown", True, 1),
    ],
)
def test_arrow_keys_nudge_an_edited_number(modules, L, key, shift, number):
    opened(modules, L)
    panel(modules, "a")
    event = {"key": key, "shiftKey": shift}
    assert modules.run("return fire(v.panel.field('data'), 'keydown', argument).isPrevented", event)
    assert modules.value("v.graph.nodes[v.chosen].data") == number
    assert modules.value("v.panel.field('data').value") == str(number)
    modules.run(
        "v.panel.field('data').value = 'x'; fire(v.panel.field('data'), 'keydown', argument)", event
    )
    assert modules.value("v.graph.nodes[v.chosen].data") == number
    modules.run(
        "v.panel.field('data').value = '7'; "
        "fire(v.panel.field('data'), 'keydown', { key: 'Enter' })"
    )
    assert modules.value("v.graph.nodes[v.chosen].data") == 7
    assert not modules.run(
        "return fire(v.panel.field('hand'), 'keydown', argument).isPrevented", event
    )
    assert modules.value("v.graph.nodes[v.chosen].hand") is None


def test_a_gradient_is_set_judged_and_cleared(modules, L):
    opened(modules, L)
    panel(modules, "a")
    assert "Work it out, type it in and check it." in modules.value("v.panel.body.textContent")
    clear = "v.panel.body.querySelector('.quiet')"
    assert modules.value(f"{clear}.disabled")
    assert typed(modules, "hand", "6.0") == ""
    assert modules.value("v.panel.body.querySelector('.verdict').textContent") == "✓ Right."
    assert modules.value("v.panel.body.querySelector('.verdict').matches('.right')")
    assert modules.value("v.panel.field('hand').value") == "6.0"  # as it was typed
    assert said(modules) == "✓ Right."
    assert not modules.value(f"{clear}.disabled")
    typed(modules, "hand", "-6")
    words = modules.value("v.panel.body.querySelector('.verdict').textContent")
    assert words.startswith("✗ Wrong. Expected 6, found −6.") and "sign" in words
    assert said(modules).startswith("✗ Wrong. Expected 6, found −6. The sign is flipped")
    assert typed(modules, "hand", "six") == "“six” isn't a number."
    assert modules.value("v.graph.nodes[v.chosen].hand") is None
    assert typed(modules, "hand", "nan") == "A gradient of nan can't be right."
    typed(modules, "hand", "5")
    assert typed(modules, "hand", "  ") == "" and modules.value("v.verdicts.size") == 0
    typed(modules, "hand", "5")
    modules.run(f"fire({clear}, 'click')")
    assert modules.value("[v.graph.nodes[v.chosen].hand, v.verdicts.size]") == [None, 0]


def test_the_sides_of_a_kink_are_in_its_verdict(modules):
    x = Value(0.0, label="x")
    opened(modules, x.relu() * 2.0 + abs(x))
    panel(modules, "x")
    typed(modules, "hand", "2")
    words = modules.value("v.panel.body.querySelector('.verdict').textContent")
    assert words.startswith("Not comparable: ")
    assert "is −1 to the left of this kink and 3 to its right" in words


def test_what_is_being_typed_survives_a_step(modules, L):
    opened(modules, L)
    panel(modules, "a")
    modules.run("v.panel.field('hand').focus(); v.panel.field('hand').value = '4.'; v.seek(2)")
    assert modules.value("v.panel.field('hand').value") == "4."
    assert modules.value("document.activeElement === v.panel.field('hand')")


def test_keys_lead_to_the_fields_of_the_node_that_has_the_focus(modules, L):
    opened(modules, L)
    modules.run("v.focused = argument", index_of(modules, "a"))
    for key, name in (("e", "data"), ("g", "hand")):
        press(modules, key)
        assert modules.value(f"document.activeElement === v.panel.field('{name}')")
        assert modules.value("document.activeElement.isSelected")
        modules.run("v.stage.focus()")
    modules.run("v.focused = argument", index_of(modules, "d"))
    press(modules, "e")
    assert said(modules) == "This number can't be edited."


def test_the_panel_hides_the_chain_rule_until_the_gradient_is_known(modules, L):
    opened(modules, L)
    panel(modules, "a")
    details = "v.panel.body.querySelector('details')"
    assert modules.value(f"{details}.open") is False
    summary = f"{details}.querySelector('summary')"
    modules.run(f"fire({summary}, 'click'); v.panel.show()")
    assert modules.value(f"{details}.open") is True
    modules.run(f"fire({summary}, 'click'); v.panel.show()")
    assert modules.value(f"{details}.open") is False
    typed(modules, "hand", "5")
    assert modules.value(f"{details} === null")
    modules.run("v.setByHand(v.chosen, null); v.seek(v.graph.length)")
    assert modules.value(f"{details} === null")
    modules.run("v.seek(null)")
    panel(modules, "L")
    assert modules.value(f"{details} === null")


@pytest.mark.parametrize(("count", "more"), [(12, ""), (13, " and 1 more")])
def test_twelve_neighbours_are_listed(modules, count, more):
    x = Value(2.0, label="x")
    total = x
    for number in range(count - 1):
        total = total + x * float(number + 2)
    opened(modules, total)
    panel(modules, "x")
    links = modules.value("v.panel.body.querySelector('.links').children.length")
    assert links == 12
    words = modules.value("v.panel.body.querySelector('.links').textContent")
    assert words.endswith(more) and (" more" in words) == bool(more)


def test_the_panel_says_what_a_node_is_and_what_is_around_it(modules):
    x = Value(2.0, label="x")
    w = parameter(3.0, label="w")
    y = x * w
    y.label = "y"
    total = y + 1.0
    for number in range(13):
        total = total + x * float(number + 2)
    total.label = "total"
    total.backward()
    opened(modules, total)
    words = panel(modules, "x")
    assert words.startswith("xa leaf") and "used by: y" in words and " and 2 more" in words
    assert modules.value("v.panel.body.querySelectorAll('.link').length") == 12
    words = panel(modules, "w")
    assert words.startswith("wa parameter") and "grad2" in words and "used by: y" in words
    modules.run("v.choose(v.graph.nodes.findIndex(n => n.operands.length && !n.label))")
    assert modules.value("v.panel.heading.textContent === v.graph.nameOf(v.chosen)")
    words = panel(modules, "y")
    assert words.startswith("yan inner node") and "operands: xw" in words
    assert modules.value("v.panel.field('data') === null")
    assert panel(modules, "total").startswith("totalthe root")
    modules.run("fire(v.panel.body.querySelector('.link'), 'click')")
    assert modules.value("v.chosen") == modules.value("v.graph.nodes[v.graph.root].operands[0]")
    constant = modules.value("v.graph.nodes.findIndex(node => node.kind === 'constant')")
    modules.run("v.choose(argument)", constant)
    words = modules.value("v.panel.element.textContent")
    assert words.startswith("a constanta constant") and "Set the gradient" not in words
    assert "A constant can't change, so it has no gradient." in words
    modules.run("fire(v.panel.element.querySelector('button'), 'click')")
    assert modules.value("v.chosen") is None


def test_why_a_number_cannot_be_edited_and_what_was_set_by_hand_stand_beside_it(modules):
    x = Value(2.0, label="x")
    own = Value(4.0, (x,), "square", label="own")
    root = own * 3.0
    root.grad, own.grad = 1, 5
    opened(modules, root)
    words = panel(modules, "x")
    assert "It can't be edited: own uses it and has no formula" in words
    assert "square computed it; its formula isn't known." in panel(modules, "own")
    assert "by hand" in panel(modules, "own")
    modules.run("v.seek(v.graph.length)")
    words = modules.value("v.panel.body.querySelector('.numbers').textContent")
    assert words == "data4grad3by hand5"
    modules.run("v.seek(0)")
    assert (
        modules.value("v.panel.body.querySelector('.numbers').textContent") == "data4grad5 by hand"
    )


def test_a_summary_has_no_pass_and_no_numbers(modules):
    opened(modules, graphs.recurrence(Value, 40), max_nodes=10)
    assert modules.value("v.player") is None
    for key in ("n", " ", "Home", "e", "g"):
        assert not press(modules, key)
    press(modules, "Enter")
    words = modules.value("v.panel.element.textContent")
    assert "several nodes in one box" in words and "data" not in words
    assert modules.value("v.root.querySelector('.summary').textContent").endswith("by depth.")
    assert found_by(modules, "depth")
    rows = modules.value("v.search.list.children.map(row => row.textContent)")
    assert not any("–" in row for row in rows)
    assert modules.value("v.stage.getAttribute('aria-label')").startswith(
        "Expression graph of a calculation, 123 nodes"
    )


def test_the_page_says_what_it_shows(modules, L):
    opened(modules, L)
    label = modules.value("v.stage.getAttribute('aria-label')")
    assert label.startswith("Expression graph of L, 7 nodes. L is −8.0000.")
    assert modules.value("v.root.querySelector('h1').textContent") == "L 7 nodes"
    opened(modules, Value(1.0, label="one"))
    assert modules.value("v.root.querySelector('h1').textContent") == "one 1 node"
    L.backward()
    L.backward()
    opened(modules, L)
    words = [
        modules.value("explain.nodeWords(v.graph, argument)", index_of(modules, x)) for x in "aeL"
    ]
    assert words == [
        "a, leaf, data 2.0000, gradient 12.0000, 2 passes",
        "e, operation computed by × from a, b, data −6.0000, gradient −2.0000",
        "L, root computed by × from d, f, data −8.0000, gradient 1.0000",
    ]
    modules.run("v.setByHand(argument, { value: 5, text: '5' }); v.seek(0)", index_of(modules, "a"))
    assert "gradient 5.0000 by hand" in modules.value("explain.nodeWords(v.graph, 0)")
    assert "gradient not computed" in modules.value("explain.nodeWords(v.graph, 1)")


# ---- mathematics ---------------------------------------------------------------------------------

LINEAR = """const linear = element => {
  if (!element.childNodes) return element.textContent;
  const parts = element.childNodes.map(linear);
  switch (element.localName) {
    case "mfrac": return `[${parts[0]}]/[${parts[1]}]`;
    case "msup": return `${parts[0]}^{${parts[1]}}`;
    case "msub": return `${parts[0]}_${parts[1]}`;
    case "msqrt": return `√{${parts[0]}}`;
    case "mtr": return `${parts.join(" ")};`;
    default: return parts.join("");
  }
};
"""


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (["+", ["+", "x", "y"], ["-", "x", "y"]], "x+y+x−y"),
        (["-", "x", ["+", "x", "y"]], "x−(x+y)"),
        (["-", ["-", "x", "y"], "x"], "x−y−x"),
        (["*", ["+", "x", "y"], "x"], "(x+y)·x"),
        (["*", "x", ["*", "y", "x"]], "x·(y·x)"),
        (["*", ["*", "x", "y"], "x"], "x·y·x"),
        (["%", "x", ["*", "y", 2]], "xmod(y·2)"),
        (["+", "x", ["negative", "y"]], "x+−y"),
        (["*", ["negative", "x"], "y"], "−x·y"),
        (["negative", ["+", "x", "y"]], "−(x+y)"),
        (["negative", ["negative", "x"]], "−(−x)"),
        (["negative", ["call", "exp", "x"]], "−e^{x}"),
        (["negative", ["*", "x", "y"]], "−(x·y)"),
        (["negative", ["**", "x", 2]], "−x^{2}"),
        (["**", ["negative", "x"], 2], "(−x)^{2}"),
        (["**", ["**", "x", 2], 3], "(x^{2})^{3}"),
        (["**", "n", 2], "(−2)^{2}"),
        (["*", "n", "x"], "(−2)·x"),
        (["+", "n", "n"], "(−2)+(−2)"),
        (["/", ["+", "x", "y"], "n"], "[x+y]/[−2]"),
        (["**", ["/", "x", "y"], 2], "[x]/[y]^{2}"),
        (["//", "x", "y"], "⌊[x]/[y]⌋"),
        (["same", ["+", "x", 1]], "x+1"),
        (["call", "sqrt", ["+", "x", 1]], "√{x+1}"),
        (["call", "exp", "x"], "e^{x}"),
        (["**", ["call", "exp", "x"], 2], "(e^{x})^{2}"),
        (["call", "abs", ["+", "x", 1]], "|x+1|"),
        (["call", "log", "x"], "ln(x)"),
        (["call", "max", "x", "y"], "max(x,y)"),
        (["**", ["call", "tanh", "x"], 2], "tanh(x)^{2}"),
        (["constant", "pi"], "π"),
        (["*", ["constant", "inf"], ["constant", "e"]], "∞·e"),
        (["compare", ["<", "<="], 0, "x", ["+", "y", 1]], "0<x≤y+1"),
        (["and", ["or", "x", "y"], ["not", "x"]], "(x∨y)∧¬x"),
        (["not", ["and", "x", "y"]], "¬(x∧y)"),
        (["and", ["compare", ["=="], "x", "n"], "y"], "x=(−2)∧y"),
        (["compare", ["!="], ["and", "x", "y"], 0], "(x∧y)≠0"),
        (["if", ["compare", [">="], "x", 0], "x", ["negative", "x"]],
         "{x if\u00a0x≥0;−x otherwise;"),
        (["compare", ["<"], "x", -2], "x<(−2)"),
        (["compare", ["=="], ["not", "x"], "y"], "(¬x)=y"),
        (["call", "max", ["if", "x", 1, 0], "y"], "max({1 if\u00a0x;0 otherwise;,y)"),
        (["**", "x", -1], "x^{−1}"),
        (["*", 2, ["if", "x", 1, 0]], "2·({1 if\u00a0x;0 otherwise;)"),
    ],
)  # fmt: skip
def test_a_formula_has_the_parentheses_it_needs_and_no_others(modules, tree, text):
    found = modules.run(
        LINEAR
        + """const m = mathematics;
        const names = { x: m.identifier("x"), y: m.identifier("y"), n: m.number(-2) };
        return linear(m.formula(argument, names))""",
        tree,
    )
    assert found == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("identifier('v12')", "v_12"),
        ("identifier('vx')", "vx"),
        ("identifier('a rather long name with blanks')", "a rather lon…with blanks"),
        ("factor(-2)", "(−2)"),
        ("factor(2)", "2"),
        ("factor(0)", "0"),
        ("derivative(m.identifier('L'), m.identifier('a'))", "[dL]/[da]"),
        ("joined([m.number(1), m.number(2), m.number(3)], '+', '-')", "1+2−3"),
        ("joined([m.number(1), m.number(2), m.number(3)], '+')", "1+2+3"),
        ("joined([m.number(1)], '+')", "1"),
    ],
)
def test_parts_of_mathematics(modules, code, text):
    assert modules.run(LINEAR + f"const m = mathematics; return linear(m.{code})") == text


def test_letters_of_one_name_stand_upright_and_negative_numbers_are_marked(modules):
    code = (
        "[mathematics.identifier('a'), mathematics.identifier('ab')].map(x => "
        "x.getAttribute('mathvariant'))"
    )
    assert modules.value(code) == [None, "normal"]
    code = "[-1, 0, 1].map(x => mathematics.number(x).matches('.negative'))"
    assert modules.value(code) == [True, False, False]


def rule(modules, label):
    return modules.run(
        LINEAR + "return explain.chainRule(v.graph, argument).map(linear)", index_of(modules, label)
    )


def test_the_chain_rule_is_written_with_names_numbers_and_reasons(modules, L):
    opened(modules, L)
    assert rule(modules, "L") == ["The backward pass starts here:", "[dL]/[dL]=1"]
    assert rule(modules, "d") == [
        "[dL]/[dd]=f=−2",
        "[dL]/[dd]=f =−2 because L=d·f: the other factor stays.".replace(
            ": the other factor stays.", rule(modules, "d")[1].split("d·f")[1]
        ),
    ]
    first, because = rule(modules, "a")
    assert first == "[dL]/[da]=[dL]/[de]·[de]/[da]=(−2)·(−3)=6"
    assert because.startswith("[de]/[da]=b =−3 because e=a·b: ")
    first, because = rule(modules, "c")
    assert first == "[dL]/[dc]=[dL]/[dd]·[dd]/[dc]=(−2)·1=−2"
    assert because.startswith("[dd]/[dc]=1 because d=e+c: ")


@pytest.mark.parametrize(
    ("function", "first", "because"),
    [
        (lambda x: x**2, "2·x=2.4", "2·x =2.4 because L=x^2: "),
        (lambda x: x**3, "3·x^2=4.32", "3·x^2 =4.32 because L=x^3: "),
        (lambda x: x**-1, "(−1)·x^−2=−0.694444", "(−1)·x^−2 =−0.694444 because L=x^−1: "),
        (lambda x: x**1.0, "1", "1 because L=x^1: "),
        (lambda x: x.relu(), "1", "1 because L=relu(x): "),
        (lambda x: (-x).relu(), None, "0 because L=relu(v1): "),
        (lambda x: x.leaky_relu(0.1), "1", "1 because L=leaky_relu(x,0.1): "),
        (lambda x: x.tanh(), "1−L^2=0.30502", "1−L^2 =0.30502 because L=tanh(x): "),
    ],
)
def test_a_derivation_is_written_as_in_a_textbook(modules, function, first, because):
    """Choices are made, constants worked out, and no case stands there that doesn't apply."""
    L = function(Value(1.2, label="x"))
    L.label = "L"
    opened(modules, L)
    inner = modules.value("v.graph.nodes[v.graph.root].operands[0]")
    modules.run("v.choose(argument)", inner)
    found = modules.value("explain.chainRule(v.graph, v.chosen).map(part => part.textContent)")
    name = "x" if first else "v1"
    assert found[-1].startswith(f"dLd{name}={because}".replace("^", "")), found
    if first:
        assert found[0] == f"dLdx={first}".replace("^", ""), found


CONDITIONS = [
    *(f"x {sign} y" for sign in ("<", "<=", ">", ">=", "==", "!=")),
    "x < y < z", "x <= y >= z", "not x > y", "x > y and y > z", "x > y or y > z", "not (x or y)",
    "x + y > z", "x - y > z", "x * y > z", "-x > y", "x > 0.5", "1 < out",
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_choice_is_the_one_that_python_makes(modules, condition):
    tree = syntax_tree(parse(f"1 + x if {condition} else 2 * y"))
    numbers = [-1.0, 0.0, 1.0, 2.0]
    for x, y, z, out in itertools.product(numbers, numbers, numbers, [0.5, 1.5]):
        names = {"x": x, "y": y, "z": z, "out": out}
        found = modules.value("tidy.tidied(argument[0], argument[1], {})", [tree, names])
        assert found == (["+", 1, "x"] if eval(condition, {}, names) else ["*", 2, "y"])


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("1 * x", "x"), ("x * 1", "x"), ("x / 1", "x"), ("x ** 1", "x"), ("0 + x", "x"),
        ("x + 0", "x"), ("x ** 0", 1), ("2 - 1", 1), ("2 * 3", 6), ("2 + 3", 5), ("-(2)", -2),
        ("x * x", ["**", "x", 2]), ("x * y", ["*", "x", "y"]), ("x * 0", ["*", "x", 0]),
        ("1 / x", ["/", 1, "x"]), ("x - 0", ["-", "x", 0]), ("0 - x", ["-", 0, "x"]),
        ("x * (3 - 2)", "x"), ("c * x", "x"), ("x ** (c - 1)", 1), ("x + x", ["+", "x", "x"]),
        ("1e308 * 10", ["*", 1e308, 10]), ("2 * x * x", ["*", ["*", 2, "x"], "x"]),
        ("x + y + 0", ["+", "x", "y"]), ("2 / 4", ["/", 2, 4]), ("1 ** x", ["**", 1, "x"]),
    ],
)  # fmt: skip
def test_what_can_be_left_out_of_a_formula_is(modules, text, short):
    tree = syntax_tree(parse(text))
    assert modules.value("tidy.tidied(argument, {}, { c: 1 })", tree) == short


def test_a_constant_that_stands_first_is_no_condition(modules):
    opened(modules, 6.0 / Value(2.0, label="x"))
    assert rule(modules, "x")[1].startswith("[dL]/[dx]=[−L]/[x] =−1.5 because L=[6]/[x]: ")


def test_every_path_is_summed_and_many_are_cut_off(modules):
    opened(modules, graphs.reuse(Value))
    first, sum_, because = rule(modules, "a")
    assert first == "2 paths lead here, and their gradients add up:"
    assert sum_ == "[df]/[da]=[df]/[de]·[de]/[da]+[df]/[dd]·[dd]/[da]=(−6)·1+1·3=−3"
    assert because.count(" because ") == 2
    for count in (8, 9, 10):
        x = Value(2.0, label="x")
        total = sum((x * float(n + 2) for n in range(count)), start=Value(0.0, label="s"))
        total.label = "T"
        opened(modules, total)
        first, sum_, because = rule(modules, "x")
        assert first.startswith(f"{count} paths lead here")
        assert because.count(" because ") == min(count, 8)
        assert ("…" in sum_) == (count > 8)
        more = {8: "", 9: "and one more path", 10: "and 2 more paths"}[count]
        assert because.endswith(more) and (count > 8) == ("more path" in because)


def test_a_factor_of_the_root_itself_is_not_multiplied_by_one(modules):
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    opened(modules, y)
    assert rule(modules, "x")[1] == "[dy]/[dx]=x+x=3+3=6"


def test_choices_kinks_and_missing_formulas_are_explained(modules):
    x, y = Value(0.0, label="x"), Value(3.0, label="y")
    root = where(Value(2.0, label="c") > 1.0, x.relu(), y)
    root.label = "r"
    opened(modules, root)
    assert "This is a kink." in rule(modules, "x")[1]
    formula = modules.run(LINEAR + "return linear(explain.forwardFormula(v.graph, v.graph.root))")
    assert "otherwise" in formula and "≠" not in formula
    assert modules.value("explain.forwardFormula(v.graph, 0)") is None
    for condition in (True, False):
        opened(modules, where(condition, x + 1.0, y))
        formula = modules.run(
            LINEAR + "return linear(explain.forwardFormula(v.graph, v.graph.root))"
        )
        assert f"the condition (here {str(condition).lower()})" in formula
    own = Value(4.0, (y,), (0.5,), label="own")
    root = own * 2.0
    root.label = "r"
    opened(modules, root)
    words = "=0.5 as it was set in Python: the formula of this operation isn't known."
    assert rule(modules, "y")[1].endswith(words)
    named = Value(4.0, (y,), local_grads=(0.5,), _op="cube") * 2.0
    opened(modules, named)
    assert rule(modules, "y")[1].endswith("the formula of cube isn't known.")
    z = y * 1.0
    z.label = "z"
    z._backward = lambda: None
    root = z + 1.0
    opened(modules, [root, x + 1.0])
    assert rule(modules, "y") == [
        "It is used by an operation with its own _backward, which this page can't run."
    ]
    assert rule(modules, "x") == ["L doesn't depend on it."]
    opened(modules, x.sign() + y.floor() * 0.0 + where(x > 1.0, y, x))
    assert rule(modules, "y")[-1] != ""


def test_the_panel_is_scrolled_up_for_another_node_alone(modules, L):
    opened(modules, L)
    at = "v.panel.scroll.scrollTop"
    modules.run(f"v.choose(v.graph.root); {at} = 40; v.panel.show()")
    assert modules.value(at) == 40, "the same node"
    modules.run("v.choose(0); v.panel.show()")
    assert modules.value(at) == 0, "another node"
    modules.run(f"{at} = 30; v.panel.show()")
    assert modules.value(at) == 30


@pytest.mark.parametrize(
    ("top", "bottom", "at_top", "moved"),
    [
        (100, 300, False, 0), (99, 120, False, -1), (150, 301, False, 1), (280, 330, False, 30),
        (120, 400, False, 20), (100.5, 300, False, 0), (90, 400, False, -10),
        (150, 160, True, 50), (60, 400, True, -40),
    ],
)  # fmt: skip
def test_the_panel_scrolls_as_little_as_shows_a_part(modules, L, top, bottom, at_top, moved):
    opened(modules, L)
    modules.run("v.choose(v.graph.root)")
    assert moved == modules.run(
        """const { scroll, body } = v.panel;
        scroll.size = { top: 100, bottom: 300 };
        body.querySelector(".kind").size = { top: argument[0], bottom: argument[1] };
        scroll.scrollTop = 0;
        v.panel.reveal(".kind", argument[2]);
        v.panel.reveal(".not-there", true);
        return scroll.scrollTop""",
        [top, bottom, at_top],
    )
