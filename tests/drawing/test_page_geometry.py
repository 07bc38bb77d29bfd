"""What the page draws where: the room of names, what is redrawn, and where the focus goes."""

from __future__ import annotations

import contextlib
import itertools
import math
import operator
import random

import drawing_graphs as graphs
import pytest
from page_view import SHAPES, opened, said

from chainrule import Value, parameter, scope
from chainrule.drawing.view.scene import snapshot
from chainrule.table.ops import TABLE
from chainrule.table.rules import NUMBER, RULES
from chainrule.verdict.gradients.kinks import is_at_kink, kink_text
from chainrule.verdict.gradients.track import Track

pytestmark = pytest.mark.once

NAME = "a scope with a name of " + 8 * "so many letters, " + "step {}"
TITLE = NAME.format(1)


# ---- the room of names ---------------------------------------------------------------------------


def inside():
    """Two scopes in one, in which the first node lies too, and a node outside."""
    with scope("outer"):
        with scope("one"):
            x = parameter(0.5, label="w") * parameter(2.0, label="u") + 1.0
        with scope("two"):
            x = (x * parameter(2.0, label="v")).tanh()
    x = x + Value(3.0, label="x")
    x.label = "out"
    return x


def cut(name, most):
    """A name cut off in its middle."""
    if len(name) <= most:
        return name
    end = (most - 1) // 2
    return f"{name[: most - 1 - end]}…{name[-end:]}"


def letters(room, size):
    return max(3, math.floor(room / size / 0.62))


def test_a_large_pile_has_letters_and_a_name_of_its_size(modules):
    opened(modules, graphs.scoped(Value, 3, NAME))
    widths = (20, 156, 168, 203, 204.5, 300, 341, 613, 1500)
    sizes = list(itertools.product(widths, (30, 78, 84, 240, 900)))
    piles = modules.run(
        SHAPES
        + """return argument.map(([w, h]) => {
          v.scene.stacks.set(1, { x: 10, y: 20, w, h, isLarge: true });
          return look.stackShapes(v.scene, 1).map(written);
        })""",
        sizes,
    )
    for (wide, high), shapes in zip(sizes, piles, strict=True):
        size = max(13, min(high / 6, wide / 12))
        (words, (x, y, found)), *lines = (shape for shape in shapes if shape[0][0] == "text")
        name = cut(TITLE, letters(wide - 40, size))
        assert words == ["text", "ink", name, "middle", True, False]
        assert [x, y, found] == pytest.approx([10 + wide / 2, 20 + high / 2 - 0.1 * size, size])
        for row, (_, at) in enumerate(lines):
            down = 20 + high / 2 + size * (0.85 + 0.75 * row)
            assert at == pytest.approx([10 + wide / 2, down, 0.6 * size])


@pytest.mark.parametrize("is_far", [False, True])
def test_a_name_leaves_room_for_the_sign_beside_it(modules, is_far):
    opened(modules, graphs.scoped(Value, 3, NAME))
    widths = [20, 60, 66, 66.5, 90.3, 147, 148, 149, 155, 214, 400, 1500]
    found = modules.run(
        """const [widths, isFar] = argument, { scene } = v;
        const named = shapes => shapes.find(({ bold }) => bold).text;
        return widths.map(w => {
          const at = { x: 0, y: 0, w, h: 60 };
          scene.areaBoxes.set(1, at);
          scene.stacks.set(1, at);
          return [look.areaShapes(scene, 1, isFar), look.stackShapes(scene, 1)].map(named);
        })""",
        [widths, is_far],
    )
    for wide, (is_open, pile) in zip(widths, found, strict=True):
        assert is_open == cut(TITLE, letters(wide - 36, 24 if is_far else 12))
        assert pile == cut(TITLE, letters(wide - 34, 13))


