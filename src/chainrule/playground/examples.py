"""The examples of the playground, in the order of a course."""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """A program to begin with.

    Attributes:
        name: Its name in `strings`, which have its title and what to try with it.
        text: Its lines.
        plot: The input that the curve belongs to.
    """

    name: str
    text: str
    plot: str


EXAMPLES = (
    Example(
        "first_graph",
        "a = 2\nb = -3\nc = 10\nf = -2\ne = a*b\nd = e + c\nL = d*f\n",
        "a",
    ),
    Example(
        "slope",
        "x = 3\nL = 3*x**2 - 4*x + 5\n",
        "x",
    ),
    Example(
        "neuron",
        "x1 = 2\nx2 = 0\nw1 = -3\nw2 = 1\nb = 6.88\nn = x1*w1 + x2*w2 + b\no = tanh(n)\n",
        "b",
    ),
    Example(
        "tanh_in_parts",
        "x1 = 2\nx2 = 0\nw1 = -3\nw2 = 1\nb = 6.88\nn = x1*w1 + x2*w2 + b\n"
        "z = exp(2*n)\no = (z - 1) / (z + 1)\n",
        "w1",
    ),
    Example(
        "used_twice",
        "a = -2\nb = 3\nd = a*b\ne = a + b\nL = d*e\n",
        "a",
    ),
    Example(
        "saturation",
        "x = 0.5\nw = 2\nh = tanh(w*x)\nL = (h - 1)**2\n",
        "x",
    ),
    Example(
        "kink",
        "x = 1.5\nw = 0.8\nb = -0.4\nL = relu(w*x + b)\n",
        "w",
    ),
    Example(
        "loss",
        "x = 1.5\nw = -0.6\nb = 0.3\np = sigmoid(w*x + b)\nL = -log(p)\n",
        "w",
    ),
    Example(
        "damped_wave",
        "t = 1\nk = 0.25\nL = exp(-k*t) * cos(2*t)\n",
        "t",
    ),
    Example(
        "recurrence",
        "x = 0.8\nw = 1.2\nh1 = tanh(w*x)\nh2 = tanh(w*h1)\nh3 = tanh(w*h2)\n"
        "h4 = tanh(w*h3)\nL = h4**2\n",
        "w",
    ),
    Example(
        "small_network",
        "x1 = 1\nx2 = -1\ny = 1\nw11 = 0.5\nw12 = -0.3\nb1 = 0.1\nw21 = -0.8\nw22 = 0.4\n"
        "b2 = 0.2\nv1 = 1.1\nv2 = -0.7\nc = 0\nh1 = tanh(w11*x1 + w12*x2 + b1)\n"
        "h2 = tanh(w21*x1 + w22*x2 + b2)\no = v1*h1 + v2*h2 + c\nL = (o - y)**2\n",
        "w11",
    ),
)
