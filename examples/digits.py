"""Handwritten digits: 2,410 scalar parameters, trained in about a second.

The network is ordinary Python: 64 pixels, 32 neurons with relu, 10 scores, each weight a number of
its own. `nn.fit` records the loss of one image and runs it over mini-batches as a program. No
matrix library is involved. A fifth of the images is held back to judge the result.

`--picture FILE` draws what the neurons look for and which digits are missed; `--quick` trains for a
fifth of the time and expects less.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from chainrule import nn

EPOCHS, BATCH, SEED = 20, 32, 0


def train(seed, epochs=EPOCHS):
    """The network, its history, and the images that were held back, with their digits."""
    images, digits = load_digits(return_X_y=True)
    shown, held, labels, held_labels = train_test_split(
        images / 16, digits, test_size=0.2, random_state=seed, stratify=digits
    )
    model = nn.MLP(64, [32, 10], init="he", seed=seed)
    steps = epochs * -(-len(shown) // BATCH)
    history = nn.fit(
        model, shown, labels, loss="cross_entropy", metrics="accuracy",
        optimizer=nn.optim.Adam(lr=nn.optim.OneCycle(0.02, steps=steps)),
        epochs=epochs, batch_size=BATCH, validation=(held, held_labels), seed=seed,
    )  # fmt: skip
    return model, history, held, held_labels


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="train for a fifth of the time")
    parser.add_argument("--picture", metavar="FILE", help="picture to draw, such as digits.png")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of split, weights and batches")
    wanted = parser.parse_args()
    epochs, bar, limit = (4, 0.93, 60.0) if wanted.quick else (EPOCHS, 0.96, 3.0)

    model, history, held, labels = train(wanted.seed, epochs)
    accuracy = history["val_accuracy"][-1]
    print(f"{len(model.parameters()):,} parameters, {history.steps} steps")
    print(f"accuracy on {len(held)} images held back: {accuracy:.1%}, expected {bar:.0%} or more")
    print(f"{history.seconds:.2f} s, expected below {limit:g} s")
    if wanted.picture:
        draw(model, history, held, labels, wanted.picture)
    return not (accuracy >= bar and history.seconds < limit)


def draw(model, history, held, labels, path) -> None:
    """Draw the weights of the hidden neurons, the digits that were missed, and the losses."""
    from matplotlib import pyplot as plt

    scores = np.array([[score.data for score in model(row)] for row in held])
    chances = np.exp(scores - scores.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    missed = np.flatnonzero(scores.argmax(1) != labels)
    figure = plt.figure(figsize=(11, 4.6), layout="constrained")
    left, middle, right = figure.subfigures(1, 3, width_ratios=[0.85, 1.35, 1.3])

    left.suptitle("The hidden neurons' weights")
    for axes, neuron in zip(left.subplots(8, 4).flat, model.layers[0].neurons):
        weights = np.array([w.data for w in neuron.w]).reshape(8, 8)
        size = abs(weights).max()
        axes.imshow(-weights, cmap="PuOr", vmin=-size, vmax=size)
        axes.set_axis_off()
    middle.suptitle(f"{len(missed)} of {len(held)} are missed")
    for axes, image in zip(middle.subplots(3, 4).flat, [*missed[:12], *[None] * 12]):
        axes.set_axis_off()
        if image is not None:
            guess = scores[image].argmax()
            axes.imshow(held[image].reshape(8, 8), cmap="gray_r")
            axes.set_title(
                f"{labels[image]}, not {guess} ({chances[image, guess]:.0%})", fontsize=8
            )
    axes = right.subplots()
    epochs = np.arange(1, history.epochs + 1)
    axes.plot(epochs, 1 - history["accuracy"], color="#999999", lw=2, label="shown")
    axes.plot(epochs, 1 - history["val_accuracy"], color="#1f6fb2", lw=2, label="held back")
    axes.set(yscale="log", xlabel="epoch", ylim=(4e-4, 1))
    axes.set_yticks([1e-3, 1e-2, 1e-1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
    axes.axhline(0.04, color="#d1642e", lw=1, ls=":")
    axes.text(epochs[-1], 0.043, "the bar: 4 %", color="#d1642e", ha="right")
    axes.set_title(f"Share of mistakes; {history.seconds:.1f} s in total", loc="left")
    axes.legend(frameon=False, loc="lower left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    sys.exit(main())