@pytest.mark.parametrize("wide", [5, 22.4, 30, 37.3, 44.7, 80, 300])
def test_a_copy_has_the_label_the_mark_or_the_number_as_far_as_there_is_room(modules, wide):
    opened(modules, Value(2.0, label="a label of twenty two") * 3.25)
    found = modules.run(
        """const { scene } = v, { nodes } = v.graph, texts = [];
        const [leaf, constant] = [nodes.find(n => n.label), nodes.find(n => n.kind === "constant")];
        const copy = ({ index }) => look.copyShapes(scene, [index, 3, 4, argument, 18]);
        const write = () => texts.push(copy(constant)[1].text);
        const { mark, name } = constant;
        write();
        Object.assign(constant, { mark: "m", name: "" });
        write();
        Object.assign(constant, { mark: "m", name: "n" });
        write();
        Object.assign(constant, { mark, name });
        return [copy(leaf), texts]""",
        wide,
    )
    (pill, text), texts = found
    room = letters(wide, 12)
    assert [pill[key] for key in "xywhr"] == [3, 4, wide, 18, 9]
    assert text["text"] == cut("a label of twenty two", room)
    assert (text["x"], text["y"]) == pytest.approx((3 + wide / 2, 13 + 0.36 * 12))
    assert texts == [cut("3.2500", room), "m", "n"]


@pytest.mark.parametrize("collapsed", [[], [0], [12], [0, 3]])
def test_the_copies_of_the_first_node_are_there_too(modules, collapsed):
    w, x = Value(0.9, label="w"), Value(1.0, label="x")
    for step in range(14):
        with scope(f"step {step}"):
            x = (w * x).tanh()
    data = opened(modules, x)
    modules.run("v.scene.collapse(argument)", collapsed)
    copies, stacks = modules.value("[v.scene.copies, [...v.scene.stacks.values()]]")
    states = {tuple(state["collapsed"]): state for state in data["states"]}
    rows = states.get(tuple(collapsed), data["states"][0])["copies"]
    is_hidden = [
        tuple(collapsed) not in states
        and any(box["x"] <= x <= box["x"] + box["w"] and box["y"] <= y <= box["y"] + box["h"]
                for box in stacks)
        for _, x, y, *_ in rows
    ]  # fmt: skip
    expected = [row for row, hidden in zip(rows, is_hidden, strict=True) if not hidden]
    assert copies == [row for row in expected if row[0] >= 0]
    assert 0 in {row[0] for row in copies}


# ---- arrows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rankdir", "flow"), [("LR", (1, 0)), ("RL", (-1, 0)), ("TB", (0, 1)), ("BT", (0, -1))]
)
def test_arrows_and_their_beginnings_have_the_direction_of_the_edges(modules, rankdir, flow):
    opened(modules, graphs.reuse(Value), rankdir)
    forth, back, disc = modules.run(
        """const end = { x: 50, y: 80 }, { scene } = v;
        return [look.arrowhead(scene, end), look.arrowBack(scene, [50, 80], "back"),
          look.source(scene, end, "begin")]"""
    )
    dx, dy = flow
    for arrow, sign, role in ((forth, 1, "arrow"), (back, -1.5, "back")):
        tip, one, two = arrow["points"]
        assert (arrow["kind"], arrow["role"], tip) == ("area", role, [50, 80])
        foot = [50 - 7 * sign * dx, 80 - 7 * sign * dy]
        assert [(a + b) / 2 for a, b in zip(one, two, strict=True)] == pytest.approx(foot)
        across = [b - a for a, b in zip(one, two, strict=True)]
        assert [abs(x) for x in across] == pytest.approx([abs(6.6 * sign * d) for d in (dy, dx)])
    assert [disc[key] for key in "xywhr"] == [46 - dx * 3.5 - 0.5, 76 - dy * 3.5 - 0.5, 9, 9, 4.5]


# ---- what is redrawn -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_moving", [False, True])
def test_while_a_number_moves_only_what_is_in_the_window_is_written(modules, is_moving):
    opened(modules, graphs.tree(Value, 3), size=(300, 200))
    turns = modules.run(
        """const { scene, picture, camera, graph } = v, row = ({ x, y, w, h }) => [x, y, w, h];
        const boxes = [...scene.boxes.values()].map(row), turns = [];
        const ends = picture.labels.map(({ end }) => [end.x, end.y, 0, 0]);
        for (let turn = 100; turn < 140; turn++) {
          for (const node of graph.nodes)
            Object.assign(node, { data: turn + 0.5, partials: node.partials.map(_ => turn + 0.5) });
          Object.assign(camera, { k: 1, x: 1700 - 17 * turn, y: 2300 - 23 * turn });
          picture.refresh(null, argument);
          const isNew = drawn => Number(drawn.textContent) === turn + 0.5;
          turns.push([row(camera.view(0.1)), boxes.concat(ends),
            [...scene.boxes.keys()].map(one => picture.parts.get(one).data)
              .concat(picture.labels.map(({ drawn }) => drawn)).map(isNew)]);
        }
        return turns""",
        is_moving,
    )
    for (a, b, c, d), boxes, written in turns:
        expected = [
            not is_moving or (x < a + c and a < x + w and y < b + d and b < y + h)
            for x, y, w, h in boxes
        ]
        assert written == expected


