"""A tiny GPT learns to spell: a transformer on letters in one file, every number of it a scalar.

It reads names, those of Python's standard library or the lines of --data FILE, and invents new
ones. `surprise` is the whole model, written with NumPy. Given arrays of Values it builds a graph of
some 60,000 nodes, each of which can be read, drawn and explained; `compile` records the same
function once and replays it. Both are trained here side by side, with the same numbers.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

import chainrule as cr
from chainrule.nn.optim import Adam

WIDTH, HEADS, CONTEXT = 16, 4, 16  # numbers per letter, heads, letters including the end
FUTURE = np.triu(np.full((CONTEXT, CONTEXT), -1e9), 1)  # added wherever a letter would look ahead

# ---- the model -----------------------------------------------------------------------------------


def initial(count, seed=1):
    """The parameters, small random numbers: for `count` letters, one of which ends a name."""
    draw = np.random.default_rng(seed)
    shapes = {
        "letter": (count, WIDTH),
        "position": (CONTEXT, WIDTH),
        "query": (WIDTH, WIDTH),
        "key": (WIDTH, WIDTH),
        "value": (WIDTH, WIDTH),
        "mix": (WIDTH, WIDTH),
        "widen": (WIDTH, 4 * WIDTH),
        "narrow": (4 * WIDTH, WIDTH),
        "score": (WIDTH, count),
    }
    return {name: draw.normal(0, 0.08, shape) for name, shape in shapes.items()}


def norm(x):
    """Each row scaled to a mean square of 1."""
    return x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5)


def softmax(x):
    """Each row as positive numbers that sum to 1."""
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def attention(model, x):
    """Each letter looks back: a head adds up the values of the letters whose keys fit its query."""
    n, heads = len(x), []
    parts = (np.split(x @ model[name], HEADS, axis=1) for name in ("query", "key", "value"))
    for query, key, value in zip(*parts):
        fit = query @ key.T / (WIDTH / HEADS) ** 0.5 + FUTURE[:n, :n]
        heads.append(softmax(fit) @ value)
    return np.concatenate(heads, axis=1) @ model["mix"]


def chances(model, word):
    """The probability that each letter comes next, after each letter of a word, (n, count)."""
    x = norm(model["letter"][word] + model["position"][: len(word)])
    x = x + attention(model, norm(x))
    x = x + cr.relu(norm(x) @ model["widen"]) @ model["narrow"]
    return softmax(x @ model["score"])


def surprise(model, word, weights):
    """The loss: -log of the probability of each actual next letter, as a weighted sum."""
    expected = np.take_along_axis(chances(model, word[:-1]), word[1:, None], axis=1)
    return -(np.log(expected[:, 0]) * weights).sum()


def invent(model, letters, draw):
    """A new name, letter by letter. The power favours likely letters."""
    word = [len(letters)]
    while len(word) < CONTEXT:
        likely = chances(model, word)[-1] ** 1.5
        word += draw.choices(range(len(likely)), likely)
        if word[-1] == len(letters):
            break
    return "".join(letters[i] for i in word[1:] if i < len(letters))


# ---- training, twice -----------------------------------------------------------------------------


def eager(model, words, rate):
    """Train on graphs of Values, a new one for each word. Return the losses."""
    model = {name: cr.array([list(map(cr.Value, row)) for row in x]) for name, x in model.items()}
    adam, losses = Adam(list(model.values()), lr=rate), []
    for word, weights in words:
        loss = surprise(model, word, weights)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.data)
    return losses


def compiled(model, words, rate):
    """Train a program, which is recorded on the first word. The arrays change in place."""
    program = cr.compile(surprise)
    adam, losses = Adam(model, lr=rate), []
    for word, weights in words:
        loss, gradient = program.value_and_grad(model, word, weights)
        adam.step(gradient)
        losses.append(loss)
    return losses


def timed(train, *arguments):
    """The losses, and the seconds that a step took."""
    begin = time.perf_counter()
    losses = train(*arguments)
    return losses, (time.perf_counter() - begin) / len(losses)


# ---- names ---------------------------------------------------------------------------------------


def read(path):
    """The names in a file, one per line. Names that are too long are left out, with a note."""
    try:
        lines = Path(path).read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"can't read names from {path}: {getattr(error, 'strerror', None) or error}")
    number = {line.strip(): i for i, line in enumerate(lines, 1) if line.strip()}
    for name in number:
        if not name.isprintable():
            sys.exit(f"line {number[name]} of {path} isn't a name: {name[:40]!r}")
    long = [name for name in number if len(name) >= CONTEXT]
    if long:
        where = f"the first in line {number[long[0]]}, {long[0]!r}"
        print(f"names of more than {CONTEXT - 1} letters, left out: {len(long)}, {where}")
    if len(number) - len(long) < 2:
        sys.exit(f"{path} needs 2 names or more, of up to {CONTEXT - 1} letters, one in each line")
    return sorted(number.keys() - set(long))


def encode(name, letters, fill=0):
    """The numbers of the letters between two ends, and their weights; filled up to `fill`."""
    end, n = len(letters), len(name) + 1
    word = [end, *map(letters.index, name)] + [end] * max(1, fill + 1 - n)
    return np.array(word), np.array([1 / n] * n + [0.0] * max(0, fill - n))


def pairs(names):
    """The mean surprise of a model that knows only how often each letter follows another."""
    split = [list(zip("\n" + name, name + "\n")) for name in names]
    both = Counter(pair for name in split for pair in name)
    before = Counter(first for name in split for first, _ in name)
    return np.mean([np.mean([-np.log(both[p] / before[p[0]]) for p in name]) for name in split])


def main():
    parser = argparse.ArgumentParser(description="Train a tiny GPT on names; invent new ones.")
    parser.add_argument("--data", metavar="FILE", help="names, one in each line")
    parser.add_argument("--quick", action="store_true", help="a third of the steps")
    options = parser.parse_args()

    modules = (name for name in sys.stdlib_module_names if name[0] != "_" and len(name) < CONTEXT)
    names = read(options.data) if options.data else sorted(modules)
    letters, draw = sorted(set("".join(names))), random.Random(1)
    steps, few = (1000, 5) if options.quick else (3000, 20)
    order = draw.choices(names, k=steps)
    print(f"{len(names)} names of {len(letters)} letters, such as {', '.join(order[:5])}\n")

    def rate(step):
        return 0.01 * (1 - step / steps)

    model = initial(len(letters) + 1)
    words = [encode(name, letters) for name in order[:few]]
    slow, slow_time = timed(eager, model, words, rate)
    padded = [encode(name, letters, CONTEXT) for name in order]
    fast, fast_time = timed(compiled, model, padded, rate)
    print(f"surprise at{'':9}eager{'':16}compiled")
    for name, a, b in zip(order[:5], slow, fast):
        print(f"{name:{CONTEXT}}{a!r:<20} {b!r}")
    apart = max(abs(a - b) for a, b in zip(slow, fast))
    print(f"after {few} steps {apart:.0e} apart, expected below 1e-12")
    print(f"a step takes {slow_time * 1e3:.3g} ms eager and {fast_time * 1e3:.2g} ms compiled, "
          f"expected {slow_time * 1e3 / 5:.2g} ms at most\n")  # fmt: skip

    mean = cr.compile(surprise, in_axes=(None, 0, 0), reduce="mean")
    every = (encode(name, letters, CONTEXT) for name in names)
    loss, bar = mean(model, *map(np.array, zip(*every))), pairs(names)
    print(f"{steps} steps: surprise {loss:.3f} a letter, expected below {bar:.3f}, by letter pairs")
    invented = [invent(model, letters, draw) for _ in range(20)]
    new = sorted(set(invented) - set(names))
    print(f"{len(new)} new names, expected 5 of 20 or more: {', '.join(new)}")
    misses = (
        (not apart < 1e-12) + (not fast_time < slow_time / 5) + (not loss < bar) + (len(new) < 5)
    )
    return 0 if options.data else misses  # the bars are for Python's names


if __name__ == "__main__":
    sys.exit(main())
