"""One neuron learns: forward, backward, step, repeat; by hand, and then with `nn.fit`.

It is the neuron of the second notebook: two inputs, the weights -3 and 1, the bias 6.88, and tanh.
For the inputs 2 and 0 it returns 0.707. It should return -1 there, and 1 wherever the second input
is larger. The loop trains it in ten lines. `nn.fit` takes the same object, records it once and runs
it as a program, with the same numbers.
"""

from __future__ import annotations

import sys

from chainrule import nn

X = [[2.0, 0.0], [0.0, 2.0], [1.0, -1.0], [-1.0, 1.0]]
Y = [-1.0, 1.0, -1.0, 1.0]  # whether the second input is larger
EPOCHS, RATE = 300, 0.1


def the_neuron():
    """The notebook's neuron."""
    neuron = nn.Neuron(2, activation="tanh")
    for p, number in zip(neuron.parameters(), [-3.0, 1.0, 6.8812735870195432]):
        p.data = number
    return neuron


def by_hand(neuron):
    """The loop. Returns the losses."""
    optimizer = nn.optim.SGD(neuron, lr=RATE)
    losses = []
    for _ in range(EPOCHS):
        loss = sum((neuron(x) - y) ** 2 for x, y in zip(X, Y)) / len(X)  # forward
        optimizer.zero_grad()
        loss.backward()  # backward
        optimizer.step()  # step
        losses.append(loss.data)  # repeat
    return losses


def by_fit(neuron):
    """The same. Returns the losses."""
    history = nn.fit(neuron, X, Y, loss="mse", optimizer=nn.optim.SGD(lr=RATE), epochs=EPOCHS,
                     shuffle=False)  # fmt: skip
    return history.loss


def main() -> int:
    neuron, same = the_neuron(), the_neuron()
    before = neuron(X[0]).data
    losses, theirs = by_hand(neuron), by_fit(same)
    print(f"before: {X[0]} -> {before:+.3f}")
    for epoch in (0, 10, 30, 100, EPOCHS - 1):
        print(f"epoch {epoch:3}: loss {losses[epoch]:.6f} by hand, {theirs[epoch]:.6f} by fit")
    worst = max(abs(neuron(x).data - y) for x, y in zip(X, Y))
    for x, y in zip(X, Y):
        print(f"{x} -> {neuron(x).data:+.3f}, expected near {y:+g}")
    pairs = zip(neuron.parameters(), same.parameters())
    apart = max(abs(p.data - q.data) for p, q in pairs)
    apart = max(apart, *(abs(a - b) for a, b in zip(losses, theirs)))
    print(f"by hand and by fit: {apart:.0e} apart, expected below 1e-12")
    return not (worst < 0.2 and apart < 1e-12)


if __name__ == "__main__":
    sys.exit(main())
