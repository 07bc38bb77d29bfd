"""The PyTorch code of the playground, against the graph it belongs to."""

from __future__ import annotations

import pytest

from chainrule.playground import code
from chainrule.playground.answer import answer
from chainrule.playground.examples import EXAMPLES
from chainrule.playground.program import read

torch = pytest.importorskip("torch")

ONE_BY_ONE = [
    f"L = {call}"
    for call in (
        "abs(a)", "atan2(a, b)", "ceil(a)*b", "clip(a, -1, 0.5)", "copysign(a, -2)", "erf(a)",
        "elu(-a)", "floor(a)*b", "fmax(a, 0.2)", "fmin(a, 0.2)", "fmod(a, 0.3)", "gelu(a)",
        "hypot(a, b)", "leaky_relu(-a)", "leaky_relu(-a, 0.3)", "lgamma(a)",
        "log1p(a)", "logaddexp(a, b)", "max(a, 0)", "min(a, b)", "mish(a)", "mod(a, 0.3)",
        "pow(a, 3)", "rint(a)*b", "selu(-a)", "silu(a)", "sinc(a)", "softplus(a)", "xlogy(a, b)",
        "xlog1py(a, b)", "a // 0.3 * b", "a % 0.3", "2**a", "pi*a", "digamma(a)", "exp2(a)",
    )
]  # fmt: skip


@pytest.mark.parametrize("text", [*(each.text for each in EXAMPLES), *ONE_BY_ONE])
def test_the_same_numbers(text):
    told, starts = answer(text), read(text).starts
    space = {"torch": torch}
    for name, x in starts.items():
        space[name] = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    for line in told["lines"]:
        space[line["name"]] = eval(line["torch"], space)
    space[told["root"]].backward()
    assert not told["lacking"]
    for node in told["graph"]["nodes"]:
        name = node.get("label")
        if name == told["root"]:
            assert space[name].item() == pytest.approx(node["data"], rel=1e-12)
        if name in starts:
            grad = space[name].grad
            expected = pytest.approx(
                node["grad"], rel=1e-9, abs=1e-14
            )  # its trigamma has 10 digits
            assert (0.0 if grad is None else grad.item()) == expected


def test_every_function_has_a_name_in_pytorch_or_is_said_to_lack_one():
    for name, theirs in code.TORCH.items():
        space = torch
        for part in theirs.split(".")[1:]:
            space = getattr(space, part)
        assert callable(space), name
