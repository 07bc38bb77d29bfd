"""The playground's pictures, drawn in Node: their numbers are those of the golden files, which
lie in `golden/playground`. A browser's fonts and windows do not matter here."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from in_node import answer_of

from chainrule import Value, log, show, sqrt, tanh, where
from chainrule.playground import words

pytestmark = pytest.mark.once

WINDOW = {"width": 480, "height": 240}
FUNCTIONS = {
    "parabola": (lambda x: x * x - 2 * x, 1.0),
    "steep": (lambda x: tanh(8 * x), 1.0),
    "pole": (lambda x: 1 / (x - 0.5), 1.0),
    "gap": (lambda x: log(x), 1.0),
    "level": (lambda x: 0 * x + 3, 1.0),
    "zero": (lambda x: 0 * x, 1.0),
    "far": (lambda x: (x + 100) ** 3, -40.0),
    "root": (lambda x: sqrt(x), 0.0),
    "no slope": (lambda x: sqrt(x * x), 0.0),
    "choice": (lambda x: where(x < 2, x * x, 3 * x), 1.0),
    "cliff": (lambda x: tanh(1e9 * x), 0.0),
    "large": (lambda x: -2 * x * x, 1e149),
    "larger": (lambda x: -2 * x * x, 1e150),
    "beyond": (lambda x: x * x, 1e200),
    "largest": (lambda x: -x, 1e300),
    "outside": (lambda x: x * 1e-10, 1.5e300),
}
"""What is drawn, and at which number."""

POINTS = [[0.5, 1.0, 1], [-1.5, 0.25, 0], [1.0, -1.0, 1], [-0.5, -0.5, 0]]
SETTINGS = {"data": "moons", "activation": "tanh", "rates": [[0, 0.3]], "batch": 0, "seed": 1}
NETWORKS = {
    "deep": ([3, 1], {"width": 480, "height": 240}),
    "wide": ([6], {"width": 320, "height": 200}),
    "none": ([], {"width": 640, "height": 400}),
}


def curves():
    """Each function, and what may be drawn beside it; a window with just enough room."""
    made = {}
    for name, (function, start) in FUNCTIONS.items():
        x = Value(start, label="x")
        y = function(x)
        y.label = "y"
        y.backward()
        graph = json.loads(json.dumps(show(y).data))
        made[name] = {"graph": graph, "input": "x", "size": WINDOW, "secant": None}
    made["secant"] = {**made["parabola"], "secant": {"width": 0.5, "slope": 0.5}}
    made["secant beyond"] = {**made["parabola"], "secant": {"width": 1, "slope": 1.1e300}}
    made["guess"] = {**made["parabola"], "isGuess": True}
    made["small"] = {**made["parabola"], "size": {"width": 108, "height": 52}}
    made["too narrow"] = {**made["parabola"], "size": {"width": 107, "height": 52}}
    made["too low"] = {**made["parabola"], "size": {"width": 108, "height": 51}}
    return made


def histories():
    """The scores of trainings that have just begun, go on, are long and have diverged."""

    def made(epochs, steps, **more):
        rows = [
            {"loss": 2 / (1 + 0.1 * epoch), "accuracy": 1 - 0.5 / (1 + epoch)}
            for epoch in range(epochs + 1)
        ]
        return {"history": rows, "perEpoch": 4, "steps": steps, "size": WINDOW, **more}

    diverged = made(12, 48)
    diverged["history"][-2:] = [{"loss": None, "accuracy": 0.5}] * 2
    return {
        "start": made(0, 0),
        "short": made(2, 9),
        "curves": made(30, 122),
        "long": made(1000, 4003),
        "low": made(12, 48, score={"loss": 0.01, "accuracy": 1.0}),
        "diverged": diverged,
        "small": made(2, 9, size={"width": 138, "height": 48}),
        "too narrow": made(2, 9, size={"width": 137, "height": 48}),
        "too low": made(2, 9, size={"width": 138, "height": 47}),
    }


def networks():
    common = {"points": POINTS, "steps": 20}
    return {
        name: {"settings": {**SETTINGS, "hidden": hidden}, "size": size, **common}
        for name, (hidden, size) in NETWORKS.items()
    }


def planes():
    """Points on both sides of a circle, which is the border; and a border through the cells."""
    cells = 48
    at = [4 * cell / (cells - 1) - 2 for cell in range(cells)]
    answers = [1.5 - math.hypot(x, y) for y in reversed(at) for x in at]
    upright = [float(cell - 20) for _ in at for cell in range(cells)]
    return {
        "plane": {"points": POINTS, "radius": 13, "answers": answers},
        "on the cells": {"points": POINTS, "radius": 13, "answers": upright},
    }


@pytest.fixture(scope="module")
def pictures():
    kinds = {"curves": curves(), "histories": histories(), "networks": networks(),
             "planes": planes()}  # fmt: skip
    argument = {kind: list(each.values()) for kind, each in kinds.items()}
    argument["words"] = words.languages()[words.ORIGINAL]
    made = answer_of(Path(__file__).parent / "pictures.js", argument)
    return {
        kind: dict(zip(each, texts, strict=True))
        for (kind, each), texts in zip(kinds.items(), made, strict=True)
    }


@pytest.mark.parametrize("kind", ["curves", "histories", "networks", "planes"])
def test_what_is_drawn(pictures, golden, kind):
    text = "\n\n".join(f"# {name}\n{picture}" for name, picture in pictures[kind].items())
    golden(f"playground/{kind}.txt", text + "\n")
