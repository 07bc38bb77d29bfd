"""`steps`: the pass one event at a time, and as a moving picture."""

from __future__ import annotations

import base64
import math
import re
import sys
from itertools import pairwise

import drawing_graphs as graphs
import pytest
from hypothesis import given
from test_explain import NUMBERS, STEPS, build, states

from chainrule import ChainruleError, ChoiceError, FileError, GraphError, MissingExtra, WrongType
from chainrule.drawing.animation import BORDER, RIBBON, animate, frames
from chainrule.drawing.formats import svg
from chainrule.explanation import steps


def test_golden(golden, Value):
    golden("explanation/steps.txt", f"{steps(graphs.reuse(Value))}\n")


@given(NUMBERS, STEPS)
def test_the_last_gradients_are_those_of_backward(Value, numbers, operations):
    root = build(Value, numbers, operations)
    before = repr(states(root))
    walked = steps(root)
    found = dict(walked[-1].gradients)
    totals = {step.node if step.operand is None else step.operand: step.total for step in walked}
    assert repr(states(root)) == before
    root.backward()
    for node in root._postorder():
        if node.kind != "constant":
            assert repr(found.get(node, 0.0)) == repr(node.grad)
            assert repr(totals.get(node, 0.0)) == repr(node.grad)


@given(NUMBERS, STEPS)
def test_a_step_adds_what_it_says(Value, numbers, operations):
    walked = steps(build(Value, numbers, operations))
    for one, other in pairwise(walked):
        assert repr(other.added) == repr(other.partial * other.upstream)
        assert repr(other.total) == repr((other.before or 0.0) + other.added)
        assert repr(one.gradients[other.node]) == repr(other.upstream)
        assert repr(one.gradients.get(other.operand)) == repr(other.before)
        assert other.node._prev[other.position] is other.operand


def test_it_is_a_sequence_both_ways(Value):
    walked = steps(graphs.expression(Value)["L"])
    assert len(walked) == 7
    assert [step.number for step in walked] == list(range(7))
    assert [step.number for step in reversed(walked)] == list(range(6, -1, -1))
    assert [step.number for step in walked[2:4]] == [2, 3]
    assert walked[-1].number == 6
    with pytest.raises(IndexError, match=r"^the pass has steps 0 to 6, but no step 7"):
        walked[7]
    with pytest.raises(ChainruleError, match="but no step -8"):
        walked[-8]
    for index in ("a", 1.0, None):
        with pytest.raises(WrongType, match=f"^a step is chosen by its number.*{index!r} of type"):
            walked[index]
    assert str(walked[5]) == "5  e → a: dL/da = −2 * −3 = 6   because e = a * b, so de/da = b"
    assert "<math" in walked[5]._repr_html_()
    assert "<math" in walked._repr_html_()
    assert repr(walked) == "<Steps of 'L': 7>"


def test_one_node_has_one_step(Value):
    walked = steps(Value(2.0, label="a"))
    assert len(walked) == 1
    assert dict(walked[0].gradients) == {walked.root: 1.0}


