"""`show` without a browser: what is written down, laid out and put into the page."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import math
import random
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import drawing_graphs as graphs
import pytest

from chainrule import (
    ChoiceError,
    FileError,
    GraphError,
    MissingExtra,
    Value,
    WrongType,
    debug,
    define,
    nn,
    parameter,
    scope,
)
from chainrule.drawing import View, draw_dot, show
from chainrule.drawing.view import notebook, page, states
from chainrule.drawing.view.syntax import syntax_tree
from chainrule.table.formula import parse
from chainrule.table.ops import TABLE
from chainrule.table.printers import JSPrinter

ROOT = Path(__file__).resolve().parents[2]
VIEW = ROOT / "src" / "chainrule" / "drawing" / "view"


def data_of(view):
    """What the page gives to the browser."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', view.html, re.S)
    return json.loads(found[1])


def node_of(view, label):
    return next(row for row in data_of(view)["nodes"] if row.get("label") == label)


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


# ---- the face ------------------------------------------------------------------------------------


def test_it_is_saved_as_one_file_whose_path_is_returned(L, tmp_path):
    path = show(L).save(tmp_path / "L.html")
    text = Path(path).read_text(encoding="utf-8")
    assert path == str(tmp_path / "L.html")
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>L · chainrule</title>" in text
    with pytest.raises(FileError, match="cannot be written"):
        show(L).save(tmp_path)
    with pytest.raises(WrongType, match="path"):
        show(L).save(3)


def test_it_names_itself_in_a_line(L):
    view = show(L)
    assert isinstance(view, View)
    assert str(view) == "View of L: 7 nodes; .save('L.html') writes a page to look at"
    assert repr(view) == "<View of L: 7 nodes>"
    assert repr(show(Value(1.0))) == "<View of a calculation: 1 node>"


@pytest.mark.parametrize("thing", [3, "L", None, [], [Value(1.0), 2], Value])
def test_what_is_no_graph_is_refused(thing):
    with pytest.raises(WrongType, match="show draws a Value") as caught:
        show(thing)
    assert "draw_dot" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"rankdir": "XX"}, ChoiceError, "direction"),
        ({"theme": "blue"}, ChoiceError, "theme"),
        ({"height": "tall"}, WrongType, "height has to be an int"),
        ({"max_nodes": True}, WrongType, "max_nodes has to be an int"),
        ({"rankdr": "LR"}, WrongType, "did you mean rankdir="),
        ({"widget": "yes"}, ChoiceError, "widget"),
    ],
)
def test_mistakes_are_named(L, words, error, message):
    with pytest.raises(error, match=message) as caught:
        show(L, **words)
    assert message in str(caught.value)


def test_a_cycle_is_an_error():
    a = Value(1.0)
    b = a + 1.0
    a._prev = (b,)
    with pytest.raises(GraphError, match="cycle"):
        show(b)


# ---- the snapshot --------------------------------------------------------------------------------


def test_numbers_have_all_their_digits_and_nothing_changes(L):
    L.backward()
    view = show(L)
    before = view.html
    a = node_of(view, "a")
    assert (a["data"], a["grad"], a["kind"]) == (2.0, 6.0, "leaf")
    assert node_of(view, "d")["partials"] == [1.0, 1.0]
    for node in L._postorder():
        node.data, node.grad = 77, 99
    assert view.html == before


def test_a_graph_that_grows_afterwards_leaves_the_view_as_it_was(L):
    view = show(L)
    before = view.html
    more = L * 2 + L
    L.label = "renamed"
    more.backward()
    L._prev[0].label = "another"
    assert view.html == before and len(data_of(view)["nodes"]) == 7


def test_a_zero_is_sent_and_an_unknown_gradient_is_not():
    a = Value(0, label="a")
    (row,) = data_of(show(a))["nodes"]
    assert row["data"] == 0 and "grad" not in row
    a.grad = 0
    (row,) = data_of(show(a))["nodes"]
    assert row["grad"] == 0 and "byHand" not in row
    a.grad = 2
    (row,) = data_of(show(a))["nodes"]
    assert row["byHand"] is True


def test_nan_and_infinity_are_words():
    nodes = [Value(math.nan, label="n"), Value(math.inf, label="i"), Value(-math.inf, label="m")]
    view = show((nodes[0] + nodes[1]) + nodes[2])
    assert [node_of(view, name)["data"] for name in "nim"] == ["nan", "inf", "-inf"]


def test_the_source_line_is_sent():
    with debug():
        a = Value(2.0, label="a")
    assert node_of(show(a * 2), "a")["at"].split(":")[0].endswith("test_view.py")


def test_an_operation_of_ones_own_has_no_formula():
    a = Value(2.0, label="a")
    own = Value(4.0, (a,), "square", label="s")
    row = node_of(show(own), "s")
    assert "op" not in row and row["opName"] == "square" and row["partials"] == [None]
    own._backward = lambda: None
    assert node_of(show(own), "s")["ownBackward"] is True