def test_nodes_that_changed_are_written_and_no_others(modules):
    opened(modules, graphs.tree(Value, 2))
    code = """const { picture, graph } = v, text = one => picture.parts.get(one).data.textContent;
        for (const node of graph.nodes) node.data = 99;
        for (const node of graph.nodes) node.partials = node.partials.map(() => 77);
        picture.refresh(argument);
        return [graph.nodes.flatMap(({ index }) => text(index) === "99.0000" ? [index] : []),
          picture.labels.some(({ drawn }) => drawn.textContent === "77.0000")]"""
    assert modules.run(code, [1, 4]) == [[1, 4], False]
    modules.run("v.scene.collapse([]); v.rebuild()")


def test_the_camera_leans_from_the_giver_to_the_taker_if_both_are_there(modules):
    each = [[None, "one", "own"], [False, True], [False, True], [[], [1], [2], [1, 2]]]
    cases = list(itertools.product(*each))
    found = modules.run(
        """return argument.map(([event, near, isFitted, shown]) => {
          const told = [];
          const camera = { isFitted, reveal: (...all) => told.push(["reveal", ...all]),
                           lean: (...all) => told.push(["lean", ...all]) };
          const operand = event === "own" ? null : 1;
          const graph = { root: 2, event: event && { user: 2, operand } };
          const scene = { standsFor: [0, 1, 2], boxes: new Map(shown.map(one => [one, one])) };
          changes.keepInSight({ graph, scene, camera }, near);
          return told;
        })""",
        cases,
    )
    for (event, near, is_fitted, shown), told in zip(cases, found, strict=True):
        taker = 1 if event == "one" else 2
        expected = [["reveal", 2, near]] if 2 in shown else []
        if 2 in shown and taker in shown and not is_fitted:
            expected.append(["lean", 2, taker])
        assert told == expected


@pytest.mark.parametrize(
    ("label", "x", "words"),
    [
        ("x", 1e3, "e is the first node to become ∞."),
        ("y", -2.0, "r is the first node to become nan: sqrt needs x >= 0."),
        ("y", -math.inf, "y was set to −∞, which affects everything computed from it."),
        ("", math.nan, "a constant was set to nan, which affects everything computed from it."),
    ],
)
def test_the_notice_names_what_broke_and_what_it_needs(modules, label, x, words):
    e, r = Value(1.0, label="x").exp(), Value(4.0, label="y").sqrt()
    e.label, r.label = "e", "r"
    opened(modules, e * 2.0 + r)
    found = modules.run(
        """const node = v.graph.nodes.find(({ label, kind }) =>
          argument[0] ? label === argument[0] : kind === "constant");
        v.edit(node.index, argument[1]);
        return [v.notice.textContent, v.notice.hidden]""",
        [label, x],
    )
    assert found == [words, False]


@pytest.mark.parametrize("at", [None, 0, 1])
@pytest.mark.parametrize("step", [None, 0, 1])
@pytest.mark.parametrize("is_fitted", [False, True])
def test_a_step_judges_and_remembers_where_a_pass_begins_or_ends(modules, at, step, is_fitted):
    opened(modules, graphs.reuse(Value))
    found = modules.run(
        """const [at, step, isFitted] = argument, told = [];
        v.seek(at);
        const { picture, memory, camera } = v, before = v.verdicts;
        const { refresh } = picture, { record } = memory, { reveal } = camera;
        picture.refresh = which => told.push(which === null ? "all" : "some");
        memory.record = () => told.push("record");
        camera.reveal = () => told.push("reveal");
        camera.isFitted = isFitted;
        v.seek(step);
        Object.assign(picture, { refresh });
        Object.assign(memory, { record });
        Object.assign(camera, { reveal });
        if (before !== v.verdicts) told.push("judged");
        return told""",
        [at, step, is_fitted],
    )
    is_whole = at is None or step is None
    expected = ["all" if is_whole else "some"]
    expected += ["record"] * (step is None)
    expected += ["reveal"] * (not is_fitted and bool(step))
    assert found == expected + ["judged"] * is_whole


