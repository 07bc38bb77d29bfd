"""What may be typed into the playground, what it means, and what is said about the rest."""

from __future__ import annotations

import math

import pytest

import chainrule as cr
from chainrule.errors import ChainruleError, FormulaError
from chainrule.graph.expression import FUNCTIONS
from chainrule.playground import code, examples
from chainrule.playground.answer import MOST_NODES, answer, refusal
from chainrule.playground.limits import MOST_OPERATORS, MOST_PARTS, require_short_lines
from chainrule.playground.program import LARGEST_EXPONENT, LONGEST, read
from chainrule.table.ops import TABLE


def shown(text):
    """The numbers of a program's named nodes, and their gradients."""
    nodes = [node for node in answer(text)["graph"]["nodes"] if node.get("label")]
    return {node["label"]: (node["data"], node["grad"]) for node in nodes}


@pytest.mark.parametrize(
    ("text", "root", "starts"),
    [
        ("L = a*b", "L", {"a": 1.0, "b": 0.5}),
        ("(a*b + c)*f", "L", {"a": 1.0, "b": 0.5, "c": 1.5, "f": 2.0}),
        ("L = 2\nL*L", "L2", {"L": 2}),
        ("a = -3.5; b = 2\nd = a - b", "d", {"a": -3.5, "b": 2}),
        ("a = Value(2, label='a')\nd = a*a", "d", {"a": 2}),
        ("a = Value(-1e-3)\nd = a*a\nd.label = 'd'\nd.backward()", "d", {"a": -0.001}),
        ("d = a*a\ne = d*2\ne.backward()\nd.label = 'd'", "e", {"a": 1.0}),
        ("import math\nfrom chainrule import Value\nL = math.tanh(a)", "L", {"a": 1.0}),
        ("L = a.tanh() + np.exp(b)", "L", {"a": 1.0, "b": 0.5}),
        ("e = 3\nL = e*pi", "L", {"e": 3}),
        ("np = 2\nL = np.exp()", "L", {"np": 2}),
        ("L = a*b*c*d*f", "L", {"a": 1.0, "b": 0.5, "c": 1.5, "d": 2.0, "f": 1.0}),
        ("L = 1\nL2 = 2\nL*L2", "L3", {"L": 1, "L2": 2}),
        ("L*a", "L2", {"L": 1.0, "a": 0.5}),
        ("a = -0.0\nd = a*b\nd*d", "L", {"a": -0.0, "b": 1.0}),
        ("from micrograd.engine import Value\nL = torch.tanh(a)", "L", {"a": 1.0}),
        ("# a comment\n\nL = a * \\\n  b", "L", {"a": 1.0, "b": 0.5}),
    ],
)
def test_what_is_typed(text, root, starts):
    program = read(text)
    assert (program.root, program.starts) == (root, starts)


def test_a_root_that_later_lines_use_is_kept():
    with pytest.raises(FormulaError, match="line 4: nothing uses f"):
        answer("d = a*a\ne = d*2\nd.backward()\nf = e*d\n")


def test_the_graph_is_that_of_python():
    a, b, c = cr.Value(2), cr.Value(-3), cr.Value(10)
    L = (a * b + c).tanh() * cr.exp(b) + a
    L.backward()
    numbers = shown("a = 2\nb = -3\nc = 10\nd = a*b + c\nL = d.tanh()*exp(b) + a")
    assert numbers["L"] == (L.data, 1)
    for name, node in {"a": a, "b": b, "c": c}.items():
        assert numbers[name] == (node.data, node.grad)


