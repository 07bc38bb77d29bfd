"""The formats: each is well-formed, says what the graph says, and keeps every label in its box."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import drawing_graphs as graphs
import pytest
from hypothesis import given, settings, strategies as st

from chainrule import Value, WrongType
from chainrule.drawing import draw_dot
from chainrule.drawing.shapes.palette import DARK, LIGHT
from chainrule.drawing.snapshot.text import clean
from chainrule.drawing.text_metrics import shorten, width
from chainrule.numerals import WIDEST

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '\x00\x1b[31m{x|"q"}<script>alert(1)</script>]]><!-- &amp; \\n 😀 \u202e'


def small(label="", **options):
    x = Value(1.5, label=label)
    y = x * Value(-2.0, label=label)
    y.label = label
    return draw_dot(y, **options)


def words(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter(SVG + "text")]


@pytest.mark.parametrize("name", ["expression", "by_hand", "neuron", "reuse", "network", "local"])
def test_golden(name, golden):
    nodes = graphs.expression(Value)
    root, options = nodes["L"], {}
    if name == "by_hand":
        nodes["L"].grad = 1
        nodes["d"].grad, nodes["f"].grad = -2, 4
        nodes["a"].grad = 0
    elif name == "local":
        options = {"show_local": True, "rankdir": "TB"}
    elif name != "expression":
        root = getattr(graphs, name)(Value)
        root.backward()
    drawing = draw_dot(root, **options)
    for kind in ("svg", "txt", "dot"):
        golden(f"drawing/{name}.{kind}", drawing.pipe(kind, "utf-8"))


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=40))
def test_any_label_gives_a_well_formed_svg_that_says_it(label):
    svg = small(label).pipe("svg", "utf-8")
    root = ElementTree.fromstring(svg)
    shown = shorten(clean(label), 13.0, 190.0, bold=True)
    if label:
        assert shown in [node.text for node in root.iter(SVG + "text")]
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "g", "path", "polygon", "text"}


@pytest.mark.parametrize("kind", ["svg", "dot", "txt"])
def test_no_markup_from_a_label_is_in_any_file(kind):
    drawing = small(HOSTILE)
    text = drawing.pipe(kind, "utf-8")
    if kind != "txt":
        assert "<script" not in text
        assert "]]>" not in text
        assert "&lt;script" in text
    assert not set(text) & set("\x00\x1b\u202e")
    assert "�" in text


def test_a_scope_and_a_symbol_are_data_too():
    from chainrule.graph.labels import scope

    with scope(HOSTILE):
        x = Value(1.0, (Value(2.0), Value(3.0)), HOSTILE)
    for kind in ("svg", "dot"):
        text = draw_dot(x).pipe(kind, "utf-8")
        assert "<script" not in text
        assert "<!--" not in text
    ElementTree.fromstring(draw_dot(x).pipe("svg"))


def test_pictures_in_one_page_share_no_names():
    one, two = small("a").pipe("svg", "utf-8"), small("b").pipe("svg", "utf-8")
    classes = [re.search(r'class="(cr-\w+)"', svg)[1] for svg in (one, two)]
    assert classes[0] != classes[1]
    for svg, name in zip((one, two), classes, strict=True):
        assert " id=" not in svg
        sheet = re.search(r"<style>(.*)</style>", svg, re.S)[1]
        sheet = sheet.replace("@media (prefers-color-scheme:dark){", "")
        rules = [rule for rule in re.findall(r"([^{}]+)\{", sheet)]
        assert len(rules) > 20
        assert all(rule.startswith("." + name) for rule in rules)


def test_it_is_accessible():
    nodes = graphs.expression(Value)
    root = ElementTree.fromstring(draw_dot(nodes["L"]).pipe("svg"))
    assert root.get("role") == "img"
    assert root.find(SVG + "title").text == "Expression graph of L"
    said = root.find(SVG + "desc").text
    assert said == "Expression graph of L. 7 nodes, 6 edges. L is −8.0000."
    titles = [node.text for node in root.iter(SVG + "title")]
    assert "a (leaf): data 2.0000, grad –" in titles


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read_on_all_its_grounds(palette):
    for text in ("ink", "soft", "positive", "negative", "remark", "scope-name"):
        for ground in (
            "ground",
            "leaf",
            "parameter",
            "constant",
            "inner",
            "root",
            "stack",
            "scope",
        ):
            pair = sorted(luminance(palette[role].fill) for role in (text, ground))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (text, ground)


def test_numbers_are_written_as_they_are():
    nodes = graphs.expression(Value)
    assert words(draw_dot(nodes["L"]).pipe("svg")).count("–") == 7
    nodes["a"].grad = 0
    said = words(draw_dot(nodes["L"]).pipe("svg"))
    assert said.count("–") == 6
    assert "0.0000" in said
    assert "−8.0000" in said
    plain = words(draw_dot(nodes["L"], show_grad=False).pipe("svg"))
    assert "grad" not in plain
    assert "0.0000" not in plain


def test_signs_have_colours():
    svg = draw_dot(graphs.expression(Value)["L"]).pipe("svg", "utf-8")
    roles = {text: role for role, text in re.findall(r'<text class="([^"]+)"[^>]*>([^<]*)<', svg)}
    assert roles["2.0000"] == "positive"
    assert roles["−3.0000"] == "negative"
    assert roles["–"] == "ink"


def test_remarks_say_what_a_sum_holds():
    nodes = graphs.expression(Value)
    nodes["a"].grad = 6
    nodes["b"].grad = 0
    nodes["L"].backward()
    assert "6 by hand + 6" in words(draw_dot(nodes["L"]).pipe("svg"))
    assert not any("by hand" in word for word in words(draw_dot(nodes["b"]).pipe("svg")))
    nodes["L"].backward()
    said = words(draw_dot(nodes["L"]).pipe("svg"))
    assert "2 passes" in said
    assert "6 by hand + 12, 2 passes" in said


def test_a_number_that_no_longer_follows_says_so():
    nodes = graphs.expression(Value)
    assert "operands changed since" not in str(draw_dot(nodes["L"]))
    nodes["a"].data = 5
    said = str(draw_dot(nodes["L"])).splitlines()
    assert next(line for line in said if "operands changed since" in line).split()[2:4] == [
        "(×)",
        "e",
    ]


def test_kinds_differ_by_shape():
    from chainrule.graph.labels import parameter

    x = Value(1.0, label="x")
    y = x * parameter(2.0, label="w") + 1
    svg = draw_dot(y).pipe("svg", "utf-8")
    assert re.search(r'<polygon class="constant"', svg)
    assert re.search(r'<rect class="leaf"[^>]* rx="9"', svg)
    assert len(re.findall(r'<rect class="parameter[^"]*"', svg)) == 2
    assert re.search(r'<rect class="inner"[^>]* rx="2"', svg)
    assert LIGHT["root"].width > 2 * LIGHT["inner"].width


def test_operands_drawn_out_of_order_are_numbered():
    x = Value(2.0, label="x")
    assert {"1", "2"} <= set(words(draw_dot(2 * x - 1 / x).pipe("svg")))
    said = words(draw_dot(2 * x - 1 / x, show_local=True).pipe("svg"))
    assert {"1", "2: −0.2500"} <= set(said)
    assert not {"1", "2"} & set(words(draw_dot(2 * x - 1 * x).pipe("svg")))


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30), st.floats(), st.floats(), st.booleans())
def test_text_stays_in_its_box(label, data, grad, upright):
    x = Value(data, label=label)
    y = -x
    x.grad = grad
    x.label = label
    sheet = draw_dot(y, "TB" if upright else "LR").sheet()
    for group in sheet.shapes:
        boxes = [box for box in getattr(group, "shapes", ()) if hasattr(box, "radius")]
        for text in getattr(group, "shapes", ()):
            if not hasattr(text, "anchor") or text.role == "remark":
                continue
            wide = width(text.text, text.size, text.bold)
            left = text.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
            assert any(
                box.x + 3 <= left
                and left + wide <= box.x + box.width - 3
                and box.y + 3 <= text.y - 0.7 * text.size
                and text.y <= box.y + box.height - 3
                for box in boxes
            )


def test_columns_of_numbers_do_not_run_into_their_captions():
    x = Value(-1.234e-300, label="x")
    texts = [shape for shape in draw_dot(x).sheet().flat() if hasattr(shape, "anchor")]
    for caption in texts:
        if caption.text in ("data", "grad"):
            number = next(t for t in texts if t.anchor == "end" and t.y - caption.y < 3)
            end = caption.x + width(caption.text, caption.size)
            assert end + 4 < number.x - width(WIDEST, number.size)


@pytest.mark.parametrize("data", [float("nan"), float("inf"), float("-inf"), 1e-320, 10**15])
def test_strange_numbers_are_drawn(data):
    x = Value(data, label="x")
    for kind in ("svg", "txt", "dot", "pdf", "png"):
        assert draw_dot(x).pipe(kind)


def test_a_value_alone():
    svg = draw_dot(Value(3)).pipe("svg")
    root = ElementTree.fromstring(svg)
    assert words(svg) == ["data", "3.0000", "grad", "–"]
    assert float(root.get("width")) < 250


def test_a_value_used_twice_has_two_arrows():
    x = Value(2.0, label="a")
    assert draw_dot(x + x).pipe("svg", "utf-8").count('class="arrow"') == 2
    assert draw_dot(x + x).source.count("n0 -> o1") == 2


def test_arrows_end_on_the_border_of_the_operation():
    for direction in ("LR", "TB", "RL", "BT"):
        sheet = draw_dot(graphs.neuron(Value), direction, show_local=True).sheet()
        pills = [shape for shape in sheet.flat() if getattr(shape, "role", "") == "op"]
        tips = [shape.points[0] for shape in sheet.flat() if shape.role == "arrow"]
        for x, y in tips:
            distances = []
            for pill in pills:
                r = pill.radius
                dx = max(pill.x + r - x, 0, x - pill.x - pill.width + r)
                dy = max(pill.y + r - y, 0, y - pill.y - pill.height + r)
                distances.append(abs((dx * dx + dy * dy) ** 0.5 - r))
            assert min(distances) < 1.0


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60), st.floats(5, 30), st.floats(20, 400))
def test_shortened_text_fits(text, size, room):
    cut = shorten(text, size, room)
    assert width(cut, size) <= max(room, width("…", size)) + 1e-6
    assert cut == text or "…" in cut
    head, _, tail = cut.rpartition("…")
    assert text.startswith(head) and text.endswith(tail)


def test_text_draws_a_shared_node_once():
    said = str(draw_dot(graphs.reuse(Value))).splitlines()
    assert len(said) == 7
    x = Value(1.0)
    y = x + 1
    z = y * y
    said = str(draw_dot(z)).splitlines()
    assert said[1].startswith("├─ (+) #1")
    assert said[-1] == "└─ (+) #1, drawn above"


def test_text_of_a_deep_graph_counts_what_it_leaves_out():
    said = str(draw_dot(graphs.recurrence(Value, 300)))
    assert max(map(len, said.splitlines())) <= 100
    shown = len(re.findall(r"\(\S+\)", said))
    more = int(re.search(r"… (\d+) more nodes", said)[1])
    assert shown + more + len("wb") == 903


def test_dot_lists_each_node_and_edge_once():
    source = draw_dot(graphs.network(Value)).source
    nodes = re.findall(r"^\s*(n\d+) \[label", source, re.M)
    assert len(nodes) == len(set(nodes)) == 41
    assert source.count("subgraph") == 3
    assert source.count("{") == source.count("}")
    assert source.startswith("digraph {")


@pytest.mark.parametrize("thing", [3, None, [Value(1.0)], Value])
def test_animate_says_what_it_needs(thing, tmp_path):
    from chainrule.drawing import animate

    with pytest.raises(WrongType, match="animate needs a Value, or the steps of one") as caught:
        animate(thing, tmp_path / "pass.gif")
    assert "draw_dot" not in str(caught.value)


def test_a_curve_is_straight_pieces_from_end_to_end():
    from chainrule.drawing.shapes.sheet import Line

    line = Line((0.0, 0.0), (((4.0, 0.0),), ((8.0, 0.0), (8.0, 4.0), (8.0, 8.0))), "edge")
    points = line.straight()
    assert points[:2] == [(0.0, 0.0), (4.0, 0.0)] and points[-1] == (8.0, 8.0)
    assert len(points) == 26
    assert points == sorted(points)
