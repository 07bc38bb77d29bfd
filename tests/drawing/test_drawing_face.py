"""`draw_dot` and `Drawing`: what the four dialects call, and what is said to mistakes."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import drawing_graphs as graphs
import pytest

import chainrule
from chainrule import ChoiceError, FileError, GraphError, Value, WrongType
from chainrule.drawing import Drawing, draw_dot, drawing, viewer
from chainrule.drawing.formats import graphviz
from chainrule.drawing.formats.registry import FORMATS

_PATH = [os.path.abspath(folder) for folder in sys.path]


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ("svg", "LR", "graph")),
        (("png",), ("png", "LR", "graph")),
        (("TB",), ("svg", "TB", "graph")),
        (("svg", "RL"), ("svg", "RL", "graph")),
        (("step_1",), ("svg", "LR", "step_1")),
        (("BT", "out/step.1", "pdf"), ("pdf", "BT", "out/step.1")),
        (("lr",), ("svg", "LR", "lr")),
        (("PNG",), ("png", "LR", "graph")),
        (("graph.png",), ("svg", "LR", "graph.png")),
    ],
)
def test_extra_words_are_recognised_by_what_they_are(L, words, expected):
    made = draw_dot(L, *words)
    assert isinstance(made, Drawing)
    assert (made.format, made.rankdir, made.filename) == expected
    assert os.listdir() == []


def test_a_keyword_wins_over_a_word(L):
    assert draw_dot(L, "png", format="svg").format == "svg"
    with pytest.raises(WrongType, match="two"):
        draw_dot(L, "png", "svg")
    with pytest.raises(WrongType, match="two"):
        draw_dot(L, "one", "two")
    with pytest.raises(WrongType, match="path"):
        draw_dot(L, 3)


def test_render_returns_the_path_and_makes_folders(L, tmp_path):
    assert draw_dot(L).render() == "graph.svg"
    assert draw_dot(L, filename="step").render() == "step.svg"
    assert draw_dot(L, "a/b/c").render(format="txt") == "a/b/c.txt"
    assert draw_dot(L).render("x.gv", directory=tmp_path / "new", cleanup=True) == str(
        tmp_path / "new" / "x.gv.svg"
    )
    made = draw_dot(L)
    made.format = "pdf"
    assert made.render("late") == "late.pdf"
    assert made.render(outfile="exact.svg") == "exact.svg"
    found = {os.path.join(path, name) for path, _, names in os.walk(".") for name in names}
    assert found == {
        *("./graph.svg", "./step.svg", "./a/b/c.txt", "./new/x.gv.svg", "./late.pdf"),
        "./exact.svg",
    }


def test_only_render_and_outfile_make_folders(L):
    draw_dot(L, outfile="one/picture.svg")
    draw_dot(L, outfile="two/picture")
    draw_dot(L).render(outfile="three/picture.svg")
    assert sorted(os.listdir()) == ["one", "three", "two"]
    for save in (draw_dot(L).save, chainrule.show(L).save):
        with pytest.raises(FileError, match=r"the folder .* does not exist") as raised:
            save("missing/picture.svg")
        assert "make the folder first" in str(raised.value)
    assert sorted(os.listdir()) == ["one", "three", "two"]


@pytest.mark.parametrize("keyword", ["outfile", "output_filepath"])
def test_outfile_is_written_at_once(L, keyword):
    assert isinstance(draw_dot(L, **{keyword: "one"}), Drawing)
    draw_dot(L, "txt", **{keyword: "two"})
    draw_dot(L, **{keyword: "three.dot"})
    assert sorted(os.listdir()) == ["one.svg", "three.dot", "two.txt"]
    assert Path("three.dot").read_text(encoding="utf-8") == draw_dot(L).source


def test_save_goes_by_the_ending(L):
    made = draw_dot(L)
    for ending, start in (
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("pdf", b"%PDF"),
        ("dot", b"digr"),
    ):
        assert made.save(f"picture.{ending}") == f"picture.{ending}"
        with open(f"picture.{ending}", "rb") as file:
            assert file.read(4) == start
    with pytest.raises(ChoiceError, match="'svg', 'png', 'pdf'"):
        made.save("picture.bmp")


def test_pipe_gives_bytes_or_text(L):
    made = draw_dot(L)
    assert made.pipe().startswith(b"<svg")
    assert made.pipe(encoding="utf-8").startswith("<svg")
    assert made.pipe(format="png").startswith(b"\x89PNG")
    assert "−" not in made.pipe("svg", encoding="ascii")
    with pytest.raises(ChoiceError, match="encoding"):
        made.pipe("png", encoding="utf-8")
    with pytest.raises(ChoiceError, match=r"encoding .utf-9. is unknown"):
        made.pipe("svg", encoding="utf-9")


def test_unknown_choices_name_the_known_ones(L):
    with pytest.raises(ChoiceError, match="'svg', 'png', 'pdf', 'txt', 'dot'"):
        draw_dot(L, format="bmp")
    with pytest.raises(ChoiceError, match="'LR', 'TB', 'RL', 'BT'"):
        draw_dot(L, rankdir="up")
    with pytest.raises(ChoiceError, match="'auto', 'all', 'summary'"):
        draw_dot(L, detail="some")
    with pytest.raises(ChoiceError, match="None, 'graphviz'"):
        draw_dot(L, engine="dagre")
    made = draw_dot(L)
    with pytest.raises(ChoiceError):
        made.format = "bmp"
    with pytest.raises(ChoiceError):
        made.render(format="bmp")
    assert made.format == "svg"


def test_unknown_keywords_are_type_errors(L):
    with pytest.raises(TypeError, match="did you mean show_grad="):
        draw_dot(L, showgrad=False)
    with pytest.raises(WrongType, match="render has no keyword"):
        draw_dot(L).render(fromat="svg")
    with pytest.raises(WrongType, match="max_nodes"):
        draw_dot(L, max_nodes="many")
    draw_dot(L).render(quiet=True, overwrite_source=True)  # graphviz knows these


@pytest.mark.parametrize("root", [3.0, None, "L", [], [1], Value])
def test_what_is_no_value_is_refused_in_one_message(root):
    with pytest.raises(WrongType, match="draws a Value") as found:
        draw_dot(root)
    assert "remedy" in str(found.value)


def test_a_list_of_roots(L):
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    x, y = a + b, a * b
    said = str(draw_dot([x, y, x]))
    assert said.count("(+)") == said.count("(×)") == 1
    assert draw_dot([x, y]).pipe("svg", "utf-8").count('class="root"') == 2
    assert draw_dot((x,)).source == draw_dot(x).source


def test_a_notebook_shows_it(L):
    made = draw_dot(L)
    bundle = made._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert bundle["image/svg+xml"] == made.pipe("svg", "utf-8")
    assert bundle["text/plain"] == str(made)
    assert set(made._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(made._repr_mimebundle_(exclude=["text/plain"])) == {
        "text/html",
        "image/svg+xml",
    }
    assert set(made._repr_mimebundle_(include=["image/png"])) == set()
    assert repr(made) == "<Drawing of L: 7 nodes, 6 edges>"


def test_a_drawing_does_not_change_afterwards(L):
    made = draw_dot(L)
    before = [str(made), made.source]
    L.grad = 5
    L.data = 7
    L.label = "other"
    assert [str(made), made.source] == before
    assert "other" not in made.pipe("svg", "utf-8")
    assert "5.0000" in str(draw_dot(L))


def test_where_no_viewer_is_a_note_says_where_the_picture_is(L, monkeypatch, capsys):
    monkeypatch.setattr(viewer.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert draw_dot(L).view("shown") == "shown.svg"
    assert "shown.svg" in capsys.readouterr().err
    assert draw_dot(L).render("shown", view=True, quiet=True) == "shown.svg"
    assert draw_dot(L).view("shown", quiet_view=True) == "shown.svg"
    assert capsys.readouterr() == ("", "")


def test_a_viewer_is_started(L, monkeypatch):
    calls = []
    monkeypatch.setattr(viewer.sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(viewer.shutil, "which", lambda name: "/bin/" + name)
    monkeypatch.setattr(viewer.subprocess, "Popen", lambda words, **_: calls.append(words))
    path = draw_dot(L).render("shown", view=True)
    assert calls == [["xdg-open", path]]
    draw_dot(L).view("quiet", quiet=True)
    draw_dot(L).render("quiet_view", view=True, quiet_view=True)
    draw_dot(L).render("unseen", quiet_view=True)
    assert calls[1:] == [["xdg-open", "quiet.svg"], ["xdg-open", "quiet_view.svg"]]


def test_a_file_that_cannot_be_written_leaves_nothing(L):
    with open("file", "w", encoding="utf-8") as file:
        file.write("old")
    os.mkdir("folder.svg")
    for path in ("file/picture", "folder", "x" * 300):
        with pytest.raises(FileError, match="cannot be written"):
            draw_dot(L).render(path)
    with pytest.raises(OSError):
        draw_dot(L, outfile="file/picture")
    assert sorted(os.listdir()) == ["file", "folder.svg"]
    assert os.listdir("folder.svg") == []
    with pytest.raises(FileError):
        draw_dot(L).save("a\0b.svg")


def test_an_old_file_stays_when_the_new_one_fails(L, monkeypatch):
    draw_dot(L).save("picture.svg")
    before = Path("picture.svg").read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(FileError, match="disk full"):
        draw_dot(graphs.neuron(Value)).save("picture.svg")
    assert Path("picture.svg").read_bytes() == before
    assert os.listdir() == ["picture.svg"]


def test_an_installed_graphviz_is_asked(L, monkeypatch):
    calls = []

    def run(words, *, input, timeout, **_):
        calls.append((words, timeout))
        return subprocess.CompletedProcess(words, 0, b"<svg>" + input, b"")

    monkeypatch.setattr(graphviz.shutil, "which", lambda name: "/bin/" + name)
    monkeypatch.setattr(graphviz.subprocess, "run", run)
    made = draw_dot(L, engine="graphviz")
    assert made.pipe() == b"<svg>" + made.source.encode()
    assert calls == [(["/bin/dot", "-Tsvg"], 10.0)]


def test_graphviz_that_is_absent_slow_or_broken_says_so(L, monkeypatch):
    made = draw_dot(L, engine="graphviz")
    monkeypatch.setattr(graphviz.shutil, "which", lambda name: None)
    with pytest.raises(ChoiceError, match="not on the PATH"):
        made.pipe()
    monkeypatch.setattr(graphviz.shutil, "which", lambda name: sys.executable)

    def slow(words, **_):
        raise subprocess.TimeoutExpired(words, 10)

    monkeypatch.setattr(graphviz.subprocess, "run", slow)
    with pytest.raises(GraphError, match="10 seconds"):
        made.pipe()
    failed = subprocess.CompletedProcess([], 1, b"", b"syntax error")
    monkeypatch.setattr(graphviz.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(GraphError, match="syntax error"):
        made.pipe()


def test_importing_it_brings_in_nothing_heavy():
    path = os.pathsep.join(_PATH)
    code = (
        "import sys, chainrule.drawing\n"
        "heavy = {'numpy', 'PIL', 'matplotlib', 'xml', 'subprocess', 'rich'} & set(sys.modules)\n"
        "assert heavy <= {'subprocess'}, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": path})


def test_its_own_example_is_true(L):
    import doctest

    from chainrule.drawing import draw, text_metrics as lettering

    for module in (draw, lettering, drawing):
        assert doctest.testmod(module).failed == 0


def test_every_format_of_every_direction(L):
    for direction in ("LR", "TB", "RL", "BT"):
        made = draw_dot(L, direction, show_local=True)
        for kind in ("svg", "png", "pdf", "txt", "dot"):
            assert made.pipe(kind)
        wide = made.sheet().width > made.sheet().height
        assert wide == (direction in ("LR", "RL"))


def test_what_a_check_found_stands_below_the_boxes():
    a, b = chainrule.Value(2, label="a"), chainrule.Value(-3.0, label="b")
    L = a * b
    L.grad, a.grad, b.grad = 1, 3, 2
    found = chainrule.check(L)
    for marks in (found, found.marks):
        drawn = str(draw_dot(L, marks=marks))
        assert "grad 3.0000  ✗ −3.0000" in drawn
        assert "grad 2.0000  ✓" in drawn
    assert "✓" not in str(draw_dot(L))


def test_marks_of_a_checked_part_or_of_the_graph_around_it_are_drawn():
    a = chainrule.Value(2, label="a")
    inner = a * 3
    L = inner + 1
    L.backward()
    assert "✓" in str(draw_dot(inner, marks=chainrule.check(L)))
    assert "✓" in str(draw_dot(L, marks=chainrule.check(inner)))


@pytest.mark.parametrize(
    ("marks", "error", "message"),
    [
        (3, WrongType, "marks must be what check(L) returned, or a dict, got int."),
        ("a", WrongType, "marks must be what check(L) returned, or a dict, got str."),
        ({"a": ("✗ 6", "wrong")}, WrongType, "one is a str."),
        (lambda a: {a: "wrong"}, WrongType, "a few words and a status, but Value("),
        (lambda a: {a: ("✗", 3)}, WrongType, "got tuple."),
        (lambda a: {a: ("✗",)}, WrongType, "got tuple."),
        (lambda a: {Value(2.0): ("✗", "wrong")}, GraphError, "isn't in it."),
        (lambda a: chainrule.check(Value(2.0) * 5), GraphError, "isn't in it."),
        (lambda a: chainrule.check(a + 5), GraphError, "isn't in it."),
    ],
)
@pytest.mark.parametrize("detail", ["all", "summary"])
def test_what_are_no_marks_of_this_graph_is_said(marks, error, message, detail):
    a = Value(2, label="a")
    L = a * 3
    with pytest.raises(error) as caught:
        draw_dot(L, marks=marks(a) if callable(marks) else marks, detail=detail)
    assert message in str(caught.value)
    assert "remedy  draw_dot(L, marks=check(L))" in str(caught.value)


def test_every_file_of_a_format_is_in_the_registry():
    import pkgutil

    from chainrule.drawing import formats

    modules = [
        importlib.import_module(f"{formats.__name__}.{module.name}")
        for module in pkgutil.iter_modules(formats.__path__)
    ]
    known = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    assert len(known) == 5
    assert all(FORMATS[format.name] is format for format in known)
    assert len({format.media_type for format in known}) == len(known)
    for name, format in FORMATS.items():
        assert name in (format.name, *format.aliases)


def test_the_command_line_and_the_docs_name_the_formats_of_the_registry():
    from click.testing import CliRunner

    from chainrule.cli import main

    *names, last = dict.fromkeys(format.name for format in FORMATS.values())
    text = CliRunner().invoke(main, ["draw", "--help"]).output
    assert f"{', '.join(names)} or {last}" in text
    for name in (*names, last):
        assert f"'{name}'" in draw_dot.__doc__


def test_every_name_of_a_format_is_an_ending_and_a_word(L):
    for name, format in FORMATS.items():
        made = draw_dot(L, name)
        assert made.format == name
        assert made.render() == f"graph.{name}"
        assert Path(f"graph.{name}").read_bytes() == format.render(made)
        assert isinstance(made.pipe(), bytes)
        if format.is_text:
            assert made.pipe(encoding="utf-8").encode() == made.pipe()
