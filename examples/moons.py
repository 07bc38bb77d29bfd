"""Two moons: micrograd's demo with one import changed, then the same training with `nn.fit`.

The loop is that of micrograd's notebook: 100 points, a network of 16, 16 and 1 neurons, 100 steps
of gradient descent on the max-margin loss. Its losses are those that the notebook shows.
`nn.fit` gets the same losses from the same network, which it runs as a program.

`--picture FILE` draws which class the network predicts where; `--quick` takes ten steps by hand.
"""

from __future__ import annotations

import argparse
import random
import sys
from time import perf_counter

import numpy as np
from sklearn.datasets import make_moons

from chainrule import nn
from chainrule.engine import Value
from chainrule.nn import MLP

# What micrograd's notebook printed (github.com/karpathy/micrograd, demo.ipynb), by step.
PRINTED = {
    0: 0.8958441028683222,
    1: 1.7235905336972022,
    2: 0.7429006313851131,
    3: 0.7705641260584198,
    9: 0.2704862551637922,
    25: 0.16049097780801674,
    50: 0.09875114765619622,
    75: 0.011845398205364453,
    99: 0.010978370135492717,
}
STEPS = 100


def rate(step):
    """The learning rate falls from 1 to 0.1."""
    return 1.0 - 0.9 * step / STEPS


def data_and_model():
    """The notebook's points, labelled -1 and 1, and its network."""
    np.random.seed(1337)
    random.seed(1337)
    X, y = make_moons(n_samples=100, noise=0.1)
    return X, y * 2 - 1, MLP(2, [16, 16, 1])


def penalty(parameters):
    """A small multiple of the sum of squared parameters, which keeps them small."""
    return 1e-4 * sum(p * p for p in parameters)


def by_hand(X, y, model, steps):
    """The notebook's loop. Returns the losses."""
    losses = []
    for step in range(steps):
        scores = [model([Value(x) for x in row]) for row in X]
        margins = [(1 + -label * score).relu() for label, score in zip(y, scores)]
        loss = sum(margins) * (1.0 / len(margins)) + penalty(model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= rate(step) * p.grad
        losses.append(loss.data)
    return losses


def by_fit(X, y, model):
    """The same. Returns the history."""
    return nn.fit(
        model, X, y, loss="max_margin", penalty=penalty, optimizer=nn.optim.SGD(lr=rate),
        epochs=STEPS, shuffle=False, metrics="accuracy",
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="take ten steps by hand")
    parser.add_argument("--picture", metavar="FILE", help="picture to draw, such as moons.png")
    wanted = parser.parse_args()
    steps = 10 if wanted.quick else STEPS

    start = perf_counter()
    losses = by_hand(*data_and_model(), steps)
    seconds = perf_counter() - start
    off = max(abs(losses[step] - loss) for step, loss in PRINTED.items() if step < steps)
    print(f"{steps} steps by hand: {seconds / steps * 1e3:.1f} ms each")
    print(f"losses: {off:.0e} from those that micrograd printed, expected below 1e-09")

    X, y, model = data_and_model()
    history = by_fit(X, y, model)
    apart = max(abs(history.loss[step] - loss) for step, loss in PRINTED.items())
    print(f"{STEPS} steps by fit: {history.seconds / STEPS * 1e3:.2f} ms each")
    print(f"losses: {apart:.0e} from those that micrograd printed, expected below 1e-09")
    accuracy = history["accuracy"][-1]
    print(f"accuracy {accuracy:.1%}, expected 100 %")
    if wanted.picture:
        picture = nn.plot_boundary(model, X, y)
        picture.save(wanted.picture)
    return not (off < 1e-9 and apart < 1e-9 and accuracy == 1)


if __name__ == "__main__":
    sys.exit(main())