def test_a_defined_operation_brings_its_formula_and_those_it_calls():
    inner = define("view_inner", "x * x + 1", ("2 * x",))
    outer = define("view_outer", "view_inner(x) * tanh(x)", ("1",))
    ops = data_of(show(outer(Value(1.0)) + inner(Value(2.0))))["ops"]
    assert set(ops) == {"add", "view_inner", "view_outer", "tanh"}
    assert ops["view_inner"]["formula"] == ["+", ["*", "x", "x"], 1]


def test_a_large_graph_is_a_summary():
    view = show(graphs.recurrence(Value, 300), max_nodes=500)
    data = data_of(view)
    assert data["summary"] and "collapsed by depth" in repr(view)
    assert len(data["nodes"]) <= 30
    assert not data_of(show(graphs.recurrence(Value, 300)))["summary"]


def test_several_roots_are_shown_together():
    a = Value(1.0, label="a")
    b, c = a * 2, a + 3
    data = data_of(show([b, c]))
    assert data["root"] == [row.get("isRoot", False) for row in data["nodes"]].index(True)
    assert sum(row.get("isRoot", False) for row in data["nodes"]) == 2


# ---- where everything lies -----------------------------------------------------------------------


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_the_places_are_those_of_the_static_drawing(L, rankdir):
    data = data_of(show(L, rankdir=rankdir))
    drawing = draw_dot(L, rankdir=rankdir, show_local=True)
    assert data["states"][0]["size"] == [
        round(drawing.sheet().width, 1),
        round(drawing.sheet().height, 1),
    ]
    drawn = {(x.x, x.y) for x in drawing.sheet().flat() if hasattr(x, "radius")}
    for x, y in data["states"][0]["boxes"]:
        assert any(math.hypot(x - px, y - py) < 0.1 for px, py in drawn)


def test_numbers_move_nothing(L):
    before = data_of(show(L))["states"]
    for node in L._postorder():
        node.data, node.grad = -1.234e-200, 1e300
    assert data_of(show(L))["states"] == before


def test_edges_lead_from_a_box_to_a_circle_and_share_their_way():
    data = data_of(show(graphs.recurrence(Value, 40)))
    state = data["states"][0]
    tracks = [state["tracks"][n : n + 3] for n in range(0, len(state["tracks"]), 3)]
    assert len(state["ends"]) == sum(len(row.get("operands", ())) for row in data["nodes"])
    assert all(parent < number for number, (parent, _, _) in enumerate(tracks))
    assert len(tracks) < 12 * len(state["ends"])
    for source, _, _, track, x, y, *_ in state["ends"]:
        assert math.hypot(x - tracks[track][1], y - tracks[track][2]) < 14
        while tracks[track][0] >= 0:
            track = tracks[track][0]
        copies = [copy for copy in state["copies"] if copy[0] == source]
        starts = [(state["boxes"][source], data["nodes"][source]["box"][0])]
        starts += [((left, top), wide) for _, left, top, wide, _ in copies]
        assert any(abs(at[0] + wide - tracks[track][1]) < 1 for at, wide in starts)


def test_every_way_of_collapsing_few_scopes_has_a_layout():
    data = data_of(show(graphs.network(Value)))
    assert sorted(area["path"] for area in data["areas"]) == [
        ["mlp"],
        ["mlp", "layer1"],
        ["mlp", "layer2"],
    ]
    collapsed = sorted(state["collapsed"] for state in data["states"])
    assert collapsed == [[], [0], [1], [1, 2], [2]]
    by_state = {tuple(state["collapsed"]): state for state in data["states"]}
    assert by_state[0,]["size"][0] < by_state[()]["size"][0] / 2
    (stack,) = by_state[0,]["stacks"]
    assert stack[0] == 0
    hidden = set(data["areas"][0]["nodes"])
    for node, box in enumerate(by_state[0,]["boxes"]):
        assert (box == 0) == (node in hidden)
    for state in data["states"]:
        for source, target, *_ in state["ends"]:
            for thing in (source, target):
                assert thing < 0 or state["boxes"][thing]


def test_many_scopes_collapse_in_their_place_and_all_together_in_a_layout():
    x = Value(1.0)
    for number in range(12):
        with scope(f"s{number}"):
            x = x * 2.0 + 1.0
    data = data_of(show(x))
    assert len(data["areas"]) == 12
    assert [state["collapsed"] for state in data["states"]] == [[], list(range(12))]


