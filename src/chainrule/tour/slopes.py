"""The first part of the tour: what a slope is, and how slopes multiply."""

from __future__ import annotations

from .script import Chapter, Equation, Run, Say

A_FUNCTION = Chapter(
    "A function and its slope",
    [
        Say(
            "Training a neural network is a search. The network is one long formula, and each of "
            "its weights is moved a little in the direction that improves the result. "
            "Backpropagation finds that direction. Let us begin with a formula that has a single "
            "input."
        ),
        Equation("f(x) = 2x^2 − 3x + 4"),
        Run(
            """
            def f(x):
                return 2*x**2 - 3*x + 4

            plot(f, -3, 4)
            """,
            "function",
            "*f* falls to its minimum and then rises.",
        ),
        Say("Here are its values at three points:"),
        Run("""
            f(2)
            f(6)
            f(-2)
            """),
        Say("Now move each point to the right by one millionth:"),
        Run("""
            h = 0.000001
            f(2 + h)
            f(6 + h)
            f(-2 + h)
            """),
        Say(
            "At 2 and at 6 the value grew; at {-2} it shrank. The change of the value, divided "
            "by the size of the step, approximates the **slope** at that point. The slope itself "
            "is defined as a limit:"
        ),
        Equation("slope = lim[h → 0] [f(x + h) − f(x)]/[h]"),
        Say("A computer can evaluate the fraction for a small *h*. That is all `slope` does:"),
        Run("""
            (f(2 + h) - f(2)) / h
            slope(f, 2)
            slope(f, 6)
            slope(f, -2)
            """),
        Say(
            "Where the slope is positive, the output grows with the input; where it is negative, "
            "the output shrinks. In between, at the bottom of the curve, the slope is 0:"
        ),
        Run("slope(f, 0.75, h=0.000000001)"),
        Say(
            "On the plot, the slope is that of the tangent, the line that just touches the curve "
            "there:"
        ),
        Run(
            "plot(f, -3, 7, tangent_at=[-2, 0.75, 2, 6])",
            "tangents",
            "Four points and their tangents. At 0.75 the tangent is horizontal.",
        ),
    ],
)

SMALLER_STEPS = Chapter(
    "A smaller step is better, until it is not",
    [
        Say(
            "With a step of one millionth, the slope at 2 came out as {slope(f, 2)!r}, which is "
            "close to a round number. We can get it exactly. Pass the function a `Value` instead "
            "of a number: a `Value` remembers how it was computed."
        ),
        Run("""
            x = Value(2.0, label='x')
            y = f(x)
            y.backward()
            x.grad
            """),
        Say("Knowing the exact slope, we can watch the error as *h* shrinks:"),
        Run(
            "convergence(f, 2, x.grad, exponents)",
            caption="The slope of *f* at 2, measured with smaller and smaller steps.",
            alone=True,
        ),
        Say(
            "At first the error shrinks with *h*, as the limit promises. Then it grows again. A "
            "float has about sixteen digits, and *f*(*x* + *h*) and *f*(*x*) agree in more and "
            "more of them; the subtraction leaves only rounding errors, and dividing by *h* "
            "magnifies them. In the end *x* + *h* equals *x*, and the measured slope is 0. "
            "Nudging is a good way to **check** a gradient and a poor way to compute one."
        ),
    ],
)

THREE_INPUTS = Chapter(
    "Three inputs, three slopes",
    [
        Say(
            "A formula with several inputs has a slope for each of them: move that input and "
            "hold the others fixed."
        ),
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
        Say("When *a* grows, *d* falls; when *b* grows, *d* rises. Here are all three slopes:"),
        Run("""
            by_a, by_b, by_c = slope(d, 3.0, -2.0, 8.0, h=h)
            by_a
            by_b
            by_c
            """),
        Say(
            "They show a rule for each of the two operations. In a product, the slope with "
            "respect to one factor is **the other factor**: {round(by_a)} is the value of *b*, "
            "and {round(by_b)} is the value of *a*. In a sum, a step passes through "
            "**unchanged**: the slope with respect to *c* is {round(by_c)}. Such slopes are "
            "*local derivatives*, one for each operand of an operation. Backpropagation needs to "
            "know nothing else about an operation."
        ),
    ],
)

THE_CHAIN_RULE = Chapter(
    "The chain rule",
    [
        Say("We add one more factor and name every intermediate result:"),
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
            "*L* = (*a* · *b* + *c*) · *f*, from the inputs on the left to the result on the "
            "right.",
        ),
        Say(
            "Start at the result. *L* changes exactly as much as itself, so its gradient is 1. "
            "One step back, *L* is a product, and the slope with respect to one factor is the "
            "other: *f* for *e*, and *e* for *f*. We can measure that by treating the inner node "
            "*e* as an input:"
        ),
        Run("""
            slope(lambda L: L, L.data, h=h)
            slope(lambda e, f: e * f, e.data, f.data, h=h)
            """),
        Say(
            "What about *d*, which affects *L* only through *e*? A small step of *d* changes *e* "
            "by *de*/*dd* times that step, and a small change of *e* changes *L* by *dL*/*de* "
            "times that change. **Along a path, slopes multiply.** That is the chain rule."
        ),
        Run("by_node = gradients(L)", alone=True),
        Equation("dL/dd = dL/de · de/dd = {by_node[e]!p} · 1 = {by_node[d]}"),
        Run("slope(lambda d: (d + c.data) * f.data, d.data, h=h)"),
        Say("One operation further back, the path has three steps:"),
        Equation("dL/da = dL/de · de/dd · dd/da = {by_node[e]!p} · 1 · {b.data!p} = {by_node[a]}"),
        Say(
            "We walk from the result back to the inputs, and each node multiplies the gradient "
            "that arrives by its own local derivatives. This walk is *backpropagation*, and "
            "`backward()` does it for us:"
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
