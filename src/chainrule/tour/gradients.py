"""The second part: every gradient set by hand, and a step along them."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

BY_HAND = Chapter(
    "Every gradient by hand",
    [
        Say(
            "Now we start again with other numbers, and set every gradient ourselves. A `Value` "
            "is a number that remembers how it was computed, and we can write to its `grad`."
        ),
        Run(
            """
            a = Value(2)
            b = Value(-3.0)
            d = a*b
            draw_dot(d)
            """,
            "product",
            "Two inputs and one operation, without names so far. No gradient has been computed, "
            "so the picture shows a dash, not a zero.",
        ),
        Say("Here is all of *L* = (*a* · *b* + *c*) · *f*, with names:"),
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
            "Before any gradient is set. The four inputs are free; *e*, *d* and *L* follow from "
            "them.",
        ),
        Say("The last node comes first. *L* changes exactly as much as itself:"),
        Run(
            """
            L.grad = 1
            draw_dot(L)
            """,
            "by-hand-1-L",
            "*dL*/*dL* = 1.",
        ),
        Say(
            "*L* is the product of *d* and *f*, so the gradient of each is the value of the "
            "other. Before we set them, we check by nudging:"
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
        Say("Apart from rounding, the measurements agree with the rule, so we set the gradients:"),
        Run(
            """
            f.grad = d.data
            d.grad = f.data
            draw_dot(L)
            """,
            "by-hand-2-d-f",
            "Each factor has the value of the other as its gradient: {d.grad} for *d* and "
            "{f.grad} for *f*.",
        ),
        Say("*d* is a sum. A sum passes its gradient on, unchanged, to both operands:"),
        Equation("dL/de = dL/dd · dd/de = {d.grad!p} · 1 = {d.grad * 1}"),
        Equation("dL/dc = dL/dd · dd/dc = {d.grad!p} · 1 = {d.grad * 1}"),
        Run(
            """
            e.grad = -2
            c.grad = -2
            draw_dot(L)
            """,
            "by-hand-3-e-c",
            "The gradient has passed through the sum to *e* and *c*.",
        ),
        Say("*e* is a product again:"),
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
            "All seven gradients, each of them set by hand.",
        ),
        Say(
            "Are they right? We move each input by one hundredth and compare the predicted "
            "change of *L* with the actual one:"
        ),
        Run("nudge(L, h=0.01)"),
    ],
)

UPHILL = Chapter(
    "Uphill, and down",
    [
        Say(
            "The gradients point uphill. If each of the four inputs takes a small step in the "
            "direction of its gradient, *L* rises; if each steps the other way, *L* falls."
        ),
        Run("""
            ascend(L, 0.01)
            ascend(L, -0.01)
            """),
        Say(
            "*L* moves from {L.data} to {ascend(L, 0.01).after} uphill and to {ascend(L, "
            "-0.01).after} downhill. To first order, it changes by the step times the sum of the "
            "squared gradients, {0.01 * (a.grad**2 + b.grad**2 + c.grad**2 + f.grad**2)} either "
            "way; the rest is curvature. Take a few thousand such steps downhill, with a loss "
            "instead of *L*, and you have trained a network."
        ),
    ],
)

CHAPTERS = (BY_HAND, UPHILL)
