"""PyTorch in float64: every row at its probes and its kinks, and a small network."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from chainrule.engine.dispatch import apply
from chainrule.table.rules import NUMBER

torch = pytest.importorskip("torch")

special = torch.special
functional = torch.nn.functional
SPELT = {
    "div": torch.div,
    "floordiv": lambda x, y: torch.div(x, y, rounding_mode="floor"),
    "mod": torch.remainder,
    "neg": torch.neg,
    "acos": torch.acos,
    "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    "min": torch.minimum,
    "max": torch.maximum,
    "erf": special.erf,
    "where": lambda x, y, z: torch.where(x != 0, y, z) + 0 * x,
    "leaky_relu": lambda x, y: torch.where(x > 0, x, y * x),
    "elu": lambda x, y: torch.where(x > 0, x, y * torch.expm1(torch.where(x > 0, 0 * x, x))),
    "silu": functional.silu,
    "mish": functional.mish,
    "rint": torch.round,
    "gelu": functional.gelu,
    "softplus": functional.softplus,
    "relu": torch.relu,
}
# At a kink the composed ones above would be judged by their parts; these are PyTorch's own.
OWN = {
    "leaky_relu": lambda x, y: functional.leaky_relu(x, float(y.detach())),
    "elu": lambda x, y: functional.elu(x, float(y.detach())),
}


NOT_COMPARED = {
    "gamma", "beta", "betaln", "xlog1py", "sinc_derivative",  # it has no such function
    "heaviside", "polygamma",  # not differentiated, or not in tensors
    "digamma", "sinc", "lgamma",  # its slopes are less accurate than a float allows
}  # fmt: skip
"""These are compared with mpmath alone."""


def both(row, point, theirs):
    x = [torch.tensor(float(p), dtype=torch.float64, requires_grad=True) for p in point]
    out = theirs(*x)
    if out.requires_grad:
        out.backward()
    return float(out.detach()), [None if v.grad is None else float(v.grad) for v in x]


def ours(Value, row, point):
    x = [Value(float(p)) for p in point]
    out = apply(NUMBER[row.name], *x)
    out.backward()
    return out.data, [v.grad for v in x]


def test_value_and_gradient_at_the_probes(Value, row, point):
    if row.name in NOT_COMPARED:
        return
    theirs = SPELT.get(row.name) or getattr(torch, row.name)
    value, grads = both(row, point, theirs)
    data, ours_ = ours(Value, row, point)
    assert math.isclose(data, value, rel_tol=1e-13)
    for a, b in zip(ours_, grads):
        assert math.isclose(a, b or 0.0, rel_tol=1e-12, abs_tol=1e-15)


NOT_PYTORCHS = {"cbrt"}  # it has no cube root; the row says IEEE 754


def test_kinks_are_pytorchs(Value, row, kink):
    if row.name in NOT_COMPARED:
        return
    if row.name in NOT_PYTORCHS:
        assert "PyTorch" not in kink.why
        return
    theirs = OWN.get(row.name) or SPELT.get(row.name) or getattr(torch, row.name)
    _, grads = both(row, kink.at, theirs)
    _, ours_ = ours(Value, row, kink.at)
    for a, b in zip(ours_, grads):
        if b is not None:  # a parameter that PyTorch does not differentiate by
            assert a == b or (math.isnan(a) and math.isnan(b))


def test_a_network_has_the_same_loss_and_gradients(Value):
    draw = random.Random(1)
    sizes = [3, 8, 8, 1]
    weights = [
        [[draw.gauss(0, 0.5) for _ in range(m + 1)] for _ in range(n)]
        for m, n in itertools.pairwise(sizes)
    ]
    x = [0.3, -1.2, 0.7]

    def run(number, tanh):
        live = [[[number(w) for w in row] for row in layer] for layer in weights]
        signal = x
        for layer in live:
            signal = [tanh(sum((w * s for w, s in zip(row, signal)), row[-1])) for row in layer]
        loss = (signal[0] - 0.25) ** 2
        loss.backward()
        return loss, [w.grad for layer in live for row in layer for w in row]

    loss, grads = run(Value, lambda v: v.tanh())
    theirs, wanted = run(
        lambda w: torch.tensor(w, dtype=torch.float64, requires_grad=True), torch.tanh
    )
    assert math.isclose(loss.data, float(theirs.detach()), rel_tol=1e-12)
    for a, b in zip(grads, wanted):
        assert math.isclose(a, float(b), rel_tol=1e-10, abs_tol=1e-16)