def test_a_large_graph_has_the_layouts_that_leave_few_boxes():
    random.seed(3)
    net = nn.MLP(3, [12, 12, 1])
    with scope("loss"):
        L = sum((net([0.1 * k, 0.2, 0.3]) - 1.0) ** 2 for k in range(4))
    data = data_of(show(L))
    assert len(data["nodes"]) > 1900 and len(data["areas"]) == 1 + 3 + 25  # neurons too
    top = next(k for k, area in enumerate(data["areas"]) if area["parent"] < 0)
    collapsed = [state["collapsed"] for state in data["states"]]
    assert collapsed[:2] == [[], [top]] and len(collapsed) > 2
    assert max(data["states"][1]["size"]) < 400


def test_of_deep_nests_whole_levels_have_layouts():
    x = Value(1.0)
    for outer in range(9):
        with scope(f"s{outer}"):
            for inner in range(2):
                with scope(f"t{inner}"):
                    x = x * 2.0 + 1.0
    data = data_of(show(x))
    depths = {len(data["areas"][k]["path"]) for s in data["states"] for k in s["collapsed"]}
    assert [len(state["collapsed"]) for state in data["states"]] == [0, 9, 18]
    assert depths == {1, 2}


def test_a_scope_around_everything_can_be_collapsed():
    with scope("all"):
        L = Value(2.0) * parameter(3.0)
    data = data_of(show(L))
    assert [state["collapsed"] for state in data["states"]] == [[], [0]]
    assert data["states"][1]["ends"] == []


def test_ways_of_collapsing_are_counted():
    areas = [
        states.Area(("a",), -1, inner=[1, 2]),
        states.Area(("a", "b"), 0),
        states.Area(("a", "c"), 0),
        states.Area(("d",), -1),
    ]
    found = states.states_of(areas, 10)
    assert len(found) == len(set(found)) == 9
    assert (0, 3) in found and (1, 2, 3) in found and (0, 1) not in found
    assert states.states_of(areas, 10**6) == []


def test_a_contraction_that_would_be_a_cycle_is_left_out():
    from chainrule.drawing.snapshot.picture import photograph

    a = Value(1.0)
    b = a * 2.0
    c = b + 1.0
    nodes = list(c._postorder())
    picture = photograph(nodes, [c])
    around = states.Area(("s",), -1, nodes=[nodes.index(a), nodes.index(c)])
    assert states.contract(picture, [around], [0]) is None
    whole = states.Area(("s",), -1, nodes=list(range(len(nodes))))
    assert len(states.contract(picture, [whole], [0]).picture.cards) == 1


# ---- the page ------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><b>",
    "<!--",
    "&lt;",
    "x" * 10_000,
    "\x00\x1b\u2028",
]


@pytest.mark.parametrize("label", HOSTILE)
def test_no_markup_of_a_label_is_anywhere_in_the_file(label):
    with scope(label):
        L = Value(2.0, label=label) * 3
    L.label = label
    html = show(L).html
    assert html.count("<script") == 3 == html.count("</script")
    body = html[html.index('id="data">') + 10 : html.index("</script>")]
    assert "<" not in body and "&" not in body
    assert "\x00" not in html and "\x1b" not in html and "\u2028" not in html
    assert len(html) < 400_000
    assert "<script>alert" not in html


