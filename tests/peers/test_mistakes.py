"""The same ten mistakes before chainrule, PyTorch and JAX: what each says is what the docs say."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

import chainrule as cr
from chainrule.testing import assert_gradients

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
jnp = jax.numpy
check_grads = pytest.importorskip("jax.test_util").check_grads

PAGE = Path(__file__).resolve().parents[2] / "docs" / "grading.md"


def rule(value, slope, *at):
    """An operation with a rule of its own, before the three; the rule gets its operands."""

    class Rule(torch.autograd.Function):
        @staticmethod
        def forward(context, *x):
            context.save_for_backward(*x)
            return value(torch, *x)

        @staticmethod
        def backward(context, g):
            return slope(torch, g, *context.saved_tensors)

    def custom(wrap, m):
        def f(x):
            return value(m, x)

        def g(x, y):
            return value(m, x, y)

        f = wrap(f if len(at) == 1 else g)
        f.defvjp(lambda *x: (value(m, *x), x), lambda x, g: slope(m, g, *x))
        return f

    ours, theirs = custom(cr.custom_vjp, cr), custom(jax.custom_vjp, jnp)
    return {
        "chainrule": lambda: assert_gradients(ours, *at),
        "PyTorch": lambda: torch.autograd.gradcheck(Rule.apply, tensors(at)),
        "JAX": lambda: check_grads(theirs, arrays(at), order=1, modes=["rev"]),
    }


def cut(value, *at):
    """A function that cuts a path off; it gets what does so."""
    return {
        "chainrule": lambda: assert_gradients(lambda x: value(cr.stop_gradient, x), *at),
        "PyTorch": lambda: torch.autograd.gradcheck(
            lambda *x: value(torch.Tensor.detach, *x), tensors(at)
        ),
        "JAX": lambda: check_grads(
            lambda *x: value(jax.lax.stop_gradient, *x), arrays(at), order=1, modes=["rev"]
        ),
    }


def trouble(value, *at):
    """A graph with numbers that aren't finite, or with gradients that vanish."""

    def ours():
        leaves = [cr.Value(x, label=name) for name, x in zip("xy", at)]
        root = value(cr, *leaves)
        root.backward()
        return cr.diagnose(root)

    def torchs():
        with torch.autograd.set_detect_anomaly(True):
            value(torch, *tensors(at)).backward()

    def jaxs():
        with jax.debug_nans(True), jax.debug_infs(True):
            jax.grad(lambda *x: value(jnp, *x), tuple(range(len(at))))(*arrays(at))

    return {"chainrule": ours, "PyTorch": torchs, "JAX": jaxs}


def tensors(at):
    return [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]


def arrays(at):
    return tuple(jnp.asarray(x, dtype=jnp.float64) for x in at)


MISTAKES = {
    "`tanh` by its input instead of its output": rule(
        lambda m, x: m.tanh(x), lambda m, g, x: (g * (1 - x * x),), 0.3
    ),
    "factors exchanged in `x * y`": rule(
        lambda m, x, y: x * y, lambda m, g, x, y: (g * x, g * y), 2.0, 3.0
    ),
    "the sign of `y` in `x - y`": rule(lambda m, x, y: x - y, lambda m, g, x, y: (g, g), 2.0, 3.0),
    "not multiplied by the gradient above": rule(
        lambda m, x: m.exp(x), lambda m, g, x: (m.exp(x),), 0.5
    ),
    "no gate in `relu`": rule(lambda m, x: (x + abs(x)) / 2, lambda m, g, x: (g,), -2.0),
    "one path cut off": cut(lambda stop, x: x * stop(x), 3.0),
    "`log` of 0": trouble(lambda m, x: m.log(x * 0.0), 2.0),
    "a norm at 0": trouble(lambda m, x, y: m.sqrt(x * x + y * y), 0.0, 0.0),
    "`exp` overflows": trouble(lambda m, x: m.log(m.exp(x * x)), 30.0),
    "a saturated `tanh`": trouble(lambda m, x: m.tanh(x * 50.0), 1.0),
}


def said(judge):
    """What a judge says, in one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = judge()
    except Exception as error:
        return " ".join(str(error).split())
    is_report = hasattr(result, "ok") and not result.ok
    return " ".join(str(result).split()) if is_report else "nothing"


def rows():
    """The table of the page: what the three say of each mistake."""
    text = PAGE.read_text("utf-8").partition("tests/peers/test_mistakes.py")[2]
    for line in text.partition("\n\n|")[2].partition("\n\n")[0].split("\n")[2:]:
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        yield name, dict(zip(("chainrule", "PyTorch", "JAX"), cells))


def test_the_page_has_every_mistake():
    assert [name for name, _ in rows()] == list(MISTAKES)


@pytest.mark.parametrize("judge", ["chainrule", "PyTorch", "JAX"])
@pytest.mark.parametrize("name", MISTAKES)
def test_what_the_page_says_is_said(name, judge):
    told = dict(rows())[name][judge].replace("`", "")
    with jax.enable_x64(True):
        actual = said(MISTAKES[name][judge])
    pattern = ".*".join(re.escape(part.strip()) for part in told.split("..."))
    assert re.fullmatch(pattern, actual), actual