def test_an_answer_has_what_the_page_shows():
    told = answer("a = 2\nb = -3\nd = a*b\nL = cbrt(d)")
    assert (told["text"], told["root"], told["lacking"]) == (
        "a = 2\nb = -3\nd = a*b\nL = cbrt(d)", "L", "cbrt",
    )  # fmt: skip
    assert told["inputs"] == [{"name": "a", "latex": "a"}, {"name": "b", "latex": "b"}]
    product = told["graph"]["nodes"][2]
    assert (product["label"], product["partials"]) == ("d", [-3.0, 2.0])
    assert told["lines"][0] == {
        "name": "d", "latexName": "d", "python": "a * b", "torch": "a * b",
        "latex": r"a \cdot b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("", "there is nothing to read yet.", "add a line that computes"),
        ("a = 2", "nothing is computed yet.", "add a line that computes"),
        ("L = a*", "line 1 isn't Python: invalid syntax.", "d = a*b + c"),
        ("a = 1\nL = tanhh(a)", "line 2: unknown function 'tanhh'.", "did you mean 'tanh'?"),
        ("L = a^2", "line 1: write ** instead of ^.", "a**2"),
        ("L = (a+b)^2", "line 1: write ** instead of ^.", "(a + b)**2"),
        ("L = a^(b+1)", "line 1: write ** instead of ^.", "a**(b + 1)"),
        ("a = 1\na = 2\nL = a*a", "line 2: a stands in line 1 already.", "choose another name"),
        ("d = x*2\nx = 1", "line 2: x stands in line 1 already.", "before it is used"),
        ("L = e*x\ne = 1", "line 2: e stands in line 1 already.", "before it is used"),
        ("L = L + 1", "line 1 uses L to define L.", "L = 1"),
        ("a = 1\nb = 2\nL = a*2", "line 2: nothing uses b.", "leave it out"),
        ("a*b\nc*d", "line 1: a * b has no name, so nothing uses it.", "d = a * b"),
        ("L = a if a > 0 else b", "line 1: a if a > 0 else b chooses", "relu"),
        ("L = (a > 0)*b", "line 1: a > 0 chooses between two graphs", "where"),
        ("L = not a", "line 1: not a chooses", "where"),
        ("for i in a: pass", "line 1: a loop isn't possible here.", "d = a*b + c"),
        ("a += 1", "line 1: changing a name isn't possible here.", "d = a*b + c"),
        ("import os, math", "line 1: this import isn't possible here.", "d = a*b + c"),
        ("from . import math", "line 1: this import isn't possible here.", "d = a*b + c"),
        ("from os.math import x", "line 1: this import isn't possible here.", "d = a*b + c"),
        ("a.grad = 'a'", "line 1: assigning to this isn't possible here.", "d = a*b + c"),
        ("a.label = b", "line 1: assigning to this isn't possible here.", "d = a*b + c"),
        ("L = a and b", "line 1: a and b chooses", "where"),
        ("L = 'text'*a", "line 1: text isn't possible in an expression.", "tanh(x)"),
        ("L = True*a", "line 1: True isn't possible in an expression.", "tanh(x)"),
        ("a = True\nL = a*2", "line 1: True isn't possible in an expression.", "tanh(x)"),
        ("L = a.nothing(2)", "line 1: unknown function 'nothing'.", "docs/operations.md"),
        ("L = a(2)(3)", "line 1: unknown function 'a(2)'.", "docs/operations.md"),
        ("d = a*a\nf.backward()", "line 2: f.backward() needs the name of a line above.", ""),
        ("import os", "line 1: this import isn't possible here.", "d = a*b + c"),
        ("a, b = 1, 2", "line 1: assigning to this isn't possible here.", "d = a*b + c"),
        ("L = a[0]", "line 1: a[0] isn't possible in an expression.", "tanh(x)"),
        ("L = a.grad*2", "line 1: a.grad isn't possible in an expression.", "tanh(x)"),
        ("L = tanh(x=1)", "line 1: tanh takes its operands without names.", "tanh(x)"),
        ("L = a + Value(2)", "line 1: Value(...) inside a calculation has no name.", "a = Value"),
        ("a = Value(b)\nL = a*a", "line 1: b isn't a number.", ""),
        ("a = Value(2, name='a')\nL = a*a", "line 1: write Value(2)", ""),
        ("torch = 2\nL = torch*2", "line 1: torch can't be a name here.", "torch1"),
        ("print = 2\nL = print*2", "line 1: print can't be a name here.", "print1"),
        ("a = 1e999\nL = a*a", "line 1: 1e309 is larger than a float can be.", ""),
        ("L = a*1e999", "line 1: 1e309 is larger than a float can be.", ""),
        ("x = -1\nL = log(x)", "line 2: log(x): log needs x > 0, but x = -1.", ""),
        ("x = 0\nL = 1/x", "line 2: 1 / x divides by zero at x = 0.", ""),
        ("x = 1\nL = exp(1000*x)", "line 2: exp(1000 * x)", ""),
        ("L = tanh()", "line 1: tanh cannot take 0 operands.", ""),
        ("L.backward()", "line 1: L.backward() needs the name of a line above.", ""),
    ],
)
def test_what_is_said(text, what, remedy):
    with pytest.raises(ChainruleError) as caught:
        answer(text)
    said = refusal(caught.value)
    assert said["error"].startswith(what)
    assert remedy in said["remedy"]


