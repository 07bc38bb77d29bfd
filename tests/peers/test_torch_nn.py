"""Activations, layers and losses against PyTorch: values and gradients, random shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

import chainrule as cr
from chainrule import Value, nn
from chainrule.nn import losses

torch = pytest.importorskip("torch")
functional = torch.nn.functional

size = st.integers(1, 4)
seeds = st.integers(0, 2**32 - 1)


def tensor(x):
    return torch.tensor(np.asarray(x, dtype=float), dtype=torch.float64, requires_grad=True)


def values(x):
    return [values(row) for row in x] if np.ndim(x) else Value(float(x))


def flat(x):
    return [v for row in x for v in flat(row)] if isinstance(x, list) else [x]


def agree(ours, theirs):
    theirs = np.asarray(theirs.detach() if hasattr(theirs, "detach") else theirs)
    np.testing.assert_allclose(np.asarray(ours, dtype=float), theirs, rtol=1e-12, atol=1e-12)


def compare(ours, theirs, *inputs):
    """A function of arrays, and PyTorch's: the values, and the gradients of a weighted sum."""
    leaves, tensors = [values(x) for x in inputs], [tensor(x) for x in inputs]
    out, expected = flat(ours(*leaves)), theirs(*tensors)
    agree([v.data for v in out], expected.reshape(-1))
    weights = [1.0 + k for k in range(len(out))]
    sum(w * v for w, v in zip(weights, out)).backward()
    (expected.reshape(-1) * torch.tensor(weights, dtype=torch.float64)).sum().backward()
    for mine, other in zip(leaves, tensors):
        agree([v.grad for v in flat(mine)], other.grad.reshape(-1))


def draw(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape) * 2


# ---- activations and functions -------------------------------------------------------------------

