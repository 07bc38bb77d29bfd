"""What lies over the picture: rings, names and amounts of an explanation, and a step's edge."""

from __future__ import annotations

import itertools

import drawing_graphs as graphs
import pytest
from page_view import index_of, opened

from chainrule import Value

pytestmark = pytest.mark.once


def rings(modules):
    """The roles and the boxes of the rings."""
    return modules.value(
        "overlay.overlay(v).filter(shape => shape.kind === 'box' && shape.role !== 'chip')"
        ".map(({ role, x, y, w, h, r }) => [role, [x, y, w, h, r]])"
    )


def around(modules, thing, by):
    """The box of a ring."""
    x, y, w, h = modules.value("Object.values(v.scene.boxes.get(argument))", thing)
    return pytest.approx([x - by, y - by, w + 2 * by, h + 2 * by, 4 + by])


@pytest.mark.parametrize(("focused", "has_focus"), [(0, True), (0, False), (None, True)])
def test_a_node_has_a_ring_for_each_reason(modules, focused, has_focus):
    opened(modules, graphs.reuse(Value))
    some = [None, 0, 1]
    for k, chosen, hovered in itertools.product([0.05, 0.5, 2], some, some):
        state = {"chosen": chosen, "hovered": hovered, "focused": focused, "hasFocus": has_focus}
        modules.run("Object.assign(v, argument[0]); v.camera.k = argument[1]", [state, k])
        rows = [
            ("hovered", hovered if hovered != chosen else None, 3),
            ("chosen", chosen, 3),
            ("focused", focused if has_focus else None, 5),
        ]
        assert rings(modules) == [
            [role, around(modules, thing, max(grow, 0.7 * grow / k))]
            for role, thing, grow in rows
            if thing is not None
        ]


@pytest.mark.parametrize("k", [0.05, 0.2, 1])
def test_the_node_of_a_step_can_be_seen_from_afar(modules, k):
    opened(modules, graphs.reuse(Value))
    modules.run("v.graph.seek(2); v.camera.k = argument", k)
    user, operand = modules.value("[v.graph.event.user, v.graph.event.operand]")
    found = dict(rings(modules))
    for role, thing in (("giver", user), ("taker", operand)):
        w, h = modules.value("(({ w, h }) => [w, h])(v.scene.boxes.get(argument))", thing)
        by = max(3, 2.1 / k, (14 / k - min(w, h)) / 2 if role == "giver" else 0)
        assert found[role] == around(modules, thing, by)
    if k == 0.05:
        assert min(found["giver"][2:4]) * k >= 14


def test_a_collapsed_scope_has_one_ring(modules):
    opened(modules, graphs.nested(Value))
    inner = index_of(modules, "t")
    modules.run("v.fold(0); Object.assign(v, { chosen: argument, hasFocus: true })", inner)
    modules.run("v.focused = v.hovered = v.scene.standsFor[argument]", inner)
    assert modules.value("v.focused") < 0
    assert [role for role, _ in rings(modules)] == ["hovered"]
    modules.run("v.hovered = 999")
    assert [role for role, _ in rings(modules)] == ["chosen"]


@pytest.mark.parametrize(("k", "are_named"), [(0.499, False), (0.5, True), (1, True)])
@pytest.mark.parametrize("count", [3, 41])
def test_what_an_explanation_mentions_has_its_name(modules, k, are_named, count):
    w, before = Value(2.0), Value(3.0)
    x = w * before
    x.label = "x"
    opened(modules, sum(x * Value(float(n)) * 2.0 for n in range(count)))
    found, chosen = modules.run(
        """v.chosen = v.graph.nodes.findIndex(node => node.label === "x");
        v.camera.k = argument;
        const words = overlay.overlay(v).filter(shape => shape.kind === "text");
        return [words.map(({ text, x, y, ...more }) => [text, x, y, more]), v.chosen]""",
        k,
    )
    nodes = modules.value(
        "v.graph.nodes.map(({ users, operands, kind, name }) => ({ users, operands, kind, name }))"
    )
    assert len(nodes[chosen]["users"]) == count
    users = [user for user, _ in nodes[chosen]["users"][:40]]
    things = [chosen, *nodes[chosen]["operands"], *users]
    things += [operand for user in users for operand in nodes[user]["operands"]]
    mentioned = [
        thing
        for thing in dict.fromkeys(things)
        if not nodes[thing]["name"] and nodes[thing]["kind"] != "constant"
    ]
    expected = modules.value(
        "argument.map(i => [v.graph.nameOf(i), v.scene.boxes.get(i)])"
        ".map(([name, { x, y }]) => [name, x + 1, y - 8])",
        mentioned if are_named else [],
    )
    assert [row[:3] for row in found] == expected
    assert len(expected) == are_named * (2 + 2 * min(count, 40))
    more = {"kind": "text", "size": 12, "role": "soft", "anchor": "start", "halo": True}
    assert all(row[3] == {**more, "bold": True} for row in found)


