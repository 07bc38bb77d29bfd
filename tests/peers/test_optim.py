"""Optimizers, schedules and clipping against PyTorch's, over 100 steps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from chainrule.nn import optim

torch = pytest.importorskip("torch")

STEPS, COUNT = 100, 12
CLOSE = {"rtol": 1e-12, "atol": 1e-15}


def table(theirs, ours, **choices):
    """Every combination of these options."""
    for each in itertools.product(*choices.values()):
        yield theirs, ours, dict(zip(choices, each))


OPTIMIZERS = [
    case
    for case in [
        *table("SGD", optim.SGD, lr=[0.03], momentum=[0, 0.9], dampening=[0, 0.3],
               weight_decay=[0, 0.1], nesterov=[False, True]),
        *table("RMSprop", optim.RMSProp, lr=[0.03], alpha=[0.99, 0.7], eps=[1e-8, 1e-3],
               weight_decay=[0, 0.1], momentum=[0, 0.9], centered=[False, True]),
        *table("Adam", optim.Adam, lr=[0.03], betas=[(0.9, 0.999), (0.0, 0.5), (0.7, 0.3)],
               eps=[1e-8, 1e-3], weight_decay=[0, 0.1], amsgrad=[False, True]),
        *table("AdamW", optim.AdamW, lr=[0.03], betas=[(0.9, 0.999), (0.4, 0.9)],
               eps=[1e-8, 1e-3], weight_decay=[0, 0.1], amsgrad=[False, True]),
    ]
    if not case[2].get("nesterov") or (case[2]["momentum"] and not case[2]["dampening"])
]  # fmt: skip


def name_of(case):
    return f"{case[0]}-" + "-".join(f"{name}={x}" for name, x in case[2].items())


@pytest.mark.parametrize(("theirs", "ours", "options"), OPTIMIZERS, ids=map(name_of, OPTIMIZERS))
def test_optimizers(theirs, ours, options):
    draw = np.random.default_rng(3)
    w = draw.normal(size=COUNT)
    tensor = torch.tensor(w, requires_grad=True)
    their_optimizer = getattr(torch.optim, theirs)([tensor], foreach=False, **options)
    our_optimizer = ours(w, **options)
    goal = draw.normal(size=COUNT)
    for _ in range(STEPS):
        noise = draw.normal(size=COUNT)
        g = 2 * (w - goal) + noise
        tensor.grad = 2 * (tensor.detach() - torch.tensor(goal)) + torch.tensor(noise)
        our_optimizer.step(g)
        their_optimizer.step()
        assert np.allclose(w, tensor.detach().numpy(), **CLOSE)


SCHEDULES = [
    ("StepLR", {"step_size": 7, "gamma": 0.5}, optim.StepDecay(0.1, every=7, factor=0.5)),
    ("ExponentialLR", {"gamma": 0.97}, optim.Exponential(0.1, factor=0.97)),
    ("CosineAnnealingLR", {"T_max": 100}, optim.Cosine(0.1, steps=100)),
    ("CosineAnnealingLR", {"T_max": 120, "eta_min": 0.003},
     optim.Cosine(0.1, steps=120, final=0.003)),
    ("LinearLR", {"start_factor": 0.1, "total_iters": 30}, optim.WarmUp(0.1, steps=30)),
    ("ConstantLR", {"factor": 1.0}, optim.Constant(0.1)),
    ("OneCycleLR", {"max_lr": 0.1, "total_steps": 101, "cycle_momentum": False},
     optim.OneCycle(0.1, steps=101)),
    ("OneCycleLR", {"max_lr": 0.1, "total_steps": 150, "pct_start": 0.1, "div_factor": 10,
                    "final_div_factor": 100, "cycle_momentum": False},
     optim.OneCycle(0.1, steps=150, rising=0.1, start=0.1, final=0.01)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "ours"), SCHEDULES, ids=[c[0] for c in SCHEDULES])
def test_schedules(name, options, ours):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    for step in range(STEPS):
        assert ours(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        schedule.step()


def test_a_warm_up_before_another_schedule():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedulers = torch.optim.lr_scheduler
    warm = schedulers.LinearLR(optimizer, start_factor=0.1, total_iters=20)
    cosine = schedulers.CosineAnnealingLR(optimizer, T_max=80)
    theirs = schedulers.SequentialLR(optimizer, [warm, cosine], milestones=[20])
    ours = optim.WarmUp(optim.Cosine(0.1, steps=80), steps=20)
    for step in range(STEPS):
        assert ours(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        theirs.step()


@pytest.mark.parametrize("limit", [1e-3, 0.5, 2.0, 1e3])
def test_clipping(limit):
    draw = np.random.default_rng(5)
    for _ in range(STEPS):
        arrays = [draw.normal(size=shape) for shape in [(4, 3), (5,), ()]]
        for ours, theirs in (
            (optim.clip_grad_norm, torch.nn.utils.clip_grad_norm_),
            (optim.clip_grad_value, torch.nn.utils.clip_grad_value_),
        ):
            mine = [np.array(g) for g in arrays]
            tensors = [torch.zeros(g.shape, dtype=torch.float64) for g in arrays]
            for tensor, g in zip(tensors, arrays):
                tensor.grad = torch.tensor(g)
            norm, their_norm = ours(mine, limit), theirs(tensors, limit)
            assert norm is None or norm == pytest.approx(float(their_norm), rel=1e-12)
            for g, tensor in zip(mine, tensors):
                assert np.allclose(g, tensor.grad.numpy(), rtol=1e-12, atol=0)


def test_training_a_network():
    """Fed back: our gradients of our parameters, their gradients of theirs."""
    draw = np.random.default_rng(7)
    rows, goal = torch.tensor(draw.normal(size=(20, 3))), torch.tensor(draw.normal(size=20))
    w = draw.normal(size=COUNT + 1)
    tensor = torch.tensor(w.copy(), requires_grad=True)

    def loss_gradient(p):
        p = p if p.requires_grad else p.clone().requires_grad_()
        hidden = torch.tanh(rows @ p[:9].reshape(3, 3))
        loss = ((hidden @ p[9:12] + p[12] - goal) ** 2).mean()
        return torch.autograd.grad(loss, p)[0]

    theirs = torch.optim.AdamW([tensor], lr=0.01, weight_decay=0.02)
    ours = optim.AdamW(w, lr=0.01, weight_decay=0.02)
    for _ in range(STEPS):
        tensor.grad = loss_gradient(tensor)
        ours.step(loss_gradient(torch.tensor(w)).numpy())
        theirs.step()
    assert np.allclose(w, tensor.detach().numpy(), rtol=1e-11, atol=1e-13)
