"""The last part: the pass does it all; nodes that are used twice; and the final checks."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

THE_PASS = Chapter(
    "One call for all of it",
    [
        Say(
            "Every step in the last chapters was the same: take the gradient that arrives, "
            "multiply it by the local derivative, and pass it on. A machine can do that."
        ),
        Run(
            """
            x1, x2, w1, w2, b, x1w1, x2w2, total, n = neuron(6.8812735870195432)
            o = n.tanh();  o.label = 'o'
            o.backward()
            draw_dot(o)
            """,
            "backward",
            "One call gives the gradients that we set by hand, without our rounding.",
        ),
        Say(
            "We wrote {round(n.grad, 3)} where the machine has {n.grad!r}, a difference that "
            "every gradient below inherits. The bias for which the slope is one half is {6 + "
            "math.atanh(math.sqrt(0.5))!r}. Ours differs from it by {6 + "
            "math.atanh(math.sqrt(0.5)) - b.data}, too little to notice by hand."
        ),
    ],
)

REUSED = Chapter(
    "When a number is used twice",
    [
        Say("Here both inputs are used twice, in a product and in a sum:"),
        Equation("f = (a · b) · (a + b)"),
        Run(
            """
            a = Value(-2.0, label='a')
            b = Value(3.0, label='b')
            d = a * b;  d.label = 'd'
            e = a + b;  e.label = 'e'
            f = d * e;  f.label = 'f'
            f.backward()
            draw_dot(f)
            """,
            "reused",
            "Two paths lead from *a* to *f*, and two from *b*.",
        ),
        Say(
            "Along a path, slopes multiply. The products of several paths **add up**: a step of "
            "*a* moves *f* through *d* and, at the same time, through *e*."
        ),
        Equation("df/da = df/dd · dd/da + df/de · de/da"),
        Equation(
            "df/da = {d.grad} · {b.data!p} + {e.grad!p} · 1 = {d.grad * b.data} + {e.grad!p} = "
            "{a.grad}"
        ),
        Equation(
            "df/db = {d.grad} · {a.data!p} + {e.grad!p} · 1 = {d.grad * a.data} + {e.grad!p} = "
            "{b.grad}"
        ),
        Say(
            "That is why `backward` adds to a gradient and never overwrites it, and why a second "
            "pass doubles the gradients of the leaves unless they are reset to zero in between."
        ),
    ],
)

LAST_CHECK = Chapter(
    "The last check",
    [
        Say(
            "As at the start, we move one input at a time, now by one thousandth, and see how "
            "*f* changes:"
        ),
        Run("""
            h = 0.001
            slope(lambda a, b: (a * b) * (a + b), -2.0, 3.0, h=h)
            a.grad, b.grad
            """),
        Say(
            "The measured slopes are off by about {slope(lambda a: (a * 3.0) * (a + 3.0), -2.0, "
            "h=h) - a.grad} and {slope(lambda b: (-2.0 * b) * (-2.0 + b), 3.0, h=h) - b.grad}, "
            "because *f* curves a little within the step. `nudge` makes a table with the errors "
            "in it:"
        ),
        Run("nudge(f, h=h)"),
    ],
)

BESIDE_PYTORCH = Chapter(
    "Beside PyTorch",
    [
        Say("We build the graphs of this tour again in PyTorch, in double precision:"),
        Run(
            "beside_torch()",
            caption="The gradient of every leaf, computed by both.",
            alone=True,
        ),
    ],
    at_length=True,
)

CHAPTERS = (THE_PASS, REUSED, LAST_CHECK, BESIDE_PYTORCH)