@pytest.mark.parametrize(
    ("just", "over", "what"),
    [
        ("L = a*b #".ljust(LONGEST, "x"), "L = a*b #".ljust(LONGEST + 1, "x"), "4,001 characters"),
        (f"L = a**{LARGEST_EXPONENT}", f"L = a**{LARGEST_EXPONENT + 1}", "exponent 1001"),
        (f"L = a**-{LARGEST_EXPONENT}", f"L = a**-{LARGEST_EXPONENT + 1}", "exponent -1001"),
        ("L = a*b", "Value = a*b", "Value can't be a name here"),
        ("L = " + "-" * 97 + "a", "L = " + "-" * 98 + "a", "nested more than 100 deep"),
        (
            "L = " + "(" * 100 + "a" + ")" * 100,
            "L = " + "(" * 101 + "a" + ")" * 101,
            "line 1 is nested more than 100 deep",
        ),
    ],
)
def test_limits(just, over, what):
    assert answer(just)["root"] == "L"
    with pytest.raises(FormulaError, match=what):
        answer(over)


def test_a_large_graph_is_refused():
    lines = ["x = 1", "y0 = x*x", *(f"y{k + 1} = y{k}*x" for k in range(MOST_NODES))]
    assert len(answer("\n".join(lines[:MOST_NODES]))["graph"]["nodes"]) == MOST_NODES
    with pytest.raises(FormulaError, match=f"this graph has 301 nodes; .* shows {MOST_NODES}"):
        answer("\n".join(lines[: MOST_NODES + 1]))
    many = "\n".join(f"y{k} = x+x*2+x*3+x*4+x*5+x*6" for k in range(120))
    with pytest.raises(FormulaError, match=f"more than {MOST_PARTS:,} names"):
        answer(many)


@pytest.mark.parametrize("example", examples.EXAMPLES, ids=lambda example: example.name)
def test_an_example_works_as_python_of_its_own(example):
    """The code to copy, run as the page writes it, gives the numbers of the graph."""
    told = answer(example.text)
    starts = read(example.text).starts
    space = {"cr": cr, **{name: cr.Value(x, label=name) for name, x in starts.items()}}
    for line in told["lines"]:
        space[line["name"]] = eval(line["python"], space)
    space[told["root"]].backward()
    numbers = shown(example.text)
    for name in starts:
        assert numbers[name] == (starts[name], space[name].grad)
    assert example.plot in starts
    assert not told["lacking"]
    assert all(math.isfinite(grad) for _, grad in numbers.values())


@pytest.mark.parametrize(
    ("source", "python", "torch", "latex"),
    [
        ("a*b + c", "a * b + c", "a * b + c", r"a \cdot b + c"),
        ("tanh(w1*x)", "cr.tanh(w1 * x)", "torch.tanh(w1 * x)",
         r"\tanh\left({w_{1} \cdot x}\right)"),
        ("pi*a", f"{math.pi} * a", f"{math.pi} * a", r"\pi \cdot a"),
        ("leaky_relu(a)", "cr.leaky_relu(a)", "torch.nn.functional.leaky_relu(a)",
         r"\operatorname{leaky\_relu}\left(a\right)"),
        ("min(a, 2)", "cr.min(a, 2)", "torch.minimum(a, torch.tensor(2.0, dtype=torch.float64))",
         r"\min\left({a}, {2}\right)"),
    ],
)  # fmt: skip
def test_code_to_copy(source, python, torch, latex):
    names = ["a", "b", "c", "w1", "x"]
    assert code.python(source, names) == python
    assert code.torch(source, names) == (torch, "")
    assert code.latex(source) == latex