# ---- where the focus goes ------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [None, 0, 1])
@pytest.mark.parametrize("to", [0, 1, -1])
def test_what_is_walked_to_is_explained_while_something_is(modules, chosen, to):
    opened(modules, inside())
    modules.run("v.scene.collapse([0]); v.rebuild()")
    found = modules.run(
        """const [chosen, to] = argument, told = [], { scene, graph } = v;
        const app = {
          scene: { ...scene, neighbour: () => to, boxes: new Map([[5, "from"], [to, "box"]]) },
          camera: { reveal: (...all) => told.push(["reveal", ...all]) },
          picture: { highlight: () => told.push(["highlight"]) },
          choose: one => told.push(["choose", one]), say: words => told.push(["say", words]),
          focused: 5, chosen, graph, data: v.data,
        };
        folding.walk(app, 1, 0);
        return [told, app.focused, folding.thingWords(v, to)]""",
        [chosen, to],
    )
    told, focused, words = found
    is_told = ["say", words] if chosen is None or to < 0 else ["choose", to]
    assert told == [["reveal", "box", True], is_told, ["highlight"]] and focused == to


def test_the_words_of_a_scope_say_whether_it_is_folded(modules):
    data = opened(modules, inside())
    for collapsed in ([], [0], [1], [0, 1, 2], [1, 2]):
        modules.run("v.scene.collapse(argument); v.rebuild()", collapsed)
        shown = modules.value("[...v.scene.stacks.keys()]")
        for area, row in enumerate(data["areas"]):
            state = "collapsed scope" if area in shown else "scope"
            words = f"{state} {' / '.join(row['path'])}: {', '.join(row['lines'])}"
            assert modules.value("folding.thingWords(v, -1 - argument)", area) == words


@pytest.mark.parametrize("collapsed", [[], [0], [1], [2], [1, 2], [0, 1], [0, 1, 2]])
def test_a_scope_is_shown_without_those_around_it(modules, collapsed):
    data = opened(modules, inside())
    areas = data["areas"]
    for area, row in enumerate(areas):
        modules.run("v.scene.collapse(argument); v.rebuild(); v.camera.fit()", collapsed)
        modules.run("folding.showScope(v, argument)", area)
        around, up = set(), row["parent"]
        while up >= 0:
            around.add(up)
            up = areas[up]["parent"]
        left, focused = modules.value("[[...v.scene.collapsed], v.focused]")
        assert left == [one for one in collapsed if one not in around]
        first = modules.value("v.scene.standsFor[argument]", row["nodes"][0])
        assert focused == (-1 - area if area in left else first)
        box, (x, y, k) = modules.run(
            """const { scene, camera } = v;
            return [scene.stacks.get(argument) ?? scene.areaBoxes.get(argument),
              [camera.x, camera.y, camera.k]]""",
            area,
        )
        assert k == pytest.approx(min(1168 / box["w"], 668 / box["h"], 0.95))
        state = "collapsed scope" if area in left else "scope"
        assert said(modules).startswith(f"{state} {' / '.join(row['path'])}: ")
        assert x + box["x"] * k > -1 and x + (box["x"] + box["w"]) * k < 1201
        assert y + box["y"] * k > -1 and y + (box["y"] + box["h"]) * k < 701


@pytest.mark.parametrize("collapsed", [[], [1], [1, 2], [0, 2]])
def test_a_node_is_shown_without_the_scopes_that_hide_it(modules, collapsed):
    data = opened(modules, inside())
    for node in range(len(data["nodes"])):
        modules.run("v.scene.collapse(argument[0]); folding.unfold(v, argument[1])",
                    [collapsed, node])  # fmt: skip
        kept = [one for one in collapsed if node not in data["areas"][one]["nodes"]]
        assert modules.value("[...v.scene.collapsed]") == kept
        modules.run("v.scene.collapse(argument[0]); v.focused = argument[1]; v.rebuild();"
                    "folding.placeFocus(v)", [collapsed, node])  # fmt: skip
        assert modules.value("v.focused") == modules.value("v.scene.standsFor[argument]", node)


@pytest.mark.parametrize("name", ["w", "u", "v", "x", "out"])
def test_the_innermost_scope_around_the_focus_is_folded(modules, name):
    data = opened(modules, inside())
    index = [row.get("label") for row in data["nodes"]].index(name)
    around = [area for area, row in enumerate(data["areas"]) if index in row["nodes"]]
    inner = max(around, key=lambda area: len(data["areas"][area]["path"]), default=None)
    modules.run("v.focused = argument; folding.foldHere(v)", index)
    assert modules.value("[...v.scene.collapsed]") == ([] if inner is None else [inner])
    modules.run("folding.foldHere(v)")
    assert modules.value("[...v.scene.collapsed]") == []