def test_what_cannot_be_walked_is_an_error(Value):
    with pytest.raises(WrongType, match=r"steps\(\) walks back from a Value"):
        steps(3)
    a = Value(1.0)
    b = a * 2
    a._prev = (b,)
    with pytest.raises(GraphError):
        steps(b)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_text_fits_a_width(width, Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = (a * b + a) * a
    L.label = "L"
    lines = steps(L).text(width).splitlines()
    assert max(map(len, lines)) <= width
    assert str(steps(L)) == steps(L).text()


def test_a_long_pass_is_cut_when_it_is_printed(Value):
    walked = steps(graphs.recurrence(Value, 60))
    assert "more steps" in str(walked)
    assert len(str(walked).splitlines()) < 200


# ---- frames --------------------------------------------------------------------------------------


def texts(sheet):
    return [shape.text for shape in sheet.flat() if hasattr(shape, "text")]


def boxes(sheet):
    return [
        (shape.x, shape.y, shape.width, shape.height)
        for shape in sheet.flat()
        if hasattr(shape, "radius")
    ]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_nothing_moves_from_frame_to_frame(direction, Value):
    made = frames(graphs.reuse(Value), direction)
    assert len(made) == 7
    assert len({tuple(boxes(sheet)) for sheet in made}) == 1
    assert len({(sheet.width, sheet.height) for sheet in made}) == 1


def test_golden_frame(golden, Value):
    root = graphs.expression(Value)["L"]
    golden("drawing/frame.svg", svg.render(frames(root)[3]))


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_a_frame_rings_the_node_at_work_and_marks_its_edge(direction, Value):
    root = graphs.expression(Value)["L"]
    for number, sheet in enumerate(made := frames(root, direction)):
        shapes = sheet.flat()
        ring, *ribbon = shapes[: next(i for i, x in enumerate(shapes) if hasattr(x, "radius"))]
        role = "negative" if " = −" in texts(sheet)[-1] else "positive"
        assert {shape.role for shape in ribbon if hasattr(shape, "points")} <= {role}
        ring, ribbon = ring.points, [shape.points for shape in ribbon if hasattr(shape, "points")]
        (x, y), (right, low) = ring[0], ring[2]
        assert ring == ((x, y), (right, y), (right, low), (x, low))
        inner = (x + BORDER, y + BORDER, right - x - 2 * BORDER, low - y - 2 * BORDER)
        assert any(inner == pytest.approx(box) for box in boxes(sheet))
        assert bool(ribbon) == (number > 0)
        for one, two, three, four in ribbon:
            assert math.dist(one, four) == pytest.approx(RIBBON) == math.dist(two, three)
            assert math.dist(one, two) == pytest.approx(math.dist(four, three))
    nodes = {node for sheet in made for node in sheet.flat()[0].points}
    assert len(nodes) == 4 * 3  # L, d and e have operands


def test_gradients_fill_in(Value):
    root = graphs.expression(Value)["L"]
    root.backward()
    made = frames(root)
    empty = [texts(sheet).count("–") for sheet in made]
    assert empty == [6, 5, 4, 3, 2, 1, 0]
    assert texts(made[-2])[-1] == "5 of 6: e passes on to a:  −2.0000 × −3.0000 = 6.0000"
    assert root._prev[0].grad == -2.0


@pytest.mark.parametrize("name, kind", [("L.gif", "GIF"), ("L.png", "PNG"), ("L.apng", "PNG")])
def test_the_file_has_a_frame_for_each_step(name, kind, tmp_path, Value):
    image = pytest.importorskip("PIL.Image")
    root = graphs.expression(Value)["L"]
    before = states(root)
    path = animate(steps(root), tmp_path / name)
    assert path == str(tmp_path / name)
    with image.open(path) as file:
        assert file.format == kind
        assert file.n_frames == 7
        assert file.info.get("loop") == 0
    assert states(root) == before


def test_a_notebook_shows_an_animation(tmp_path, Value):
    pytest.importorskip("PIL.Image")
    path = animate(graphs.reuse(Value), tmp_path / "L.gif")
    bundle = path._repr_mimebundle_()
    assert bundle["text/plain"] == repr(str(tmp_path / "L.gif"))
    code = re.search('data:image/gif;base64,([^"]*)', bundle["text/html"])[1]
    assert base64.b64decode(code) == (tmp_path / "L.gif").read_bytes()
    (tmp_path / "L.gif").unlink()
    assert set(path._repr_mimebundle_()) == {"text/plain"}


def test_what_cannot_be_animated_is_an_error(tmp_path, Value, monkeypatch):
    root = graphs.reuse(Value)
    with pytest.raises(ChoiceError, match="ending"):
        animate(root, tmp_path / "L.mp4")
    with pytest.raises(WrongType):
        animate(3, tmp_path / "L.gif")
    with pytest.raises(ChoiceError, match="seconds"):
        animate(root, tmp_path / "L.gif", seconds=0)
    with pytest.raises(ChoiceError, match="at most 200 frames"):
        animate(graphs.recurrence(Value, 100), tmp_path / "L.gif")
    with pytest.raises(FileError):
        animate(root, "a\0.gif")
    with pytest.raises(FileError, match=r"the folder .* does not exist"):
        animate(root, tmp_path / "missing" / "L.gif")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match="pip install pillow"):
        animate(root, tmp_path / "L.gif")


@pytest.mark.parametrize("name", ["L.gif", "L.png"])
def test_the_last_frame_is_shown_three_times_as_long(name, tmp_path, Value):
    from PIL import Image

    animate(graphs.reuse(Value), tmp_path / name, seconds=0.2)
    with Image.open(tmp_path / name) as picture:
        durations = []
        for index in range(picture.n_frames):
            picture.seek(index)
            durations.append(picture.info["duration"])
    assert durations == [200] * (len(durations) - 1) + [600]
