"""Constants and limits of drawings: what happens at, just below and just above each of them."""

from __future__ import annotations

import math
import stat
import sys
import warnings
from importlib.util import find_spec
from itertools import combinations, pairwise

import drawing_graphs as graphs
import pytest

from chainrule import ChoiceError, GraphError, MissingExtra, Value, parameter, scope, show, where
from chainrule.drawing import animate, animation, draw_dot, viewer
from chainrule.drawing.formats import fonts, png
from chainrule.drawing.formats.dot import escape
from chainrule.drawing.layout.copies import copy_far_users
from chainrule.drawing.layout.layering import COPY, NODE, Level, Source
from chainrule.drawing.layout.layout import lay_out
from chainrule.drawing.shapes.edges import arrivals, corners
from chainrule.drawing.shapes.measures import BESIDE, LABEL, STACKED, measure
from chainrule.drawing.shapes.orientation import Orientation
from chainrule.drawing.shapes.painting import _order_matters
from chainrule.drawing.shapes.sheet import Box, Line, Sheet, Text
from chainrule.drawing.snapshot import summary
from chainrule.drawing.snapshot.picture import Card, Picture, nodes_of, photograph
from chainrule.drawing.snapshot.text import BLANK, number
from chainrule.drawing.text_metrics import columns, cut, shorten, width
from chainrule.drawing.view import page
from chainrule.drawing.view.syntax import syntax_tree
from chainrule.table.formula import parse


def chain(count, label=""):
    x = Value(1.0, label=label)
    for _ in range(count - 1):
        x = -x
    return x


# ---- when a graph is summarised, shortened, refused ----------------------------------------------


def test_a_graph_of_exactly_the_limit_is_drawn_whole():
    x = chain(7)
    assert "collapsed" not in str(draw_dot(x, max_nodes=7)) + repr(show(x, max_nodes=7))
    assert "collapsed" in str(draw_dot(x, max_nodes=6))
    assert "collapsed" in repr(show(x, max_nodes=6))


@pytest.mark.parametrize(
    ("seconds", "is_fine"), [(0.02, True), (60, True), (0.0199, False), (60.01, False)]
)
def test_a_frame_lasts_as_long_as_a_gif_can_say(tmp_path, seconds, is_fine):
    x = chain(2)
    if is_fine:
        animate(x, tmp_path / "x.gif", seconds=seconds)
    else:
        with pytest.raises(ChoiceError, match=r"0\.02 to 60 seconds"):
            animate(x, tmp_path / "x.gif", seconds=seconds)


def test_a_wide_graph_is_scaled_down_to_the_largest_frame(tmp_path):
    from PIL import Image

    with Image.open(animate(chain(12), tmp_path / "x.gif")) as wide:
        assert wide.width == 1600 and wide.height < 330
    with Image.open(animate(chain(14), tmp_path / "x.gif", rankdir="TB")) as high:
        assert high.height == 1600 and high.width < 400


def test_a_gif_has_the_colours_of_every_frame_and_white_paper(tmp_path):
    from PIL import Image, ImageChops

    root = (Value(2.0, label="a") * Value(-3.0, label="b")).tanh() * -2.0
    with (
        Image.open(animate(root, tmp_path / "x.gif")) as gif,
        Image.open(animate(root, tmp_path / "x.png")) as exact,
    ):
        assert gif.n_frames == exact.n_frames
        for frame in range(gif.n_frames):
            gif.seek(frame)
            exact.seek(frame)
            one, two = (image.convert("RGB") for image in (gif, exact))
            bands = ImageChops.difference(one, two).getextrema()
            assert max(high for _, high in bands) < 16
            assert one.getpixel((1, 1)) == (255, 255, 255)


def test_the_caption_of_a_frame_stands_below_the_picture_within_its_margins():
    root = chain(3)
    whole = draw_dot(root, show_local=True).sheet()
    for sheet in animation.frames(root):
        caption = sheet.shapes[-1]
        assert sheet.height == whole.height + 30.0 and sheet.width == whole.width
        assert (caption.x, caption.y, caption.text) == (18.0, whole.height + 8.0, sheet.description)
        assert (caption.room, caption.size) == (whole.width - 36.0, 13.0)


def test_a_pass_of_as_many_steps_as_frames_is_too_long(monkeypatch):
    monkeypatch.setattr(animation, "MOST_FRAMES", 4)
    assert len(animation.frames(chain(4))) == 4
    with pytest.raises(ChoiceError, match="at most 4 frames"):
        animation.frames(chain(5))


