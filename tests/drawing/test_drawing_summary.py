"""Graphs too large to be drawn node by node."""

from __future__ import annotations

import time

import drawing_graphs as graphs

from chainrule import Value
from chainrule.drawing import draw_dot
from chainrule.graph.labels import scope


def lines(root, **options):
    return str(draw_dot(root, **options)).splitlines()


def test_a_graph_is_summarised_above_the_limit():
    x = graphs.recurrence(Value, 5)
    assert "collapsed" not in str(draw_dot(x))
    assert lines(x, max_nodes=5)[0] == "18 nodes, collapsed by depth"
    assert "collapsed" not in str(draw_dot(x, max_nodes=5, detail="all"))
    assert lines(x, detail="summary")[0] == "18 nodes, collapsed by depth"
    assert repr(draw_dot(x, detail="summary")).endswith("collapsed by depth>")


def test_a_large_graph_takes_time_like_its_size_and_little_room():
    x = graphs.recurrence(Value, 70_000)
    start = time.perf_counter()
    made = draw_dot(x)
    svg = made.pipe()
    assert time.perf_counter() - start < 20.0  # 0.5 s on a machine of its own
    assert len(svg) < 40_000
    said = str(made)
    assert said.startswith("210,003 nodes, collapsed by depth")
    assert said.count("nodes  ") == 8
    for kind in ("png", "pdf", "dot"):
        assert made.pipe(kind)


def test_scopes_become_boxes_with_counts():
    said = lines(graphs.network(Value), detail="summary")
    assert said[0] == "41 nodes, collapsed by scope"
    assert any("mlp / layer1" in line and "9 parameters" in line for line in said)
    assert any("← mlp / layer1  3" in line for line in said)


def test_scopes_that_feed_one_another_become_one_box():
    x = Value(1.0)
    for _ in range(5):
        with scope("one"):
            x = x + 1
        with scope("two"):
            x = x * 2
    with scope("head"):
        x = x.tanh()
    said = lines(x, detail="summary")
    assert any(line.strip().startswith("one, two") for line in said)
    assert any(line.strip().startswith("head") for line in said)


def test_more_scopes_than_boxes_are_summarised_by_depth():
    x = Value(1.0)
    for number in range(100):
        with scope(f"step{number}"):
            x = x * 1.5
    said = lines(x, detail="summary")
    assert said[0].endswith("collapsed by depth")
    assert len(said) < 40


def test_counts_add_up():
    x = graphs.recurrence(Value, 123)
    said = "\n".join(lines(x, detail="summary")[1:])
    import re

    assert sum(int(count.replace(",", "")) for count in re.findall(r"([\d,]+) nodes", said)) == 372
    assert sum(int(count) for count in re.findall(r"(\d+) tanh", said)) == 123


def test_a_single_value_can_be_summarised():
    assert lines(Value(1.0), detail="summary")[1].split() == [
        "depth",
        "0",
        "1",
        "node",
        "1",
        "leaf",
    ]


def test_a_scoped_summary_is_well_formed_with_any_name():
    from xml.etree import ElementTree

    with scope("<b>&\x00"):
        x = Value(1.0) + 2
    x = x * 3
    text = draw_dot(x, detail="summary").pipe("svg", "utf-8")
    ElementTree.fromstring(text)
    assert "<b>" not in text