def test_the_page_may_run_its_own_script_and_reach_nobody(L):
    html = show(L).html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    script = re.search(r'<script type="module">(.*?)</script>', html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy and "connect" not in policy and "http" not in policy
    own = r"http://www\.w3\.org/(2000/svg|1998/Math/MathML)|http://127\.0\.0\.1:8753/"
    words = re.sub(own, "", html)
    assert "http:" not in words and "https:" not in words and "//www" not in words
    assert not re.search(r"\b(eval|fetch|XMLHttpRequest|WebSocket|importScripts)\(", script)
    assert "innerHTML" not in script and "new Function" not in script


def test_a_frame_holds_the_whole_page_and_is_shut_in(L):
    view = show(L, height=333)
    frame = view._repr_html_()
    assert unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == view.html
    assert 'sandbox="allow-scripts allow-downloads allow-popups ' in frame
    assert "height:333px" in frame


def test_a_notebook_gets_a_frame_that_works_everywhere(L):
    bundle = show(L)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert set(show(L)._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(show(L)._repr_mimebundle_(exclude=["text/html"])) == {"text/plain"}


def test_a_widget_brings_the_frame_for_where_it_cannot_run(L, monkeypatch):
    made = type("Made", (), {"_repr_mimebundle_": lambda self: {"a/widget": 1, "text/plain": "w"}})
    given = []
    monkeypatch.setattr(notebook, "widget", lambda *arguments: given.append(arguments) or made())
    view = show(L, widget=True, theme="dark", height=333)
    bundle = view._repr_mimebundle_()
    assert given == [(view.data, {"theme": "dark", "height": 333})]
    assert set(bundle) == {"text/plain", "text/html", "a/widget"}
    assert bundle["text/plain"].startswith("View of L")


def test_the_static_picture_stands_where_the_view_cannot(L):
    view = show(L)
    assert '<main id="view"><div class="still">' in view.html
    still = view.html[view.html.index('class="still"') : view.html.index("</main>")]
    assert "needs JavaScript" in still and "<svg" in still and ">−8.0000<" in still
    picture = re.search(r'<img src="data:image/svg\+xml;base64,([^"]*)"', view._repr_html_())[1]
    assert base64.b64decode(picture).decode() in still


def test_a_widget_without_anywidget_says_what_to_install(L, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(notebook, "import_module", missing)
    notebook._widget_class.cache_clear()
    with pytest.raises(MissingExtra, match="anywidget"):
        show(L, widget=True)._repr_mimebundle_()
    notebook._widget_class.cache_clear()


# ---- formulas and generated files ----------------------------------------------------------------


def test_a_formula_is_printed_in_javascript():
    def printed(text):
        return JSPrinter("F.").text(parse(text, ("x", "y"), ("exp",), "test"))

    assert printed("x ** 2 // y % 3") == "F.modulo(F.quotient(F.power(x, 2.0), y), 3.0)"
    assert printed("1 if x == 0 and not y != 1 else -exp(x)") == (
        "(((x === 0.0) && (!(y !== 1.0))) ? 1.0 : (-F.exp(x)))"
    )
    assert printed("inf * pi") == f"(Infinity * {math.pi!r})"
    assert printed("0 < x <= 1 or y") == "((0.0 < x && x <= 1.0) || y)"


@pytest.mark.parametrize("name", list(TABLE))
def test_every_row_has_a_tree(name):
    row = TABLE[name]
    for text in (row.formula, *row.partials):
        json.dumps(syntax_tree(row.read(text)), allow_nan=False)


def test_what_the_view_takes_from_python_is_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "generate_view.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    for path in (VIEW / "generated").iterdir():
        assert "Generated by tools/generate_view.py" in path.read_text("utf-8").split("\n")[0]


def test_the_bundle_says_that_it_is_generated_and_holds_every_row():
    text = page.module()
    assert text.split("\n")[0].startswith("// Generated by esbuild")
    assert "</" not in text and "<!--" not in text
    for name in TABLE:
        if name in importlib.import_module("chainrule.table.ops").BUILT_IN:
            assert f"KERNELS.{name} = " in text


def test_the_bundle_is_up_to_date():
    if not (ROOT / "node_modules" / ".bin" / "esbuild").exists():
        pytest.skip("esbuild isn't installed here; `make check-view` installs it")
    done = subprocess.run(
        ["npm", "run", "-s", "fresh"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_sources_are_small_files_of_one_idea():
    for path in (VIEW / "js").glob("*.js"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("// "), path.name
        assert max(map(len, lines)) <= 100, path.name


def imports_of(path):
    text = path.read_text(encoding="utf-8")
    return [(path.parent / name).resolve() for name in re.findall(r'from "(\.[^"]*\.js)";', text)]


def test_no_module_of_the_view_imports_itself_on_a_detour():
    above = {path.resolve(): imports_of(path) for path in VIEW.glob("*/*.js")}
    while above:
        leaves = [path for path, imports in above.items() if not set(imports) & above.keys()]
        assert leaves, f"these modules import one another: {sorted(path.name for path in above)}"
        for path in leaves:
            del above[path]


def test_every_module_of_the_view_is_imported():
    sources = {path.resolve() for path in VIEW.glob("*/*.js")}
    imported = {target for path in sources for target in imports_of(path)}
    assert {path.name for path in sources - imported} == {"main.js"}


def test_the_command_line_writes_a_page(tmp_path):
    from click.testing import CliRunner

    from chainrule.cli.commands import main

    path = str(tmp_path / "L.html")
    words = ["show", "d = a*b + c; L = d*f", "a=2", "b=-3", "c=10", "f=-2"]
    done = CliRunner().invoke(main, [*words, "-o", path])
    assert (done.exit_code, done.output) == (0, f"Written to {path}.\n")
    text = Path(path).read_text(encoding="utf-8")
    assert '"grad":6.0' in text
    done = CliRunner().invoke(main, [*words, "-o", path, "--no-backward", "--theme", "dark"])
    assert done.exit_code == 0
    assert '"grad":6.0' not in Path(path).read_text(encoding="utf-8")
    assert CliRunner().invoke(main, [*words, "-o", path, "--theme", "blue"]).exit_code == 2


def test_a_large_graph_is_summed_up_once(monkeypatch):
    """Its static picture is the summary that the view shows, which takes seconds to make."""
    root = graphs.network(Value)
    expected = str(draw_dot(root, detail="summary"))
    monkeypatch.setattr("chainrule.drawing.draw.summarise", None)
    view = show(root, max_nodes=5)
    assert view.data["summary"] and str(view.still) == expected