def test_a_title_as_long_as_an_identifier_may_be_names_the_file():
    for count, name in ((40, "x" * 40), (41, "graph")):
        x = Value(1.0, label="x" * count)
        assert f".save('{name}.html')" in str(show(x))


@pytest.mark.parametrize("widget", [None, True, False])
def test_each_choice_of_a_widget_is_accepted(widget):
    assert show(Value(1.0), widget=widget).widget is widget


def test_the_first_root_that_was_given_is_where_the_pass_starts():
    a = Value(1.0, label="a")
    b, c = a * 2, a + 3
    b.label, c.label = "b", "c"
    for roots in ((b, c), (c, b)):
        data = show(roots).data
        assert data["nodes"][data["root"]]["label"] == roots[0].label


def test_local_derivatives_are_sent_where_they_are_wanted_and_there_are_any():
    x = chain(9)
    assert show(x).data["local"] is True
    assert show(x, show_local=False).data["local"] is False
    assert show(x, max_nodes=3).data["local"] is False


def test_positions_are_sent_with_one_decimal():
    def numbers_in(x):
        if isinstance(x, dict | list | tuple):
            for each in x.values() if isinstance(x, dict) else x:
                yield from numbers_in(each)
        elif isinstance(x, float):
            yield x

    with scope("s"):
        root = graphs.recurrence(Value, 12)
    for state in show(root + 1.0).data["states"]:
        assert all(round(x, 1) == x for x in numbers_in(state))


def test_markup_in_data_is_escaped_letter_by_letter():
    assert page.data_text("<>&") == '"\\u003c\\u003e\\u0026"'
    assert escape("{a}|b\\c\n<&\"'") == ("&#123;a&#125;&#124;b&#92;c&#10;&lt;&amp;&quot;'")


def test_signs_in_formulas_have_names_of_their_own():
    def tree(text):
        return syntax_tree(parse(text, ("x", "y"), ("exp",), "test"))

    assert tree("-x") == ["negative", "x"]
    assert tree("+x") == ["same", "x"]
    assert tree("1 if not x > 0 else inf") == [
        "if", ["not", ["compare", [">"], "x", 0]], 1, ["constant", "inf"],
    ]  # fmt: skip


# ---- text ----------------------------------------------------------------------------------------


def test_widths_are_those_of_the_font_they_were_taken_from():
    pytest.importorskip("matplotlib")
    from PIL import ImageFont

    font = ImageFont.truetype(next(fonts.font_files())[0], 1000)
    letters = [chr(n) for n in (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x391, 0x3CA))]
    for letter in [*letters, "−", "–", "∞", "…", "√"]:
        if letter not in "\xad\u03a2":
            assert width(letter, 1.0) == pytest.approx(font.getlength(letter) / 1000, abs=0.0151)


def test_widths_of_other_letters_are_estimates():
    assert width("語", 10.0) == width("😀", 10.0) == pytest.approx(13.5)
    assert width("\u0301\u200d", 10.0) == 0.0
    assert width("Ж", 10.0) == pytest.approx(7.2)
    assert width("a", 10.0, bold=True) == pytest.approx(1.15 * width("a", 10.0))


def test_text_is_cut_off_just_where_it_no_longer_fits():
    wide = width("abcdef", 10.0)
    assert shorten("abcdef", 10.0, wide) == "abcdef"
    assert shorten("abcdef", 10.0, wide - 0.001) != "abcdef"
    room = width("abc", 10.0) + width("…", 10.0) + 1e-9
    assert shorten("abcdef", 10.0, room) == "a…ef"
    assert shorten("abcdef", 10.0, room - 2.5) == "a…f"
    bold = width("aef", 10.0, bold=True) + width("…", 10.0, bold=True) + 1e-9
    assert shorten("abcdef", 10.0, bold, bold=True) == "a…ef"
    assert shorten("abcdef", 10.0, bold - 2.5, bold=True) == "a…f"
    assert shorten("i" * 500, 1.0, 1e6) == "i" * 500
    assert shorten("i" * 501, 1.0, 300.0).count("i") <= 501
    assert shorten("iii iiwii iii", 10.0, width("iii iii…", 10.0)) == "iii…iii"


def test_columns_of_a_terminal():
    assert columns("ab") == 2 and columns("語b") == 3 and columns("a\u0301") == 1
    assert cut("abcd", 4) == "abcd" and cut("abcde", 4) == "abc…"
    assert cut("語語語", 5) == "語語…" and cut("語語語", 4) == "語…" and cut("語語", 4) == "語語"


