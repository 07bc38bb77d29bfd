"""What a notebook is given: HTML that holds any label; and graphs too large for any picture."""

from __future__ import annotations

import math
import re
import time
from html.parser import HTMLParser

import drawing_graphs as graphs
import pytest

from chainrule import ChoiceError, Value
from chainrule.drawing import draw_dot
from chainrule.drawing.formats.svg import escape
from chainrule.drawing.shapes.sheet import Box, Group
from chainrule.drawing.snapshot.text import clean


@pytest.mark.parametrize(("count", "detail"), [(250_001, "auto"), (20_001, "all")])
def test_too_many_nodes_are_refused_at_once(count, detail):
    x = Value(1.0)
    for _ in range(count - 1):
        x = -x
    start = time.thread_time()
    with pytest.raises(ChoiceError, match=rf"this graph has {count:,}") as found:
        draw_dot(x, detail=detail)
    assert time.thread_time() - start < 5.0  # 0.1 s on a machine of its own
    assert "detail='summary'" in str(found.value)
    assert "draw_dot(node)" in str(found.value)


def cell_of(root):
    """The HTML of a drawing in a notebook, and the titles of its tooltips."""
    html = draw_dot(root)._repr_mimebundle_()["text/html"]
    titles = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag in ("div", "style", "img", "span"), tag
            assert not any(name.startswith("on") for name, _ in attributes)
            titles.extend(text for name, text in attributes if name == "title")

    Reader().feed(html)
    return html, titles


@pytest.mark.parametrize(
    "label",
    [
        "x" * 10_000,
        "<script>alert(1)</script>",
        "\"><img src=x onerror='alert(1)'>",
        "</style></svg><b>&amp;",
        "a\x00b\u202ec",
        "漢字" * 5000,
    ],
)
def test_a_cell_holds_any_label(label):
    x = Value(1.5, label=label)
    html, titles = cell_of(x * x)
    assert len(html) < 60_000 + 12 * len(label.encode())
    assert any(title.startswith(clean(label)) for title in titles)


def test_a_cell_with_one_node_and_with_nan_everywhere():
    _, titles = cell_of(Value(2.0))
    assert titles == ["unlabelled (root): data 2.0000, grad –"]
    a = Value(math.nan, label="a")
    root = a * a + math.nan
    root.backward()
    html, titles = cell_of(root)
    assert len(titles) == 4
    assert all("data nan" in title for title in titles)
    styles = re.findall(r'style="([^"]*)"', html)
    assert not any(re.search(":(nan|inf|-)", style) for style in styles)


def test_tooltips_lie_over_their_boxes():
    drawing = draw_dot(graphs.reuse(Value), "TB")
    sheet = drawing.sheet()
    html, _ = cell_of(graphs.reuse(Value))
    assert html.count("<span") == 5
    html = drawing._repr_mimebundle_()["text/html"]
    for group in sheet.shapes:
        if isinstance(group, Group):
            boxes = [shape for shape in group.shapes if isinstance(shape, Box)]
            edges = {
                "left": min(box.x for box in boxes) / sheet.width,
                "top": min(box.y for box in boxes) / sheet.height,
                "width": max(box.x + box.width for box in boxes) / sheet.width,
                "height": max(box.y + box.height for box in boxes) / sheet.height,
            }
            edges["width"] -= edges["left"]
            edges["height"] -= edges["top"]
            style = re.search(rf'title="{re.escape(escape(group.title))}" style="([^"]*)"', html)[1]
            for side, share in edges.items():
                percent = float(re.search(rf"{side}:([\d.]+)%", style)[1])
                assert percent == pytest.approx(100 * share, abs=0.01), side
