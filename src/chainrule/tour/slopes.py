"""The first part of the tour: what a slope is, and how slopes multiply."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

A_FUNCTION = Chapter(
    "A function and its slope",
    [
        Say(
            "Training a neural network is a search: the network is one long formula, and each of "
            "its weights is moved a little in the direction that makes the answer better. To "
            "know that direction is all that backpropagation is for. So let us begin with a "
            "formula that has a single input."
        ),
        Equation("f(x) = 2x^2 − 3x + 4"),
        Run(
            """
            def f(x):
                return 2*x**2 - 3*x + 4

            plot(f, -3, 4)
            """,
            "function",
            "*f* falls, turns round, and climbs.",
        ),
        Say("At three places, to have something to compare with:"),
        Run("""
            f(2)
            f(6)
            f(-2)
            """),
        Say("Now step to the right of each place by a millionth, and look again:"),
        Run("""
            h = 0.000001
            f(2 + h)
            f(6 + h)
            f(-2 + h)
            """),
        Say(
            "At 2 and at 6 the answer grew. At {-2} it shrank. How strongly the answer responds, "
            "for each unit of the step, is the **slope** at that place. Its exact meaning is a "
            "limit:"
        ),
        Equation("slope = lim[h → 0] [f(x + h) − f(x)]/[h]"),
        Say(
            "A computer can take the fraction at its word, with a small *h*. That is all `slope` "
            "does:"
        ),
        Run("""
            (f(2 + h) - f(2)) / h
            slope(f, 2)
            slope(f, 6)
            slope(f, -2)
            """),
        Say(
            "A positive slope says: a larger input makes a larger output. A negative one says "
            "the opposite. Between the two there is a place that does not care, the bottom of "
            "the curve:"
        ),
        Run("slope(f, 0.75, h=0.000000001)"),
        Say("Drawn, a slope is that of the line which touches the curve at the place:"),
        Run(
            "plot(f, -3, 7, tangent_at=[-2, 0.75, 2, 6])",
            "tangents",
            "Four places, four tangents. At 0.75 the line lies flat.",
        ),
    ],
)

SMALLER_STEPS = Chapter(
    "A smaller step is better, until it is not",
    [
        Say(
            "With *h* at a millionth the slope at 2 came out as {slope(f, 2)!r}, which is close "
            "to a round number. It can be had exactly. Hand the function a `Value` in place of a "
            "number, and it remembers how the answer came about:"
        ),
        Run("""
            x = Value(2.0, label='x')
            y = f(x)
            y.backward()
            x.grad
            """),
        Say("That gives us a yardstick for what happens as *h* shrinks:"),
        Run(
            "convergence(f, 2, x.grad, exponents)",
            caption="The slope of *f* at 2, measured with smaller and smaller steps.",
            alone=True,
        ),
        Say(
            "From row to row the error shrinks with *h*, as the limit promises. Then it grows "
            "again. A float has about sixteen digits, and *f*(*x* + *h*) and *f*(*x*) share more "
            "and more of them; what the subtraction leaves over is rounding noise, and dividing "
            "by *h* makes it large. In the end *x* + *h* is *x*, and the slope vanishes. Nudging "
            "is a fine way to **check** a gradient, and a poor way to compute one."
        ),
    ],
)

THREE_INPUTS = Chapter(
    "Three inputs, three slopes",
    [
        Say("A formula with several inputs has a slope for each: the others are held still."),
        Equation("d = a · b + c"),
        Run("""
            def d(a, b, c):
                return a * b + c

            d(3.0, -2.0, 8.0)
            """),
        Run(
            """
            h = 0.0001
            d(3.0 + h, -2.0, 8.0)
            d(3.0, -2.0 + h, 8.0)
            """
        ),
        Say("A little more *a*, and *d* sinks; a little more *b*, and it rises. All three slopes:"),
        Run("""
            by_a, by_b, by_c = slope(d, 3.0, -2.0, 8.0, h=h)
            by_a
            by_b
            by_c
            """),
        Say(
            "Read them as a rule about the two operations. In a product, the slope by one factor "
            "is **the other factor**: {round(by_a)} is what *b* is, {round(by_b)} is what *a* "
            "is. In a sum, a step goes through **as it is**: the slope by *c* is {round(by_c)}. "
            "These are *local derivatives*, one for each operand of one operation, and there is "
            "nothing else to know about an operation."
        ),
    ],
)

THE_CHAIN_RULE = Chapter(
    "The chain rule",
    [
        Say("One more factor, and every intermediate result gets a name:"),
        Run(
            """
            a = Value(3.0, label='a')
            b = Value(-2.0, label='b')
            c = Value(8.0, label='c')
            f = Value(-2.0, label='f')
            d = a * b;  d.label = 'd'
            e = d + c;  e.label = 'e'
            L = e * f;  L.label = 'L'
            draw_dot(L)
            """,
            "four-inputs",
            "*L* = (*a* · *b* + *c*) · *f*, from the inputs at the left to the result.",
        ),
        Say(
            "Start at the far end. *L* moves exactly as *L* does, so the gradient there is 1. "
            "One step back, *L* is a product, and the slope by one factor is the other: by *e* "
            "it is *f*, and by *f* it is *e*. Measured, with the inner node *e* taken as an "
            "input:"
        ),
        Run("""
            slope(lambda L: L, L.data, h=h)
            slope(lambda e, f: e * f, e.data, f.data, h=h)
            """),
        Say(
            "And *d*, which reaches *L* only through *e*? A step of *d* moves *e* by as much as "
            "*de*/*dd* says, and that moves *L* by as much as *dL*/*de* says. **Along a path, "
            "slopes multiply.** That is the chain rule."
        ),
        Run("by_node = gradients(L)", alone=True),
        Equation("dL/dd = dL/de · de/dd = {by_node[e]!p} · 1 = {by_node[d]}"),
        Run("slope(lambda d: (d + c.data) * f.data, d.data, h=h)"),
        Say("Another operation back, and the path is three steps long:"),
        Equation("dL/da = dL/de · de/dd · dd/da = {by_node[e]!p} · 1 · {b.data!p} = {by_node[a]}"),
        Say(
            "One walk from the result back to the inputs, each node multiplying what arrives by "
            "its own local derivatives: that walk is *backpropagation*, and `backward()` takes "
            "it."
        ),
        Run(
            """
            L.backward()
            a.grad
            draw_dot(L)
            """,
            "chain-rule",
            "The same graph after `L.backward()`: every node has its gradient.",
        ),
    ],
)

CHAPTERS = (A_FUNCTION, SMALLER_STEPS, THREE_INPUTS, THE_CHAIN_RULE)