@pytest.mark.parametrize(("k", "are_told"), [(0.499, False), (0.5, True)])
def test_each_step_tells_the_amount_that_it_adds(modules, k, are_told):
    a, b, c = Value(0.0, label="a"), Value(-2.0, label="b"), Value(5.0, label="c")
    opened(modules, a * b * c)
    modules.run("v.camera.k = argument", k)
    told = {}
    for step in range(1, modules.value("v.graph.length") + 1):
        found = modules.run(
            """v.graph.seek(argument);
            const chips = overlay.overlay(v).filter(({ role }) => role.startsWith("chip"));
            const { operand, user, slot } = v.graph.event ?? {};
            const amount = v.graph.event && operand !== null
              ? v.graph.nodes[user].grad * v.graph.nodes[user].partials[slot] : null;
            return [chips, operand ?? v.graph.root, amount]""",
            step,
        )
        chips, thing, amount = found
        if not are_told or not chips:
            assert chips == []
            continue
        border, words = chips
        label = modules.value("v.graph.nodes[argument].label", thing)
        told[label] = words["text"]
        written = modules.value("numbers.formatNumber(argument)", amount)
        assert amount is None or words["text"] == ("+" if amount >= 0 else "") + written
        wide = 7.2 * len(words["text"]) + 12
        at = modules.value("v.scene.boxes.get(argument)", thing)
        assert [border[side] for side in "xywhr"] == pytest.approx(
            [at["x"] + max(at["w"] + 3 - wide, 34), at["y"] - 13, wide, 17, 8.5]
        )
        assert [words["x"], words["y"]] == pytest.approx([border["x"] + wide / 2, at["y"] - 0.2])
    if are_told:
        assert told["b"].startswith("+0") and told["a"].startswith("−10")


@pytest.mark.parametrize("above", [0, 1])
def test_an_amount_avoids_the_remark_of_any_node_above(modules, above):
    opened(modules, Value(2.0, label="x") * Value(3.0, label="w"))
    top, low, high = modules.run(
        """const { boxes } = v.scene, below = 1 - argument, at = boxes.get(below);
        v.edit(argument, 5);
        while (v.graph.event?.operand !== below) v.seek((v.graph.at ?? 0) + 1);
        v.camera.show(at, 1);
        boxes.set(argument, { ...at, y: at.y - at.h - 20 });
        const chip = overlay.overlay(v).find(shape => shape.role === "chip");
        return [chip.y, at.y + at.h - 3, at.y - 13]""",
        above,
    )
    assert low != high
    assert top == low


def test_an_amount_stays_above_a_node_that_has_a_remark_of_its_own(modules):
    opened(modules, Value(2.0, label="x") * Value(3.0, label="w"))
    found = modules.run(
        """const { boxes } = v.scene;
        for (const index of [0, 1]) v.edit(index, 5 + index);
        return [0, 1].map(index => {
          const at = boxes.get(index);
          v.graph.seek(0);
          while (v.graph.event?.operand !== index) v.graph.seek(v.graph.at + 1);
          const before = boxes.get(1 - index);
          boxes.set(1 - index, { ...at, y: at.y - at.h - 20 });
          const [chip] = overlay.overlay(v).filter(({ role }) => role === "chip");
          boxes.set(1 - index, before);
          return chip.y - at.y;
        })"""
    )
    assert found == [-13, -13]


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_a_step_is_marked_along_the_edge_from_a_collapsed_scope_too(modules, rankdir):
    opened(modules, graphs.nested(Value) * Value(2.0, label="z"), rankdir)
    rows = modules.run(
        """v.fold(0);
        const rows = [];
        for (let step = 1; step <= v.graph.length; step++) {
          v.graph.seek(step);
          const way = overlay.overlay(v).find(({ role }) => role === "flow");
          if (!way) continue;
          const { user, slot } = v.graph.event, end = v.scene.endOf.get(`${user} ${slot}`);
          const [x, y] = way.points[0];
          rows.push([end.source, geometry.holds(v.scene.boxes.get(end.source), x, y)]);
        }
        return rows"""
    )
    assert {source < 0 for source, _ in rows} == {True, False}
    assert all(is_on for _, is_on in rows)


@pytest.mark.parametrize("rankdir", ["TB", "BT"])
def test_the_ring_of_a_stacked_node_holds_its_remark(modules, rankdir):
    opened(modules, graphs.reuse(Value), rankdir)
    modules.run("for (const index of [0, 1]) v.edit(index, 5); v.camera.k = 1")
    for index in (0, 1, 2):
        modules.run("v.chosen = null; v.hovered = argument", index)
        rows = dict(rings(modules))
        at, high = modules.run(
            """const remark = look.changing(v.graph, argument, v.verdicts).remark[0];
            const lines = writing.linesOf(v.graph.nodes[argument], remark);
            return [v.scene.boxes.get(argument), 13 * lines.length]""",
            index,
        )
        assert high >= 13
        top = at["y"] - (high if rankdir == "BT" else 0)
        assert rows["hovered"] == pytest.approx(
            [at["x"] - 3, top - 3, at["w"] + 6, at["h"] + high + 6, 7]
        )


@pytest.mark.parametrize(
    ("state", "roles"),
    [
        ("", ["chosen-edge", "chosen-edge"]),
        ("v.graph.seek(0)", []),
        ("v.graph.seek(1)", []),
        ("v.graph.seek(v.graph.length)", []),
    ],
)
def test_the_edges_of_a_chosen_node_are_marked_outside_a_pass(modules, state, roles):
    opened(modules, graphs.reuse(Value))
    found = modules.run(
        f"""{state};
        v.chosen = v.graph.nodes.findIndex(node => node.label === "a");
        const ways = overlay.overlay(v).filter(({{ kind, role }}) =>
          kind === "way" && role !== "flow");
        return ways.map(({{ role }}) => role)"""
    )
    assert found == roles
