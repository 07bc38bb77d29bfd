"""The last part: the pass does it all; nodes that are used twice; and the final checks."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

THE_PASS = Chapter(
    "One call for all of it",
    [
        Say(
            "Nothing in the last chapters took thought. Each step was the same step: take the "
            "gradient that arrived, multiply it by the local derivative, hand it on. A machine "
            "may do that."
        ),
        Run(
            """
            x1, x2, w1, w2, b, x1w1, x2w2, total, n = neuron(6.8812735870195432)
            o = n.tanh();  o.label = 'o'
            o.backward()
            draw_dot(o)
            """,
            "backward",
            "The numbers that we had by hand, without our rounding, from one call.",
        ),
        Say(
            "We wrote {round(n.grad, 3)} where the machine has {n.grad!r}, and it kept that "
            "along every path. A bias that makes it a half does exist, {6 + "
            "math.atanh(math.sqrt(0.5))!r}. Ours differs from it by {6 + "
            "math.atanh(math.sqrt(0.5)) - b.data}, which a pencil does not notice."
        ),
    ],
)

REUSED = Chapter(
    "When a number is used twice",
    [
        Say("Here both inputs go two ways, into a product and into a sum:"),
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
            "Along a path slopes multiply. Where paths meet again, they **add up**: a step of "
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
            "So a gradient is added to what is there, never written over it. That is also why a "
            "second pass over the same leaves doubles them until they are set back to zero."
        ),
    ],
)

LAST_CHECK = Chapter(
    "The last check",
    [
        Say("As at the start: move one input by a thousandth, and see what *f* does."),
        Run("""
            h = 0.001
            slope(lambda a, b: (a * b) * (a + b), -2.0, 3.0, h=h)
            a.grad, b.grad
            """),
        Say(
            "Off by about {slope(lambda a: (a * 3.0) * (a + 3.0), -2.0, h=h) - a.grad} and "
            "{slope(lambda b: (-2.0 * b) * (-2.0 + b), 3.0, h=h) - b.grad}: the curve bends a "
            "little within the step. Ask for a table, and the error is in it:"
        ),
        Run("nudge(f, h=h)"),
    ],
)

BESIDE_PYTORCH = Chapter(
    "Beside PyTorch",
    [
        Say("The graphs of this tour, built once more in PyTorch, in double precision:"),
        Run(
            "beside_torch()",
            caption="Every gradient of every leaf, from both.",
            alone=True,
        ),
    ],
    at_length=True,
)

CHAPTERS = (THE_PASS, REUSED, LAST_CHECK, BESIDE_PYTORCH)