def test_every_function_in_code_to_copy(golden):
    """PyTorch has most of them, some under another name."""
    lines = []
    for name in sorted(FUNCTIONS):
        arity, given = TABLE[name].arity, TABLE[name].arity - len(TABLE[name].defaults)
        for count in sorted({arity, given}):
            call = f"{name}({', '.join('xyz'[:count])})"
            torch, lacking = code.torch(call, "xyz")
            lines.append(f"{code.python(call, 'xyz')}  {torch if not lacking else '–'}")
            assert lacking in ("", name)
    golden("playground/functions.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("source", "torch"),
    [
        ("a // b", "torch.floor(a / b)"),
        ("7 // 2 + a", "torch.floor(torch.tensor(7 / 2, dtype=torch.float64)) + a"),
        ("clip(a, 0, 1)", "torch.clip(a, 0, 1)"),
        ("max(1, 2)", "torch.maximum(torch.tensor(1.0, dtype=torch.float64), "
         "torch.tensor(2.0, dtype=torch.float64))"),
        ("max(a, 0.5)", "torch.maximum(a, torch.tensor(0.5, dtype=torch.float64))"),
        ("max(a, 1e30)", "torch.maximum(a, torch.tensor(1e+30, dtype=torch.float64))"),
        ("exp(pi)", f"torch.exp(torch.tensor({math.pi}, dtype=torch.float64))"),
        ("exp(2 * a)", "torch.exp(2 * a)"),
        ("exp(-(1 + 2))", "torch.exp(torch.tensor(-(1 + 2), dtype=torch.float64))"),
        ("exp(-3)", "torch.exp(torch.tensor(-3.0, dtype=torch.float64))"),
        ("pow(a, 2)", "torch.pow(a, 2)"),
    ],
)  # fmt: skip
def test_plain_numbers_become_tensors_where_pytorch_needs_them(source, torch):
    assert code.torch(source, ["a", "b"]) == (torch, "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w", "w"), ("_", r"\mathrm{\_}"), ("w1", "w_{1}"), ("w_12", "w_{12}"),
        ("loss", r"\mathrm{loss}"), ("w1w", r"\mathrm{w1w}"), ("ab1", r"\mathrm{ab1}"),
    ],
)  # fmt: skip
def test_a_name_in_latex(name, text):
    assert code.latex_name(name) == text


def test_a_constant_is_written_out_unless_a_line_defines_it():
    assert code.python("e * pi", ["e"]) == f"e * {math.pi}"
    assert code.python("e * a", ["a"]) == f"{math.e} * a"
    assert code.torch("cbrt(a) + beta(a, cbrt(a))", ["a"])[1] == "cbrt"
    assert code.torch("exp(a)", ["a"])[1] == ""


def test_what_pytorch_lacks_is_named():
    assert code.torch("cbrt(a) + beta(a, b)", ["a", "b"])[1] == "cbrt"


@pytest.mark.parametrize(
    "deep",
    [lambda n: "a" + "+a" * n, lambda n: "-" * n + "a", lambda n: "a" + ".f" * n,
     lambda n: "a" + "()" * n, lambda n: "a" + "[0]" * n, lambda n: "not " * n + "a",
     lambda n: "lambda:" * (n // 2) + "a", lambda n: "(\n" + "a\n+" * n + "a)",
     lambda n: "a" + "+\\\na" * n],
)  # fmt: skip
def test_what_nests_too_deeply_for_the_parser_is_refused_before(deep):
    """It would overflow the stack of a browser's worker."""
    few, many = MOST_OPERATORS - 2, MOST_OPERATORS + 1
    require_short_lines(f"L = 1\n{deep(few - few % 2)}")
    with pytest.raises(FormulaError, match=f"^line 2 has more than {MOST_OPERATORS} operators"):
        require_short_lines(f"L = 1\n{deep(many + many % 2)}")


def test_operators_are_counted_by_the_statement():
    half = "a" + "+a" * (MOST_OPERATORS // 2)
    require_short_lines(f"{half}\n{half};{half}\n# {'-' * 2000}\nb.label = '{'(' * 2000}'")
    with pytest.raises(FormulaError, match=r"^line 3 has more than"):
        require_short_lines(f"{half}\n{half}\n({half}\n+{half})")


@pytest.mark.parametrize("digits", ["0x" + "f" * 3900, "0b" + "1" * 3900, "9" * 3900, "1e9999"])
@pytest.mark.parametrize("line", ["L = {}", "L = a*{}", "L = a if {} else b", "L = [{}]"])
def test_a_huge_number_is_refused_in_a_sentence(digits, line):
    with pytest.raises(FormulaError, match=r"^line 1: "):
        read(line.format(digits))