def test_what_a_font_lacks_is_replaced_and_ascii_never_is():
    assert fonts.spell(" ~a", lambda letter: False) == " ~a"
    assert fonts.spell("\x7f\u2009−–×…∞", lambda letter: False) == "U+007F\u2009--*...inf"
    assert fonts.spell("−é", lambda letter: True) == "−é"
    assert fonts.spell("é\u200d\ufe0f", lambda letter: letter == "\u200d") == "U+00E9"


@pytest.mark.parametrize(
    ("platform", "last"),
    [("linux", "DejaVuSans.ttf"), ("darwin", "Arial.ttf"), ("win32", "Arial.ttf")],
)
def test_fonts_are_looked_for_in_matplotlib_and_then_in_the_system(monkeypatch, platform, last):
    monkeypatch.setattr(sys, "platform", platform)
    with_it = [pair[0] for pair in fonts.font_files()]
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    without = [pair[0] for pair in fonts.font_files()]
    assert without == ["DejaVuSans.ttf", *["Arial.ttf"] * (platform != "linux")]
    assert without[-1] == last and with_it[-len(without) :] == without
    if find_spec("matplotlib"):
        assert with_it[0].endswith("ttf/DejaVuSans.ttf") and with_it[1:] == without


def test_a_value_that_is_no_number_is_shown_as_it_is_written():
    assert (number("abc").text, number("abc").sign) == ("abc", 0)
    assert number("a\n" * 9).text == "a a a a a a"
    assert [number(x).sign for x in (2, -0.5, 0.0, math.nan, -math.inf)] == [1, -1, 0, 0, -1]


def test_names_of_pictures():
    a, b = Value(1.0), Value(2.0)
    assert repr(draw_dot(a)) == "<Drawing of an unlabelled value: 1 node, 0 edges>"
    assert repr(draw_dot(-a)) == "<Drawing of an unlabelled value: 2 nodes, 1 edge>"
    assert repr(draw_dot([a, b])) == "<Drawing of 2 values: 2 nodes, 0 edges>"
    b.label = "b"
    assert repr(draw_dot([a, b])) == "<Drawing of b and 1 more: 2 nodes, 0 edges>"
    assert draw_dot([a, b]).sheet().description.endswith("The root is 1.0000. b is 2.0000.")
    several = draw_dot([a, b, Value(3.0, label="c"), Value(4.0, label="d")]).sheet().description
    assert several.endswith("The root is 1.0000. b is 2.0000. c is 3.0000.")
    assert "a large calculation" in repr(draw_dot(a, detail="summary"))


def test_a_remark_says_what_came_to_a_number_set_by_hand():
    for factor, words in ((3.0, "6 by hand + 3"), (-3.0, "6 by hand − 3"), (0.0, "6 by hand + 0")):
        x = Value(1.0, label="x")
        L = x * factor
        x.grad = 6
        L.backward()
        assert words in str(draw_dot(L))


def test_a_mark_is_in_the_box_of_an_unlabelled_leaf_with_several_users():
    x = Value(2.0)
    twice = nodes_of([x * x])
    assert photograph(twice, twice[-1:]).cards[0].name == ""
    root = (x + 1.0) * x
    nodes = nodes_of([root])
    cards = photograph(nodes, [root]).cards
    assert cards[nodes.index(x)].name == "#1"
    assert [card.name for card in cards if card.operands] == ["", ""]


# ---- summaries -----------------------------------------------------------------------------------


def summarised(root):
    nodes = nodes_of([root])
    return summary.summarise(nodes, [root])


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 16, 17, 100])
def test_bands_of_depth_are_at_most_eight_and_hold_every_node_once(count):
    picture = summarised(chain(count))
    cards = picture.cards
    assert len(cards) == min(count, summary.BANDS)
    depths = []
    for card in reversed(cards):
        first, *last = [int(word) for word in card.label.split() if word.isdigit()]
        depths += range(first, (last[0] if last else first) + 1)
        inside = (last[0] if last else first) - first + 1
        assert card.lines[0] == f"{inside} node{'s' * (inside > 1)}"
    assert depths == list(range(count))
    assert [card.is_root for card in cards] == [False] * (len(cards) - 1) + [True]
    assert [card.operands for card in cards] == [(), *((n,) for n in range(len(cards) - 1))]
    sizes = [int(card.lines[0].split()[0]) for card in cards]
    assert max(sizes) - min(sizes) <= 1


