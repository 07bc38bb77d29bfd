"""Views on a telephone: letters that can be read, and remarks that no edge crosses."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest

from chainrule import Value, nn, show

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SMALLEST = """Math.min(...[...v.root.querySelectorAll('.picture text')]
  .filter(text => text.textContent && text.getBoundingClientRect().width > 0)
  .map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
CROSSED = """[...v.root.querySelectorAll('.picture text[class^=verdict]')].filter(text => {
  const box = text.getBBox();
  return [...v.root.querySelectorAll('.picture path.edge, .picture polyline.edge')].some(edge => {
    const length = edge.getTotalLength();
    for (let at = 0; at <= length; at += 2) {
      const { x, y } = edge.getPointAtLength(at);
      if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return true;
    }
    return false;
  });
}).map(text => text.textContent)"""


def perceptron():
    return nn.MLP(3, [4, 1])([Value(0.5, label=f"x{number}") for number in range(3)])


@pytest.mark.parametrize(
    "make",
    [lambda: graphs.expression(Value)["L"], lambda: graphs.neuron(Value), perceptron],
    ids=["expression", "neuron", "perceptron"],
)
def test_a_view_opens_legibly(opened, make):
    made = opened(show(make()), **PHONE)
    assert made.run("v.scene.isUpright") and made.run(SMALLEST) >= 10


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_no_edge_crosses_a_verdict(opened, size, rankdir):
    root = graphs.neuron(Value)
    for number, node in enumerate(root._postorder()):
        node.grad = 1.25e-7 * number
    viewport = {"width": size[0], "height": size[1]}
    made = opened(show(root, rankdir=rankdir), viewport=viewport)
    words = made.run("v.root.querySelectorAll('.picture text[class^=verdict]').length")
    assert words >= 9 and made.run(CROSSED) == []
