"""Opening a view in Node, for the tests of the page's modules; and what they look at."""

from __future__ import annotations

import json

from chainrule import show

SHAPES = """const written = ({ kind, role, x, y, w, h, r, ...shape }) =>
  kind === "box" ? [["box", role, shape.cut, Boolean(shape.tint)], [x, y, w, h, r]]
  : kind === "text" ? [["text", role, shape.text, shape.anchor, Boolean(shape.bold),
      Boolean(shape.halo)], [x, y, shape.size]]
  : [[kind, role], shape.points.flat()];
"""
"""Code before which the page's shapes can be written as words and numbers."""


def opened(modules, root, rankdir="LR", *, settings=(), size=(1200, 700), **options):
    """Open a view of a graph in a window of this size; what Python sends to the page."""
    data = json.loads(json.dumps(show(root, rankdir=rankdir, **options).data))
    modules.run("open(argument[0], argument[1], ...argument[2])", [data, dict(settings), size])
    return data


def settle(modules):
    """Let frames pass until nothing is left to draw."""
    modules.run(
        "for (let n = 0; n < 3000 && page.frames.length; n++) page.frames.shift()();"
        "if (page.frames.length) throw new Error('it draws for ever')"
    )


def index_of(modules, label):
    """The number of the node with this label."""
    return modules.value("v.graph.nodes.findIndex(node => node.label === argument)", label)


def said(modules):
    """What was last said to a reader who can't see the picture."""
    return modules.value("v.live.textContent")


def press(modules, key, **more):
    """Press a key on the picture; whether the page took it for itself."""
    code = "return fire(v.stage, 'keydown', argument).isPrevented"
    return modules.run(code, {"key": key, **more})


def texts_of(modules, index):
    """What stands in a node's box in the picture: its numbers and its remark."""
    return modules.value(
        'v.picture.root.querySelectorAll(`[data-node="${argument}"]`)[0]'
        ".querySelectorAll('[text-anchor=\"end\"]').map(text => text.textContent)",
        index,
    )


def found_by(modules, words):
    """The names of the nodes that a search finds."""
    modules.run("v.search.input.value = argument; fire(v.search.input, 'input')", words)
    return modules.value("v.search.matches.map(index => v.graph.nameOf(index))")