def test_kinds_and_operations_are_counted_and_the_rarest_left_together():
    x, w = Value(2.0), parameter(3.0)
    total = x * w
    for name, count in (("tanh", 3), ("sin", 2), ("exp", 2), ("cos", 1), ("sqrt", 1), ("relu", 1)):
        for _ in range(count):
            with scope("s"):
                total = getattr(abs(total) + 1.0, name)()
    with scope("s"):
        total = total + 1.0
    card = next(card for card in summarised(total).cards if card.label == "s")
    assert card.lines[:2] == ("42 nodes", "11 constants")
    assert card.lines[2:] == ("11 add", "10 abs", "3 tanh", "2 exp", "2 sin", "3 other operations")


def test_nodes_outside_every_scope_are_named_so():
    x = Value(2.0) * 3.0
    with scope("s"):
        x = x.tanh()
    labels = {card.label: card.lines for card in summarised(x + 1.0).cards}
    assert labels["leaves outside"][0] == "3 nodes"
    assert any(label == "outside every scope" or "outside every scope" in label for label in labels)


@pytest.mark.parametrize(
    ("count", "label"),
    [(2, "s0, s1"), (3, "s0, s1, s2"), (4, "s0, s1 and 2 more"), (5, "s0, s1 and 3 more")],
)
def test_scopes_that_feed_one_another_are_named_together(count, label):
    x = Value(1.0)
    for turn in range(2 * count):
        with scope(f"s{turn % count}"):
            x = -x
    with scope("head"):
        x = -x
    assert label in [card.label for card in summarised(x).cards]


@pytest.mark.parametrize(("count", "by"), [(29, "scope"), (30, "depth")])
def test_at_most_thirty_scopes_with_what_is_outside_are_boxes(count, by):
    x = Value(1.0)
    for turn in range(count):
        with scope(f"s{turn}"):
            x = -x
    assert summarised(x).note.endswith(f"collapsed by {by}")


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("count", [0, 2, 12])
def test_a_box_of_many_nodes_has_room_for_its_text_and_for_its_edges(count, upright):
    lines = ("12 nodes", "3 parameters of a very long kind")
    operands = tuple(range(count))
    partials = (number(1.0),) * count
    card = Card("a title", "stack", BLANK, operands=operands, partials=partials, lines=lines)
    size = measure(card, Picture([card]), upright)
    small, line_height, pad = (11.7, 13.0, 4.0) if upright else (9.5, 14.0, 9.0)
    text = max(70.0, width("a title", 13.0, bold=True), *(width(line, small) for line in lines))
    wide, high = math.ceil(text) + 2 * pad + 6.0, 28.0 + line_height * 2
    ports = 16.0 * (count + 1)
    assert size.width == (max(wide, ports) if upright else wide)
    assert size.height == (high if upright else max(high, ports))
    assert (size.op_width, size.op_height) == ((size.width, 0) if upright else (0, size.height))
    long = measure(Card("x" * 99, "stack", BLANK, lines=lines), Picture([card]))
    assert 240 < width(long.name, 13.0, bold=True) <= 260


def test_the_flow_between_boxes_is_the_number_of_edges():
    x, y = Value(1.0), Value(2.0)
    with scope("one"):
        a, b = x * y, x + y
    with scope("two"):
        c = (a * b) * (a + b)
    cards = {card.label: card for card in summarised(c).cards}
    assert [flow.text for flow in cards["two"].partials] == ["4"]
    assert [flow.text for flow in cards["one"].partials] == ["4"]


# ---- where things lie ----------------------------------------------------------------------------


