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
            "A neuron multiplies each input by a weight, adds up the products and a *bias*, and "
            "applies an *activation* to the sum. The bias is what the neuron outputs, before "
            "activation, when every input is 0. Without activations, a network of any depth "
            "would still compute a linear function. Two activations are used everywhere:"
        ),
        Run(
            """
            def tanh(x):
                return math.tanh(x)

            plot(tanh, -5, 5, tangent_at=0)
            """,
            "tanh",
            "tanh: steep in the middle, flat on both sides. Its values lie between {-1} and 1.",
        ),
        Run(
            """
            def relu(x):
                return x if x > 0 else 0

            plot(relu, -5, 5, tangent_at=[-2.5, 2.5])
            """,
            "relu",
            "ReLU: 0 for negative inputs, the input itself for positive ones. Its slope is 0 or 1.",
        ),
    ],
)

A_NEURON = Chapter(
    "A neuron",
    [
        Say("Here are two inputs, two weights and a bias, at first without an activation:"),
        Run(
            NEURON + "\nx1, x2, w1, w2, b, x1w1, x2w2, total, n = neuron(6.7)\ndraw_dot(n)",
            "neuron-sum",
            "The weighted sum plus the bias: *n* = {n.data}.",
        ),
        Say("Now we add tanh, and choose a bias that makes the numbers nearly round:"),
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
            "With this bias, *o* is not far from *n*. With a bias of 10, *n* grows to "
            "{squashed(10.0)[0]}, but *o* stays below 1. What matters for learning is the slope "
            "of tanh at that point, 1 − *o*²:"
        ),
        Run(
            "squashing(b.data, 10.0)",
            caption="The same neuron with two biases. With the second it hardly responds to its "
            "inputs: its slope is smaller by a factor of "
            "{round(squashed(b.data)[2] / squashed(10.0)[2])}.",
            alone=True,
        ),
    ],
)

NEURON_BY_HAND = Chapter(
    "The neuron's gradients by hand",
    [
        Say(
            "We walk from the output to the inputs as before, and meet one new operation on the "
            "way. The first step is always the same:"
        ),
        Run(
            """
            o.grad = 1.0
            draw_dot(o)
            """,
            "neuron-1-o",
            "The gradient of the output with respect to itself is 1.",
        ),
        Say("Next comes tanh. Its slope follows from its result, which we have already computed:"),
        Equation("do/dn = 1 − o^2 = 1 − {o.data}^2 = {1 - o.data**2}"),
        Run(
            """
            n.grad = 1 - (o.data)**2
            draw_dot(o)
            """,
            "neuron-2-n",
            "tanh passes on about half of the gradient.",
        ),
        Say(
            "The sum passes its gradient on to the bias and to the weighted sum. By hand, we round:"
        ),
        Equation("do/db = do/dn · dn/db = {n.grad} · 1 = {n.grad} ≈ {round(n.grad, 3)}"),
        Run(
            """
            b.grad = 0.5
            total.grad = 0.5
            draw_dot(o)
            """,
            "neuron-3-b",
            "The bias and the weighted sum have their gradients.",
        ),
        Say("The weighted sum is a sum as well:"),
        Run(
            """
            x2w2.grad = 0.5
            x1w1.grad = 0.5
            draw_dot(o)
            """,
            "neuron-4-products",
            "Both products have their gradients.",
        ),
        Say(
            "In a product, the gradient of each factor is the other factor times the product's "
            "gradient:"
        ),
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
            "All gradients are set. That of *w2* is 0, which is a result and not a gap: its "
            "input is 0, so in this example the weight makes no difference.",
        ),
    ],
)

LEARNING = Chapter(
    "Only weights and bias may move",
    [
        Say(
            "The inputs are data and stay fixed. Learning moves only the weights and the bias, "
            "so we name those:"
        ),
        Run("""
            ascend(o, 0.01, wrt=[w1, w2, b])
            ascend(o, -0.01, wrt=[w1, w2, b])
            """),
        Say("The first step raises the output, the second lowers it."),
    ],
)

CHAPTERS = (ACTIVATIONS, A_NEURON, NEURON_BY_HAND, LEARNING)
