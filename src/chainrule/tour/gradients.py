"""The second part: every gradient set by hand, and a step along them."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

BY_HAND = Chapter(
    "Every gradient by hand",
    [
        Say(
            "Now once more from the start, slowly, with other numbers and with the pencil in our "
            "own hand. A `Value` is a number that remembers where it came from. Its `grad` is "
            "ours to write."
        ),
        Run(
            """
            a = Value(2)
            b = Value(-3.0)
            d = a*b
            draw_dot(d)
            """,
            "product",
            "Two inputs and one operation. Nothing has a name yet, and nobody has computed a "
            "gradient: the picture shows a dash and not a zero.",
        ),
        Say("With names, and with the whole of *L* = (*a* · *b* + *c*) · *f*:"),
        Run(
            """
            a = Value(2, label='a')
            b = Value(-3.0, label='b')
            c = Value(10, label='c')
            e = a*b;  e.label = 'e'
            d = e + c;  d.label = 'd'
            f = Value(-2, label='f')
            L = d*f;  L.label = 'L'
            draw_dot(L)
            """,
            "by-hand-0",
            "Before any gradient. Four inputs are free; *e*, *d* and *L* follow from them.",
        ),
        Say("The last node comes first. However *L* moves, *L* moves by as much:"),
        Run(
            """
            L.grad = 1
            draw_dot(L)
            """,
            "by-hand-1-L",
            "*dL*/*dL* = 1.",
        ),
        Say(
            "*L* is the product of *d* and *f*, so each one's gradient is the other's number. "
            "Before it is written down, a check by nudging:"
        ),
        Run(
            """
            h = 0.01
            def with_other(f=-2, d=0):              # f replaced, or d pushed
                return ((2 * -3.0 + 10) + d) * f

            (with_other(f=-2 + h) - with_other()) / h
            (with_other(d=h) - with_other()) / h
            """,
        ),
        Say(
            "What was measured is what the rule says, but for rounding. So it can be written down:"
        ),
        Run(
            """
            f.grad = d.data
            d.grad = f.data
            draw_dot(L)
            """,
            "by-hand-2-d-f",
            "The two factors have changed places: *d* has the gradient {d.grad}, *f* has {f.grad}.",
        ),
        Say("*d* is a sum. A sum hands its gradient on, unchanged, to both sides:"),
        Equation("dL/de = dL/dd · dd/de = {d.grad!p} · 1 = {d.grad * 1}"),
        Equation("dL/dc = dL/dd · dd/dc = {d.grad!p} · 1 = {d.grad * 1}"),
        Run(
            """
            e.grad = -2
            c.grad = -2
            draw_dot(L)
            """,
            "by-hand-3-e-c",
            "Through the sum, to *e* and to *c*.",
        ),
        Say("And *e* is a product again:"),
        Equation(
            "dL/da = dL/de · de/da = {e.grad!p} · b = {e.grad!p} · {b.data!p} = {e.grad * b.data}"
        ),
        Equation(
            "dL/db = dL/de · de/db = {e.grad!p} · a = {e.grad!p} · {a.data} = {e.grad * a.data}"
        ),
        Run(
            """
            a.grad = 6
            b.grad = -4
            draw_dot(L)
            """,
            "by-hand-4-a-b",
            "All seven gradients, none computed by the machine.",
        ),
        Say(
            "Did we get them right? Each input moved by a hundredth, what we predict against "
            "what happens:"
        ),
        Run("nudge(L, h=0.01)"),
    ],
)

UPHILL = Chapter(
    "Uphill, and down",
    [
        Say(
            "The gradients say which way is up. Let each of the four inputs take a small step "
            "along its own, and *L* must rise; against it, and *L* must fall."
        ),
        Run("""
            ascend(L, 0.01)
            ascend(L, -0.01)
            """),
        Say(
            "From {L.data} to {ascend(L, 0.01).after}, and to {ascend(L, -0.01).after}. The "
            "first-order guess for both is the step times the sum of the squared gradients, "
            "{0.01 * (a.grad**2 + b.grad**2 + c.grad**2 + f.grad**2)} either way; the rest is "
            "curvature. Repeat this a few thousand times with a loss in place of *L*, downhill, "
            "and you have trained a network."
        ),
    ],
)

CHAPTERS = (BY_HAND, UPHILL)