def test_a_curve_is_that_of_bezier():
    points = (0.0, 0.0), (9.0, 1.0), (2.0, 8.0), (12.0, 6.0)

    def at(t):  # de Casteljau
        row = list(points)
        while len(row) > 1:
            row = [
                tuple((1 - t) * a + t * b for a, b in zip(one, two, strict=True))
                for one, two in pairwise(row)
            ]
        return row[0]

    found = Line(points[0], (points[1:],), "edge").straight()
    assert len(found) == 25
    for step, point in enumerate(found):
        assert point == pytest.approx(at(step / 24))


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ([50.0], [50.0]),
        ([50.49], [50.0]),
        ([10.0, 90.0], [46.0, 54.0]),
        ([90.0, 10.0], [54.0, 46.0]),
        ([50.4, 90.0], [50.0, 58.0]),  # one leads straight to the middle
        ([50.5, 90.0], [46.0, 54.0]),
        ([49.6, 50.4], [46.0, 54.0]),  # two do
        ([10.0, 50.0, 60.0], [42.0, 50.0, 58.0]),
        ([50.0, 60.0, 70.0], [50.0, 58.0, 66.0]),
        ([50.0, 60.0, 70.0, 80.0], [38.0, 46.0, 54.0, 62.0]),  # too many to lean to one side
        ([50.2, 50.2], [46.0, 54.0]),
    ],
)
def test_edges_arrive_in_their_order_and_straight_where_they_can(heights, expected):
    assert arrivals(heights, 50.0, 8.0) == expected


def test_corners_are_the_ends_of_runs_without_repetitions():
    assert corners([(0.0, 0.0, 5.0), (10.0, 20.0, 7.0), (30.0, 25.0, 7.0)]) == [
        (0.0, 5.0), (10.0, 7.0), (20.0, 7.0), (30.0, 7.0),
    ]  # fmt: skip


def test_each_direction_turns_the_axes_its_own_way():
    expected = {
        "LR": ((21.0, 32.0), (21.0, 32.0, 20.0, 40.0)),
        "RL": ((113.0, 32.0), (93.0, 32.0, 20.0, 40.0)),
        "TB": ((22.0, 11.0), (22.0, 11.0, 40.0, 20.0)),
        "BT": ((22.0, 103.0), (22.0, 83.0, 40.0, 20.0)),
    }
    for direction, (point, rectangle) in expected.items():
        made = Orientation(direction, 98.0, 50.0)
        assert made.point(3.0, 14.0) == point
        assert made.rectangle(3.0, 23.0, 14.0, 54.0) == rectangle
        assert made.size == ((134.0, 86.0) if direction in ("LR", "RL") else (66.0, 114.0))


def level_with_users(ranks):
    """A leaf at rank 0 with users at these ranks."""
    level = Level()
    level.add(NODE, 0, 10.0, 10.0, 0)
    users = [level.add(NODE, 1 + n, 10.0, 10.0, rank) for n, rank in enumerate(ranks)]
    level.sources.append(Source(0, 0, 0.0, [(user, 0.0, n) for n, user in enumerate(users)], True))
    return level


@pytest.mark.parametrize(
    ("ranks", "groups"),
    [
        ([1, 2, 4], [[1, 2, 4]]),  # three users 3 layers apart
        ([1, 3, 5], [[1], [3], [5]]),  # 4 layers apart
        ([1, 2, 5], [[1, 2], [5]]),
        ([1, 9], [[1, 9]]),  # two users 8 layers apart
        ([1, 10], [[1], [10]]),
        ([1, 2, 3, 4, 5], [[1, 2], [3, 4], [5]]),
        ([5, 1, 2], [[1, 2], [5]]),
        ([20], [[20]]),
        ([], [[]]),
    ],
)
def test_a_leaf_is_drawn_again_beside_users_that_are_far_apart(ranks, groups):
    level = level_with_users(ranks)
    copy_far_users(level, {0: (7.0, 3.0)})
    found = [[level.rank[item] for item, _, _ in source.targets] for source in level.sources]
    assert [sorted(group) for group in found] == groups
    for source, group in zip(level.sources[1:], groups[1:], strict=True):
        item = source.item
        assert (level.kind[item], level.ref[item], level.rank[item]) == (COPY, 0, group[0] - 1)
        assert (level.length[item], level.breadth[item], source.is_weak) == (7.0, 3.0, True)
    untouched = level_with_users(ranks)
    copy_far_users(untouched, {})
    assert len(untouched.sources) == 1


def layout_text(rows):
    """A layout in words, to the pixel."""
    layout = lay_out(rows)
    lines = [f"{layout.length:.1f} x {layout.breadth:.1f}, {layout.crossings} crossings"]
    for spot in layout.spots:
        kind = "copy" if spot.is_copy else "node"
        lines.append(f"{kind} {spot.node} ends at {spot.end:.1f}, lies at {spot.centre:.1f}")
    for area in layout.areas:
        sides = area.start, area.end, area.low, area.high
        lines.append(f"{'/'.join(area.path)}: {', '.join(f'{x:.1f}' for x in sides)}")
    for edge in layout.edges:
        runs = "; ".join(f"{a:.1f}-{b:.1f} at {c:.1f}" for a, b, c in edge.runs)
        lines.append(f"edge {edge.source} to {edge.target}: {runs}")
    return "\n".join(lines)