@pytest.mark.parametrize(("is_fitted", "k"), [(False, 0.3), (False, 2.5), (True, 1)])
def test_a_folded_scope_stays_where_it_was_or_comes_into_sight(modules, is_fitted, k):
    opened(modules, inside())
    told = modules.run(
        """const [isFitted, k] = argument, told = [], { camera, scene } = v;
        const { fit, pan, reveal } = camera, tell = name => (...all) => told.push([name, ...all]);
        Object.assign(camera, { k, fit: tell("fit"), pan: tell("pan"), reveal: tell("reveal") });
        const at = () => scene.areaBoxes.get(0) ?? scene.stacks.get(0);
        const wish = [];
        for (let turn = 0; turn < 2; turn++) {
          const before = at();
          camera.isFitted = isFitted;
          v.fold(0);
          const after = at();
          if (isFitted) wish.push(["fit"]);
          else wish.push(["pan", (before.x - after.x) * k, (before.y - after.y) * k]);
          if (!isFitted && !turn) wish.push(["reveal", after]);
        }
        Object.assign(camera, { fit, pan, reveal });
        return [told, wish]""",
        [is_fitted, k],
    )
    assert told[0] == told[1]


# ---- numbers as in Python ------------------------------------------------------------------------


def test_a_track_hands_down_as_in_python(modules):
    rng = random.Random(3)
    deeds, ours = [], Track(5)
    for _ in range(40):
        many = rng.randrange(4)
        deed = [
            rng.uniform(-3, 3), rng.choice([0.0, 0.25, 1e-9]),
            [rng.randrange(5) for _ in range(many)],
            [rng.choice([None, rng.uniform(-2, 2)]) for _ in range(many)],
            [rng.choice([0.0, 0.125, 1e-12]) for _ in range(many)],
        ]  # fmt: skip
        deeds.append(deed)
        ours.hand_down(*deed)
    middle, width = modules.run(
        """const made = new track.Track(5, 4);
        for (const [gradient, width, operands, partials, errors] of argument)
          made.handDown(gradient, width, { operands, partials }, errors);
        return [made.middle, made.width]""",
        deeds,
    )
    assert (middle, width) == (ours.middle, ours.width)


KINKED = [name for name, row in TABLE.items() if row.kinks]
INFIX = {"pow": operator.pow, "mod": operator.mod, "floordiv": operator.floordiv}


def near_kinks(name):
    """The operation at its kinks, beside them in one operand, and further away."""
    for kink in TABLE[name].kinks:
        for slot, x in enumerate(kink.at):
            size = abs(x) or 1.0
            for by in (0.0, 1e-13, -4e-6, 0.25):
                numbers = [*kink.at[:slot], x + by * size, *kink.at[slot + 1 :]]
                operands = [Value(number) for number in numbers]
                with contextlib.suppress(ValueError, ZeroDivisionError):
                    yield (INFIX.get(name) or getattr(Value, name))(*operands)


@pytest.mark.parametrize("name", [*KINKED, "mul"])
def test_a_kink_is_found_and_worded_as_in_python(modules, name):
    roots = list(near_kinks(name)) or [Value(2.0) * 3.0]
    expected = []
    for root in roots:
        rule = RULES[NUMBER[root.op]]
        numbers = [float(x.data) for x in root._operands]
        exact = [kink.why for kink in TABLE[name].kinks if list(kink.at) == numbers]
        is_near = name != "mul" and is_at_kink(rule, numbers, root._partials)
        expected.append([is_near, next(iter(exact), None), kink_text(rule, numbers)])
    snapshots = [snapshot(root, "LR", True, 100) for root in roots]
    found = modules.run(
        """return argument.map(data => {
          const graph = new model.Graph(data), { root } = data, words = [graph, root];
          const isNear = kinks.isAtKink(...words);
          if (!graph.ops[graph.nodes[root].op]?.kinks?.length) return isNear;
          return [isNear, kinks.exactKink(...words)?.why ?? null, kinks.kinkWords(...words)];
        })""",
        snapshots,
    )
    assert found == (expected if name in KINKED else [False])
    has_kink = name not in ("mul", "heaviside")  # no gradient flows to the x of heaviside
    assert any(row[0] for row in expected) == has_kink
