"""Graphs that the drawing tests share: those of the seed notebook, and random ones."""

from __future__ import annotations

import random

from chainrule.drawing.layout.geometry import Vertex
from chainrule.graph.labels import parameter, scope


def expression(Value):
    """L = (a*b + c) * f, and its nodes by name."""
    a, b, c = Value(2, label="a"), Value(-3.0, label="b"), Value(10, label="c")
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    f = Value(-2, label="f")
    L = d * f
    L.label = "L"
    return {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "L": L}


def neuron(Value):
    """The notebook's neuron, o = tanh(x1*w1 + x2*w2 + b)."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8812735870195432, label="b")
    one, two = x1 * w1, x2 * w2
    one.label, two.label = "x1w1", "x2w2"
    both = one + two
    both.label = "x1w1+x2w2"
    n = both + b
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    return o


def reuse(Value):
    """f = (a*b) * (a+b): both leaves are used twice."""
    a, b = Value(-2.0, label="a"), Value(3.0, label="b")
    d, e = a * b, a + b
    d.label, e.label = "d", "e"
    f = d * e
    f.label = "f"
    return f


def recurrence(Value, steps=40):
    """x = tanh(x*w + b), with one w and one b for all steps."""
    w, b, x = Value(0.9, label="w"), Value(0.1, label="b"), Value(1.0, label="x")
    for _ in range(steps):
        x = (x * w + b).tanh()
    return x


def scoped(Value, count=3, name="step {}"):
    """A recurrence each of whose steps is a scope."""
    x = Value(1.0, label="x")
    for number in range(count):
        with scope(name.format(number)):
            x = (x * parameter(0.5) + 1.0).tanh()
    x.label = "out"
    return x


def network(Value):
    """A 2-3-1 network with a scope for each layer."""
    x = [Value(0.5, label="x1"), Value(-1.5, label="x2")]
    with scope("mlp"):
        for layer, (wide, units) in enumerate(((2, 3), (3, 1)), 1):
            with scope(f"layer{layer}"):
                out = []
                for unit in range(units):
                    s = parameter(0.0, label=f"b{unit}")
                    for number in range(wide):
                        s = (
                            s
                            + parameter(0.25 * (unit - number), label=f"w{unit}{number}")
                            * x[number]
                        )
                    out.append(s.tanh())
                x = out
    loss = (x[0] - 1.0) ** 2
    loss.label = "loss"
    return loss


def nested(Value):
    """Two scopes in one, and a node outside."""
    x = Value(1.0, label="x")
    with scope("outer"):
        with scope("one"):
            x = x * parameter(0.5, label="w") + 1.0
        with scope("two"):
            x = (x * 2.0).tanh()
            x.label = "t"
    x = x + 3.0
    x.label = "out"
    return x


def tree(Value, depth=5):
    """A full binary tree of products and sums."""
    row = [Value(float(leaf), label=f"v{leaf}") for leaf in range(2**depth)]
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [x * y if len(row) % 4 else x + y for x, y in pairs]
    return row[0]


def vertices(count, seed, scopes=(), leaves=0.3):
    """Random nodes for the layout alone, many of them used again and again."""
    random.seed(seed)
    rows = []
    for node in range(count):
        path = random.choice(scopes) if scopes else ()
        size = random.choice((60.0, 160.0, 240.0)), random.choice((26.0, 42.0, 90.0))
        if node < 2 or random.random() < leaves:
            rows.append(Vertex(*size, (), path, (40.0, 22.0)))
            continue
        many = random.choice((1, 2, 2, 2, 3))
        back = [min(node - 1, int(random.expovariate(0.2))) for _ in range(many)]
        rows.append(Vertex(*size, tuple(node - 1 - step for step in back), path))
    return rows


def labelled(root):
    """The graph, every inner node of it with a name, as the page shows unlabelled ones as v3."""
    for number, node in enumerate(root._postorder()):
        if not node.label and node.kind != "constant":
            node.label = f"n{number}"
    return root