SCOPES = ((), (), ("a",), ("a", "inner"), ("b",), ("b", "one", "two"))


def test_layouts_stay_as_they_were_reviewed(golden):
    """A change of the layout moves every reader's picture, so it is looked at before."""
    texts = []
    for count, seed, scopes, leaves in (
        (14, 1, (), 0.5), (24, 2, (), 0.3), (30, 3, (), 0.15), (18, 4, SCOPES, 0.4),
        (30, 5, SCOPES, 0.3), (60, 6, (), 0.45), (80, 7, SCOPES, 0.35),
    ):  # fmt: skip
        rows = graphs.vertices(count, seed, scopes, leaves)
        texts.append(f"{count} nodes, seed {seed}\n{layout_text(rows)}\n")
    golden("drawing/layouts.txt", "\n".join(texts))


def nested():
    """Scopes in scopes, beside one another, and entered again."""
    x = Value(1.0, label="x")
    for turn in range(2):
        with scope("outer"):
            for name in ("one", "two"):
                with scope(name):
                    x = (x * parameter(0.5, label=f"w{turn}") + 1.0).tanh()
            x = -x
        with scope("deep"), scope("deeper"), scope("deepest"):
            x = x.exp()
    x._vis_color = "gold"
    return (x - 1.0) * 2.0


@pytest.mark.parametrize("kind", ["svg", "txt", "dot"])
def test_golden_pictures_of_scopes_and_summaries(golden, kind):
    options = {"rankdir": "TB", "show_local": True} if kind == "svg" else {"show_local": True}
    golden(f"drawing/scopes.{kind}", draw_dot(nested(), **options).pipe(kind, "utf-8"))
    drawing = draw_dot(nested(), detail="summary")
    golden(f"drawing/summary.{kind}", drawing.pipe(kind, "utf-8"))


def test_in_dot_each_node_is_declared_in_the_cluster_of_its_scope():
    root = nested()
    nodes = nodes_of([root])
    cards = photograph(nodes, [root]).cards
    path, stands_in = [], {}
    for line in draw_dot(root).source.split("\n")[4:-2]:
        if "subgraph" in line:
            assert line.startswith("  " * len(path) + "  subgraph cluster")
            path.append(line.split('"')[1])
        elif line.strip() == "}":
            assert line == "  " * len(path) + "}"
            path.pop()
        elif " [label=" in line and "->" not in line:
            assert line.startswith("  " * len(path) + "  n")
            stands_in[int(line.split()[0][1:])] = tuple(path)
    assert path == []
    assert stands_in == {index: card.scope for index, card in enumerate(cards)}


def test_a_layout_of_nothing_has_no_size():
    layout = lay_out([])
    assert (layout.length, layout.breadth, layout.crossings, layout.edges) == (0.0, 0.0, 0, [])


# ---- local derivatives beside edges --------------------------------------------------------------


def test_operations_whose_operands_may_be_exchanged_are_known():
    assert [_order_matters(op) for op in ("add", "mul", "max", "hypot", "")] == [False] * 5
    assert [_order_matters(op) for op in ("sub", "div", "pow", "where", "of my own")] == [True] * 5


def many_operands():
    x, y, z = (Value(n + 0.5, label="xyz"[n]) for n in range(3))
    both = where(x > y, z * x, y - z) + x.max(y) * (x + y) ** z
    return both.hypot(x) if hasattr(both, "hypot") else both * x


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_local_derivatives_of_one_operation_do_not_cover_one_another(direction):
    a, b, c, d = (Value(n + 1.0, label="abcd"[n]) for n in range(4))
    own = Value(1.0, (a, b, c, d), (0.5, -1.5, 2.5, -3.5), label="own")
    three = Value(1.0, (a, b, c), (0.5, -1.5, 2.5))
    for root in (own, many_operands(), three, graphs.network(Value)):
        shapes = draw_dot(root, direction, show_local=True).sheet().shapes
        texts = [shape for shape in shapes if isinstance(shape, Text) and shape.halo]
        heads = [shape.points for shape in shapes if type(shape).__name__ == "Polygon"]
        boxes = []
        for text in texts:
            wide = width(text.text, text.size)
            left = text.x - wide * {"start": 0.0, "end": 1.0}[text.anchor]
            boxes.append((left, left + wide, text.y - 0.72 * text.size, text.y))
        for one, two in combinations(boxes, 2):
            is_beside = one[1] <= two[0] or two[1] <= one[0]
            assert is_beside or one[3] <= two[2] or two[3] <= one[2], (direction, one, two)
        for one in boxes:
            for head in heads:
                xs, ys = zip(*head, strict=True)
                is_beside = one[1] <= min(xs) or max(xs) <= one[0]
                assert is_beside or one[3] <= min(ys) + 0.5 or max(ys) - 0.5 <= one[2]


