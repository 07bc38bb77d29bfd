"""Everything that `check` says of one wrong gradient, with its hints, in one file for a reader."""

from __future__ import annotations

import math

from chainrule import Value
from chainrule.verdict import check


def graph():
    """L = (tanh(a * b) + a) / c ** 3; a is used twice."""
    a, b, c = (Value(x, label=label) for x, label in ((0.7, "a"), (-1.3, "b"), (1.6, "c")))
    e = a * b
    t = e.tanh()
    s = t + a
    q = c**3
    L = s / q
    for node, label in ((e, "e"), (t, "t"), (s, "s"), (q, "q"), (L, "L")):
        node.label = label
    L.backward()
    return {node.label: node for node in (a, b, c, e, t, s, q, L)}


# the node, and its wrong gradient from the nodes by label
SLIPS = [
    ("e", lambda n: -n["e"].grad),
    ("q", lambda n: -n["q"].grad),
    ("a", lambda n: n["e"].grad * n["b"].data),
    ("a", lambda n: n["s"].grad + n["b"].data),
    ("a", lambda n: -n["e"].grad * n["b"].data + n["s"].grad),
    ("e", lambda n: 1 - n["t"].data ** 2),
    ("e", lambda n: n["t"].grad),
    ("e", lambda n: n["t"].grad * (1 - n["t"].data ** 2) ** 2),
    ("e", lambda n: n["t"].grad / (1 - n["t"].data ** 2)),
    ("e", lambda n: n["t"].grad ** 2 * (1 - n["t"].data ** 2)),
    ("e", lambda n: n["t"].grad * (1 - n["e"].data ** 2)),
    ("e", lambda n: n["t"].grad * (1 - n["t"].data)),
    ("e", lambda n: n["t"].grad * math.cos(n["e"].data)),
    ("e", lambda n: n["t"].grad * n["t"].data),
    ("e", lambda n: n["t"].grad + 1 - n["t"].data ** 2),
    ("b", lambda n: n["e"].grad * n["b"].data),
    ("q", lambda n: n["L"].grad / n["q"].data),
    ("q", lambda n: -n["s"].data / n["q"].data),
    ("c", lambda n: n["q"].grad * n["c"].data ** 2),
    ("c", lambda n: n["q"].grad * 3 * n["c"].data ** 3),
    ("c", lambda n: 2 * n["c"].grad),
    ("c", lambda n: n["c"].grad / 2),
    ("c", lambda n: 0.0),
    ("c", lambda n: n["c"].data),
    ("c", lambda n: n["b"].grad),
    ("c", lambda n: 1.7321 * n["c"].grad),
    ("c", lambda n: math.nan),
    ("L", lambda n: -1.0),
    ("L", lambda n: 2.0),
]  # fmt: skip


def test_what_is_said_of_every_mistake(golden):
    texts = []
    for label, slip in SLIPS:
        nodes = graph()
        node = nodes[label]
        right, wrong = node.grad, slip(nodes)
        node.grad = wrong
        verdict = check(nodes["L"]).verdicts[node]
        assert verdict.status == "wrong", (label, wrong, right)
        hints = "".join(f"\n    {hint}" for hint in verdict.hints)
        texts.append(f"{label} = {wrong:.6g} ({right:.6g}): {verdict.mistake}{hints}\n")
    nodes = graph()
    nodes["b"].grad, nodes["c"].grad = nodes["c"].grad, nodes["b"].grad
    texts.append(f"b and c exchanged: {check(nodes['L']).verdicts['b'].mistake}\n")
    golden("verdict/mistakes.txt", "\n".join(texts))
