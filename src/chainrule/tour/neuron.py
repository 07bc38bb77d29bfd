"""The third part: a neuron, what its activation does, and its gradients by hand."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

NEURON = """\
def neuron(bias):
    x1, x2 = Value(2.0, label='x1'), Value(0.0, label='x2')      # inputs
    w1, w2 = Value(-3.0, label='w1'), Value(1.0, label='w2')     # weights
    b = Value(bias, label='b')
    x1w1 = x1*w1;  x1w1.label = 'x1w1'
    x2w2 = x2*w2;  x2w2.label = 'x2w2'
    total = x1w1 + x2w2;  total.label = 'x1w1+x2w2'
    n = total + b;  n.label = 'n'
    return x1, x2, w1, w2, b, x1w1, x2w2, total, n
"""

ACTIVATIONS = Chapter(
    "What bends the line",
    [
        Say(
            "A neuron weighs its inputs, adds a *bias*, the answer that it leans to when no "
            "input speaks, and sends the sum through an *activation*. Without that last step a "
            "network of any depth would still be one straight line. Two activations are met "
            "everywhere:"
        ),
        Run(
            """
            def tanh(x):
                return math.tanh(x)

            plot(tanh, -5, 5, tangent_at=0)
            """,
            "tanh",
            "tanh: steep in the middle, flat outside. What comes out lies between {-1} and 1.",
        ),
        Run(
            """
            def relu(x):
                return x if x > 0 else 0

            plot(relu, -5, 5, tangent_at=[-2.5, 2.5])
            """,
            "relu",
            "ReLU: nothing below 0, everything above. Its slope is 0 or 1.",
        ),
    ],
)

A_NEURON = Chapter(
    "A neuron",
    [
        Say("Two inputs, two weights, one bias; first without an activation:"),
        Run(
            NEURON + "\nx1, x2, w1, w2, b, x1w1, x2w2, total, n = neuron(6.7)\ndraw_dot(n)",
            "neuron-sum",
            "The weighted sum and the bias: *n* = {n.data}.",
        ),
        Say("Now with tanh, and with a bias that makes the numbers come out nearly round:"),
        Run(
            """
            x1, x2, w1, w2, b, x1w1, x2w2, total, n = neuron(6.8812735870195432)
            o = n.tanh();  o.label = 'o'
            draw_dot(o)
            """,
            "neuron",
            "The whole neuron. tanh turns {n.data} into {o.data}.",
        ),
        Say(
            "Here tanh takes off little. With a bias of 10 it takes off nearly everything: *n* "
            "grows to {squashed(10.0)[0]}, and *o* cannot go beyond 1. What matters for learning "
            "is the slope that is left, 1 − *o*²:"
        ),
        Run(
            "squashing(b.data, 10.0)",
            caption="The same neuron with two biases. At the second it hardly listens any more: "
            "its slope is smaller by a factor of {round(squashed(b.data)[2] / squashed(10.0)[2])}.",
            alone=True,
        ),
    ],
)

NEURON_BY_HAND = Chapter(
    "The neuron's gradients by hand",
    [
        Say(
            "The same walk as before, from the output to the inputs, with one new kind of "
            "operation on the way. It starts where it always starts:"
        ),
        Run(
            """
            o.grad = 1.0
            draw_dot(o)
            """,
            "neuron-1-o",
            "The output's gradient by itself is 1.",
        ),
        Say(
            "Through tanh. Its slope can be written with its own result, so nothing has to be "
            "computed twice:"
        ),
        Equation("do/dn = 1 − o^2 = 1 − {o.data}^2 = {1 - o.data**2}"),
        Run(
            """
            n.grad = 1 - (o.data)**2
            draw_dot(o)
            """,
            "neuron-2-n",
            "tanh lets about half of it through.",
        ),
        Say(
            "A sum hands on what it gets, to the bias and to the weighted sum. With a pencil one "
            "rounds:"
        ),
        Equation("do/db = do/dn · dn/db = {n.grad} · 1 = {n.grad} ≈ {round(n.grad, 3)}"),
        Run(
            """
            b.grad = 0.5
            total.grad = 0.5
            draw_dot(o)
            """,
            "neuron-3-b",
            "To the bias and the weighted sum.",
        ),
        Say("That one is a sum as well:"),
        Run(
            """
            x2w2.grad = 0.5
            x1w1.grad = 0.5
            draw_dot(o)
            """,
            "neuron-4-products",
            "To both products.",
        ),
        Say("And in a product, each factor gets the other one, times what arrives:"),
        Equation("do/dw1 = {x1w1.grad} · x1 = {x1w1.grad} · {x1.data} = {x1w1.grad * x1.data}"),
        Equation("do/dx1 = {x1w1.grad} · w1 = {x1w1.grad} · {w1.data!p} = {x1w1.grad * w1.data}"),
        Equation("do/dw2 = {x2w2.grad} · x2 = {x2w2.grad} · {x2.data} = {x2w2.grad * x2.data}"),
        Equation("do/dx2 = {x2w2.grad} · w2 = {x2w2.grad} · {w2.data} = {x2w2.grad * w2.data}"),
        Run(
            """
            w1.grad = 1
            x1.grad = -1.5
            w2.grad = 0
            x2.grad = 0.5
            draw_dot(o)
            """,
            "neuron-5-inputs",
            "Complete. *w2* has the gradient 0, which is an answer and not a blank: its input is "
            "0, so for this example it does not matter what the weight is.",
        ),
    ],
)

LEARNING = Chapter(
    "Only weights and bias may move",
    [
        Say(
            "The inputs are the data; they are what they are. Learning moves the weights and the "
            "bias, and nothing else, so those are the ones to name:"
        ),
        Run("""
            ascend(o, 0.01, wrt=[w1, w2, b])
            ascend(o, -0.01, wrt=[w1, w2, b])
            """),
        Say(
            "A small step, and the output goes where it was sent, up by one and down by the other."
        ),
    ],
)

CHAPTERS = (ACTIVATIONS, A_NEURON, NEURON_BY_HAND, LEARNING)