# ---- PNG -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("radius", [0.0, 3.0, 10.0, 50.0])
def test_the_outline_of_a_box_has_its_sides_and_round_corners(radius):
    x, y, w, h = 5.0, 7.0, 40.0, 20.0
    points = png._outline(Box(x, y, w, h, "leaf", radius))
    r = min(radius, 10.0)
    xs, ys = zip(*points, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((x, x + w, y, y + h))
    for px, py in points:
        cx = min(max(px, x + r), x + w - r)
        cy = min(max(py, y + r), y + h - r)
        assert math.hypot(px - cx, py - cy) == pytest.approx(r, abs=1e-9)
    turns = zip(points, [*points[1:], points[0]], strict=True)
    area = sum(a * d - c * b for (a, b), (c, d) in turns) / 2
    assert area == pytest.approx(w * h - (4 - math.pi) * r * r, abs=0.03 * r * r + 1e-6)
    assert list(png._outline(Box(x, y, w, h, "constant", 3.0, cut=True))) == list(
        Box(x, y, w, h, "constant", 3.0, cut=True).corners()
    )


def ink_of(sheet, scale):
    """The box around everything that isn't background, in the sheet's pixels."""
    from PIL import ImageChops

    image = png.image(sheet, scale)
    plain = png.image(Sheet(sheet.width, sheet.height, "", ""), scale)
    box = ImageChops.difference(image, plain).getbbox()
    return [x / scale for x in box]


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.5])
@pytest.mark.parametrize(("anchor", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_text_in_a_png_stands_where_it_belongs(scale, anchor, share):
    text = Text(100.0, 60.0, "HHHH", 20.0, "ink", anchor)
    left, top, right, low = ink_of(Sheet(200.0, 100.0, "", "", [text]), scale)
    wide = right - left
    assert wide == pytest.approx(width("HHHH", 20.0), abs=6)
    assert left == pytest.approx(100.0 - share * width("HHHH", 20.0), abs=4)
    assert low == pytest.approx(60.0, abs=1.1) and low - top == pytest.approx(0.73 * 20, abs=1.6)
    narrow = Text(100.0, 60.0, "HHHH", 20.0, "ink", anchor, room=30.0)
    left, top, right, low = ink_of(Sheet(200.0, 100.0, "", "", [narrow]), scale)
    assert right - left <= 31.0 and low - top < 0.73 * 20
    halo = Text(100.0, 60.0, "HHHH", 20.0, "ink", anchor, halo=True)
    line = Line((0.0, 55.0), (((200.0, 55.0),),), "edge")
    with_line = png.image(Sheet(200.0, 100.0, "", "", [line, halo]), scale).convert("L")
    without = png.image(Sheet(200.0, 100.0, "", "", [line, text]), scale).convert("L")
    assert sum(with_line.tobytes()) > sum(without.tobytes())  # the line is interrupted


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_boxes_and_lines_in_a_png_lie_where_they_belong(scale):
    box = Box(20.0, 30.0, 60.0, 24.0, "inner", 4.0)
    assert ink_of(Sheet(200.0, 100.0, "", "", [box]), scale) == pytest.approx(
        [19.4, 29.4, 80.6, 54.6], abs=1.0
    )
    line = Line((10.0, 10.0), (((90.0, 70.0),),), "edge")
    assert ink_of(Sheet(200.0, 100.0, "", "", [line]), scale) == pytest.approx(
        [9.4, 9.4, 90.6, 70.6], abs=1.0
    )


def test_a_large_picture_has_as_many_pixels_as_it_may(monkeypatch):
    import io

    from PIL import Image

    monkeypatch.setattr(png, "MOST_PIXELS", 30_000)
    for side, scale in ((80.0, 2.0), (100.0, 3**0.5), (866.0, 0.2)):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            image = Image.open(io.BytesIO(png.render(Sheet(side, side, "", ""))))
        assert len(said) == (scale < 2.0)
        assert image.width == pytest.approx(side * scale, abs=1)
        assert image.info["dpi"][0] == pytest.approx(72 * image.width / side, rel=0.02)
    with pytest.raises(ChoiceError, match="867 x 867 pixels would have to shrink to 20 %"):
        png.render(Sheet(867.0, 867.0, "", ""))


# ---- programs of the system ----------------------------------------------------------------------


def test_what_graphviz_complains_of_is_quoted(tmp_path, monkeypatch):
    program = tmp_path / "dot"
    for script, words in (
        ("echo 'no such thing' >&2; exit 1", "Graphviz failed: no such thing."),
        ("exit 1", "Graphviz failed: no output."),
        ("exit 0", "Graphviz failed: no output."),
        (f"echo {'x' * 400} >&2; exit 2", f"Graphviz failed: {'x' * 300}."),
    ):
        program.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        with pytest.raises(GraphError) as caught:
            draw_dot(Value(1.0), engine="graphviz").pipe()
        assert str(caught.value).split("\n")[0].endswith(words)
    program.write_text('#!/bin/sh\necho "$1"; cat\n')
    drawing = draw_dot(Value(1.0), engine="graphviz")
    assert drawing.pipe("pdf") == b"-Tpdf\n" + drawing.source.encode()
    assert drawing.pipe("dot") == drawing.source.encode()


def test_windows_and_a_mac_have_viewers_of_their_own(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(viewer.sys, "platform", "win32")
    monkeypatch.setattr(viewer.os, "startfile", opened.append, raising=False)
    viewer.show("a.svg")
    monkeypatch.setattr(viewer.sys, "platform", "darwin")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(viewer.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(viewer.subprocess, "Popen", lambda words, **_: opened.append(words))
    viewer.show("b.svg")
    assert opened == ["a.svg", ["open", "b.svg"]]
    monkeypatch.setattr(viewer.sys, "platform", "linux")
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    viewer.show("c.svg")
    assert opened[-1] == ["xdg-open", "c.svg"] and capsys.readouterr().err == ""
    monkeypatch.setattr(viewer.shutil, "which", lambda name: None)
    viewer.show("d.svg")
    assert "d.svg" in capsys.readouterr().err


def test_a_widget_shares_its_data_and_names_what_it_needs(monkeypatch):
    from types import SimpleNamespace

    from chainrule.drawing.view import notebook

    class Unicode:
        def __init__(self, text):
            self.text = text

        def tag(self, **tags):
            self.tags = tags
            return self

    class AnyWidget:
        def __init__(self, **values):
            self.values = values

    stand_ins = {
        "anywidget": SimpleNamespace(AnyWidget=AnyWidget),
        "traitlets": SimpleNamespace(Unicode=Unicode),
    }
    monkeypatch.setattr(notebook, "import_module", stand_ins.__getitem__)
    notebook._widget_class.cache_clear()
    made = notebook.widget({"a": "<"}, {"theme": "dark"})
    assert made.values == {"data": '{"a":"\\u003c"}', "settings": '{"theme":"dark"}'}
    assert type(made)._esm == page.module()
    for name in ("data", "settings"):
        shared = getattr(type(made), name)
        assert (shared.text, shared.tags) == ("{}", {"sync": True})

    def missing(name):
        raise ImportError(name)

    notebook._widget_class.cache_clear()
    monkeypatch.setattr(notebook, "import_module", missing)
    with pytest.raises(MissingExtra, match=r"widget=True\) needs anywidget, which") as caught:
        notebook.widget({}, {})
    assert "pip install anywidget" in str(caught.value)
    notebook._widget_class.cache_clear()


def test_a_label_is_cut_by_the_width_of_its_bold_letters():
    most = BESIDE.longest
    count = next(n for n in range(1, 200) if width("m" * n, LABEL, bold=True) > most)
    assert width("m" * count, LABEL) <= most, "only bold it is too long"
    for letters, is_cut in ((count - 1, False), (count, True)):
        svg = draw_dot(Value(1.0, label="m" * letters)).pipe("svg").decode()
        assert (f">{'m' * letters}<" not in svg) is is_cut


def test_the_pages_boxes_are_laid_out_as_in_pictures(modules):
    for is_upright, form in ((True, STACKED), (False, BESIDE)):
        found = modules.value(f"writing.formOf({{ isUpright: {str(is_upright).lower()} }})")
        assert found == {name: getattr(form, name) for name in ("small", "row", "line", "pad")}
