"""Labels are data in every format of an explanation: escaped, shortened, never markup."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from chainrule import Value, exp, max as maximum, tanh
from chainrule.explanation import explain, steps

pytestmark = pytest.mark.once

HOSTILE = [
    "<script>alert(1)</script>",
    "x" * 10_000,
    "two\nlines\rand\u2028more",
    "$x$ $$y$$",
    "a_b^c~d#e%f&g",
    "\\frac{a}{b} \\end{aligned}",
    "`code` ```",
    "a | b | *c* [d](javascript:e)",
    "{x} {y}",
    "\x00\x1b[31m\u202e",
    "]]><!--",
    "&lt;b&gt;",
    "漢字 ü 😀",
    " ",
    "+1",
]


def graph(label):
    x, y = Value(0.5, label=label), Value(1.5, label="y")
    out = tanh(maximum(x, y) + x * -2.0) / exp(x)
    out.label = label
    return out


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        styles = {value for name, value in attributes if name == "style"}
        assert styles <= {"margin:.6em 0", "background:none", "text-align:left", "display:none"}
        assert {name for name, _ in attributes} <= {
            "class", "style", "colspan", "lang", "charset", "name", "content", "form",
            "mathvariant", "displaystyle",
        }  # fmt: skip


WORDS = """html head meta title style body div h4 p table tbody tr td
math mrow mfrac mi mn mo msub msup mtext msqrt mroot"""
KNOWN = set(WORDS.split())


def check_html(page):
    parser = _Tags()
    parser.feed(page)
    assert parser.tags <= KNOWN
    inside = re.search(r'<div class="chainrule-explanation">.*</div>', page, re.DOTALL)[0]
    inside = re.sub(r"<style>.*?</style>", "", inside, flags=re.DOTALL)
    ElementTree.fromstring(inside.replace("&nbsp;", " "))


def check_latex(text):
    """Groups, environments and fences are balanced, and no text ends the mathematics."""
    assert not re.search(r"(?<!\\)[$%#~`]", text)
    depth = 0
    for mark in re.findall(r"(?<!\\)(?:\\\\)*([{}])", text):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert "<s" not in text


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_becomes_markup(label):
    root = graph(label)
    for explanation in (explain(root), explain(root, wrt=root._postorder()[0])):
        check_html(explanation.html())
        check_latex(explanation.latex())
        text, markdown = explanation.text(), explanation.markdown()
        assert "<script" not in markdown
        assert not set(text) & set("\x00\x1b\r\u202e\u2028")
        for shown in (text, markdown, explanation.latex(), explanation.html()):
            assert len(shown) < 40_000
            assert label[:200] not in shown or len(label) < 200
    check_html("<html>" + steps(root)._repr_html_() + "</html>")


@given(st.text(max_size=60))
def test_any_label_gives_well_formed_formats(label):
    root = graph(label)
    explanation = explain(root)
    check_latex(explanation.latex())
    check_html(explanation.html())
    assert "\x00" not in explanation.text()
    for line in explanation.markdown().splitlines():
        bare = re.sub(r"\\.", "", line)
        assert bare.count("$") % 2 == 0
        assert "`" not in bare


def test_every_row_of_the_table_is_set_well():
    from chainrule.engine.dispatch import apply
    from chainrule.table.ops import TABLE
    from chainrule.table.rules import NUMBER

    for name, row in TABLE.items():
        if not row.eager or not row.probes:
            continue
        for probe in (*row.probes, *(kink.at for kink in row.kinks)):
            operands = [Value(x, label=f"{'abc'[turn]}") for turn, x in enumerate(probe)]
            explanation = explain(apply(NUMBER[name], *operands) * 3)
            check_latex(explanation.latex())
            check_html(explanation.html())
            assert explanation.text() and explanation.markdown()


def test_mathtext_reads_the_equations():
    pytest.importorskip("matplotlib")
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    for label in ("a", "loss", "w_1", "a+b", "50 %", "x < y"):
        for row in explain(graph(label)).latex().splitlines()[1:-1]:
            for part in row.removesuffix(r" \\").split("&"):
                if part.strip():
                    plain = part.replace(r"\lbrace", r"\{").replace(r"\rbrace", r"\}")
                    parser.parse(f"${plain}$")


def test_the_text_of_mathematics_can_be_read_where_its_tags_are_dropped():
    """As in a notebook that isn't trusted, whose page keeps text and leaves MathML out."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = (a + b) / (a * b) + (2 * a + 1).exp() + a.sqrt() ** 3
    L.label = "L"
    L.backward()
    text = html.unescape(re.sub(r"<[^>]+>", "", explain(L, wrt=a)._repr_html_()))
    for part in ("dL/da", "v1/v2", "e^v5", "√a", "^3"):
        assert part in text, part
    share = a.sigmoid() / b
    share.backward()
    text = html.unescape(re.sub(r"<[^>]+>", "", explain(share, wrt=b)._repr_html_()))
    assert "−" in text and "/b^2" in text