ACTIVATIONS = {
    "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": functional.gelu,
    "silu": functional.silu, "leaky_relu": functional.leaky_relu, "elu": functional.elu,
    "selu": functional.selu, "softplus": functional.softplus, "mish": functional.mish,
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(size, size, seeds)
def test_layers_of_neurons(name, nin, nout, seed):
    layer = nn.Layer(nin, nout, activation=name, seed=seed)
    w = tensor([[p.data for p in n.w] for n in layer.neurons])
    b = tensor([n.b.data for n in layer.neurons])
    compare(layer, lambda x: ACTIVATIONS[name](functional.linear(x, w, b)), draw(seed, nin))


@given(size, st.lists(size, min_size=1, max_size=3), seeds)
def test_networks_and_the_gradients_of_their_parameters(nin, nouts, seed):
    net = nn.MLP(nin, nouts, activation="tanh", seed=seed)
    ours, theirs = [], []
    state = net.state_dict()
    x = draw(seed, nin)

    def forward(x):
        for i, layer in enumerate(net.layers):
            w = tensor([state[f"layers.{i}.neurons.{k}.w"] for k in range(len(layer.neurons))])
            b = tensor([state[f"layers.{i}.neurons.{k}.b"] for k in range(len(layer.neurons))])
            theirs.append((w, b))
            x = functional.linear(x, w, b)
            x = torch.tanh(x) if i < len(nouts) - 1 else x
        return x

    compare(net, forward, x)
    for layer, (w, b) in zip(net.layers, theirs):
        ours = [[p.grad for p in n.w] for n in layer.neurons]
        agree(ours, w.grad)
        agree([n.b.grad for n in layer.neurons], b.grad)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(size, seeds)
def test_softmax(name, n, seed):
    compare(getattr(nn, name), lambda x: getattr(functional, name)(x, dim=-1), draw(seed, n))


@given(size, size, seeds)
def test_normalisations(rows, n, seed):
    x, w, b = draw(seed, rows, n), draw(seed + 1, n), draw(seed + 2, n)
    # In a row of nearly equal numbers the difference from the mean loses its digits, in both.
    assume(n == 1 or np.ptp(x, axis=1).min() > 0.1)
    compare(nn.layer_norm, lambda x, w, b: functional.layer_norm(x, (n,), w, b), x, w, b)
    compare(nn.rms_norm, lambda x, w: functional.rms_norm(x, (n,), w, eps=1e-5), x, w)
    compare(nn.LayerNorm(n), torch.nn.LayerNorm(n, dtype=torch.float64), x)
    compare(nn.RMSNorm(n), torch.nn.RMSNorm(n, eps=1e-5, dtype=torch.float64), x)


@given(size, size, size, st.booleans(), seeds)
def test_linear(rows, nin, nout, bias, seed):
    layer = nn.Linear(nin, nout, bias, seed=seed)
    state = layer.state_dict()
    w, b = tensor(state["w"]), tensor(state["b"]) if bias else None
    compare(layer, lambda x: functional.linear(x, w, b), draw(seed, rows, nin))


@given(size, size, st.lists(st.integers(0, 3), min_size=1, max_size=5), seeds)
def test_embeddings(extra, width, indices, seed):
    layer = nn.Embedding(3 + extra, width, seed=seed)
    w = tensor(layer.state_dict()["w"])
    out, expected = flat(layer(indices)), functional.embedding(torch.tensor(indices), w)
    agree([v.data for v in out], expected.reshape(-1))
    sum(v * v for v in out).backward()
    (expected**2).sum().backward()
    agree([v.grad for row in layer.w for v in row], w.grad.reshape(-1))


@given(size, size, size, size, st.booleans(), seeds)
def test_attention(T, S, d, e, causal, seed):
    S = T if causal else S
    shapes = ((T, d), (S, d), (S, e))
    q, k, v = (draw(seed + i, *shape) for i, shape in enumerate(shapes))
    compare(
        lambda *x: nn.attention(*x, causal=causal),
        lambda *x: functional.scaled_dot_product_attention(*x, is_causal=causal),
        q, k, v,
    )  # fmt: skip


@given(size, st.integers(1, 3), st.integers(1, 3), st.booleans(), seeds)
def test_attention_of_several_heads(T, heads, width, causal, seed):
    layer = nn.MultiHeadAttention(heads * width, heads, causal=causal, seed=seed)
    peer = torch.nn.MultiheadAttention(heads * width, heads, bias=False, dtype=torch.float64)
    state = {name: torch.tensor(x) for name, x in layer.state_dict().items()}
    maps = [
        torch.cat([state[f"heads.{k}.{name}.w"] for k in range(heads)])
        for name in ("query", "key", "value")
    ]
    peer.load_state_dict({"in_proj_weight": torch.cat(maps), "out_proj.weight": state["output.w"]})
    mask = torch.triu(torch.ones(T, T, dtype=torch.bool), 1) if causal else None
    compare(layer, lambda x: peer(x, x, x, attn_mask=mask)[0], draw(seed, T, heads * width))


# ---- losses --------------------------------------------------------------------------------------


LOSSES = {
    "mse": functional.mse_loss,
    "huber": functional.huber_loss,
    "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
}


@pytest.mark.parametrize("name", LOSSES)
@given(size, seeds, st.booleans())
def test_losses_of_numbers(name, n, seed, rounded):
    p, t = draw(seed, n), draw(seed + 1, n)
    t = 1 / (1 + np.exp(-t)) if name == "binary_cross_entropy" else t
    t = np.rint(t) if rounded else t
    ours = getattr(losses, name)
    compare(lambda p: ours(p, t.tolist()), lambda p: LOSSES[name](p, torch.tensor(t)), p)


@given(size, seeds, st.floats(0.1, 5))
def test_hubers_corner(n, seed, delta):
    p, t = draw(seed, n), draw(seed + 1, n)
    compare(
        lambda p: losses.huber(p, t.tolist(), delta),
        lambda p: functional.huber_loss(p, torch.tensor(t), delta=delta),
        p,
    )


@given(st.integers(2, 5), seeds)
def test_losses_of_classes(classes, seed):
    p, k = draw(seed, classes), seed % classes
    shares = nn.softmax(draw(seed + 1, classes).tolist())
    index = torch.tensor([k])
    compare(
        lambda p: losses.cross_entropy(p, k),
        lambda p: functional.cross_entropy(p[None], index),
        p,
    )
    compare(
        lambda p: losses.cross_entropy(p, shares),
        lambda p: functional.cross_entropy(p[None], torch.tensor([shares], dtype=torch.float64)),
        p,
    )
    compare(
        lambda p: losses.max_margin(p, k),
        lambda p: functional.multi_margin_loss(p[None], index),
        p,
    )
    compare(
        lambda p: losses.mean("cross_entropy", [p, p[::-1]], [k, 0]),
        lambda p: functional.cross_entropy(torch.stack([p, p.flip(0)]), torch.tensor([k, 0])),
        p,
    )


@given(st.floats(-800, 800), st.sampled_from([-1, 1]))
def test_losses_of_a_single_score(x, label):
    theirs = torch.tensor([label], dtype=torch.float64)
    compare(
        lambda x: losses.max_margin(x[0], label),
        lambda x: torch.relu(1 - x * theirs).sum(),
        [x],
    )
    target = (1 + label) // 2
    compare(
        lambda x: losses.binary_cross_entropy(x[0], target),
        lambda x: functional.binary_cross_entropy_with_logits(x, (1 + theirs) / 2),
        [x],
    )


def test_gradients_of_programs_too():
    logits = draw(3, 5)
    expected = tensor(logits)
    functional.cross_entropy(expected[None], torch.tensor([2])).backward()
    agree(cr.grad(losses.cross_entropy)(logits.tolist(), np.int64(2)), expected.grad)
