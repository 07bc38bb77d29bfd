"""Layouts compared with those of C Graphviz, for the same boxes and scopes in the same direction.

A point of Graphviz counts as one of our pixels.
"""

from __future__ import annotations

import random
import shutil
import subprocess

import drawing_graphs as graphs
import pytest

import chainrule
from chainrule import Value, nn
from chainrule.drawing import draw_dot
from chainrule.drawing.shapes.arrangement import Arrangement

pytestmark = pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz isn't installed")


def attention():
    query = [Value(0.1, label="q0"), Value(0.2, label="q1")]
    keys = [[Value(0.2 * row + column) for column in range(2)] for row in range(3)]
    scores = [(query[0] * one + query[1] * two).exp() for one, two in keys]
    total = scores[0] + scores[1] + scores[2]
    parts = [score / total * Value(1.0 + row) for row, score in enumerate(scores)]
    return parts[0] + parts[1] + parts[2]


def softmax_loss():
    powers = [Value(float(x), label=f"x{x}").exp() for x in range(4)]
    return -(powers[2] / (powers[0] + powers[1] + powers[2] + powers[3])).log()


def robot_arm():
    a, b = Value(0.3, label="a"), Value(0.7, label="b")
    x = 2 * chainrule.cos(a) + chainrule.cos(a + b)
    y = 2 * chainrule.sin(a) + chainrule.sin(a + b)
    return (x - 1) ** 2 + (y - 2) ** 2


def option_price():
    s, k, t, r, v = (Value(1.0 + x, label=name) for x, name in enumerate("SKTrv"))
    d1 = ((s / k).log() + (r + v**2 / 2) * t) / (v * t**0.5)
    d2 = d1 - v * t**0.5
    return s * chainrule.sigmoid(d1) - k * (-r * t).exp() * chainrule.sigmoid(d2)


def roots_of_a_parabola():
    a, b, c = Value(1.0, label="a"), Value(-3.0, label="b"), Value(2.0, label="c")
    return (-b + (b**2 - 4 * a * c).sqrt()) / (2 * a)


def mixed():
    random.seed(1)
    nodes = [Value(random.random(), label=name) for name in "abcd"]
    for _ in range(20):
        x, y = random.choice(nodes[-5:]), random.choice(nodes)
        nodes.append(random.choice((x * y, x + y, (x - y).tanh())))
    return nodes[-1]


def perceptron():
    random.seed(0)
    return nn.MLP(2, [3, 1])([Value(0.5, label="x0"), Value(-0.5, label="x1")])


GRAPHS = {
    "expression": lambda: graphs.expression(Value)["L"],
    "neuron": lambda: graphs.neuron(Value),
    "reuse": lambda: graphs.reuse(Value),
    "network": lambda: graphs.network(Value),
    "recurrence": lambda: graphs.recurrence(Value, 8),
    "tree": lambda: graphs.tree(Value, 4),
    "attention": attention,
    "softmax": softmax_loss,
    "robot": robot_arm,
    "option": option_price,
    "parabola": roots_of_a_parabola,
    "mixed": mixed,
    "perceptron": perceptron,
}


def source_for(drawing):
    """The same boxes, circles and scopes in DOT."""
    arrangement = Arrangement(drawing.picture, drawing.rankdir)
    cards = drawing.picture.cards
    rows = [f'digraph {{ rankdir={drawing.rankdir} node [shape=box fixedsize=true label=""]']
    members = {}
    for index, (card, size) in enumerate(zip(cards, arrangement.measures, strict=True)):
        rows.append(f"n{index} [width={size.width / 72} height={size.height / 72}]")
        members.setdefault(card.scope, []).append(f"n{index}")
        if card.operands:
            rows.append(f"o{index} [width={size.op_width / 72} height={size.op_height / 72}]")
            rows += [f"n{operand} -> o{index}" for operand in card.operands]
            rows.append(f"o{index} -> n{index}")
            members[card.scope].append(f"o{index}")
    paths = sorted({path[:depth] for path in members for depth in range(len(path) + 1)})
    closing = []
    for number, path in enumerate(paths):
        while len(closing) > len(path) - 1 and closing:
            rows.append(closing.pop())
        if path:
            rows.append(f'subgraph cluster{number} {{ label="{path[-1]}"')
            closing.append("}")
        rows.append("; ".join(members.get(path, [])))
    return "\n".join([*rows, *closing, "}"])


def size_by_graphviz(source):
    done = subprocess.run(
        ["dot", "-Tplain"], input=source, capture_output=True, text=True, timeout=60, check=True
    )
    _, _, width, height = done.stdout.splitlines()[0].split()
    return 72 * float(width), 72 * float(height)


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_no_larger_than_graphviz(direction):
    ratios = {}
    for name, make in GRAPHS.items():
        drawing = draw_dot(make(), direction)
        layout = Arrangement(drawing.picture, direction).layout
        width, height = layout.length, layout.breadth
        width, height = (height, width) if direction == "TB" else (width, height)
        other = size_by_graphviz(source_for(drawing))
        ratios[name] = width / other[0], width * height / (other[0] * other[1])
        print(f"{direction} {name:12} width {ratios[name][0]:.2f}, area {ratios[name][1]:.2f}")
    for measure in range(2):
        larger = [name for name, ratio in ratios.items() if ratio[measure] > 1.005]
        assert len(larger) <= 2, larger
        assert all(ratio[measure] < 1.35 for ratio in ratios.values())
