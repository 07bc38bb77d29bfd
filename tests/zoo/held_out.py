"""Further mistakes, written when the code was finished, to see what it makes of new ones.

20 of these 21 were named at first sight; the code was changed for "neg of the leaf" only.
"""

from __future__ import annotations

from zoo.planted import ADD, EXP, LOG, LOOP, MUL, NEG, POW, RELU, TANH, Planted

HELD_OUT = {
    "tanh by cosh": Planted(
        "pairs", (("1 - t * t", "1 / math.cosh(self.val)"),), "tanh", "V.tanh\\(\\)"
    ),
    "pow with the wrong factor": Planted(
        "closures",
        ((POW, "            self.grad += (n - 1) * self.data ** (n - 1) * out.grad\n"),),
        "pow",
        "should be 3",
    ),
    "log of ten": Planted(
        "closures",
        ((LOG, "            self.grad += 1 / (self.data * math.log(10)) * out.grad\n"),),
        "log",
        "should be 3.33333",
    ),
    "exp minus": Planted(
        "functions", (("return (g * self.out,)", "return (-g * self.out,)"),), "exp", "sign"
    ),
    "relu twice": Planted(
        "closures",
        ((RELU, "            self.grad += 2 * (out.data > 0) * out.grad\n"),),
        "relu",
        "2 times",
    ),
    "sub doubles the second": Planted(
        "dispatch", (("b.gradient -= g\n", "b.gradient -= 2 * g\n"),), "sub", "2 times"
    ),
    "neg forgets to multiply": Planted(
        "functions", (("return (-g,)", "return (-1.0,)"),), "neg", "Chain rule"
    ),
    "mul adds the gradient": Planted(
        "values only",
        (("(g * other.v, g * self.v)", "(g + other.v, g + self.v)"),),
        "mul",
        "V \\* V",
    ),
    "max always to the first": Planted(
        "dispatch",
        (("            if a.value >= b.value:\n", "            if True:\n"),),
        "max",
        "should be 0",
    ),
    "last operand only": Planted(
        "locals",
        (
            (
                "            for child in v._children:\n                visit(child)\n",
                "            if v._children:\n                visit(v._children[-1])\n",
            ),
        ),
        "order",
        "last operand only",
    ),
    "depth first": Planted(
        "values only",
        (("for node in order[::-1]:", "for node in sorted(order, key=lambda n: -n.v):"),),
        "order",
        "topological|more than once|after all of it has arrived",
    ),
    "breaks the loop early": Planted(
        "locals",
        ((LOOP, LOOP + "                break\n"),),
        "rules|add|accumulation",
        "y is 0|second of two|never",
    ),
    "gradient in the data": Planted(
        "closures",
        ((EXP, "            self.data += out.data * out.grad\n"),),
        "exp",
        "never writes to .grad",
    ),
    "empty rule": Planted("closures", ((TANH, "            pass\n"),), "tanh", "never writes"),
    "overwrites in mul": Planted(
        "dispatch",
        (("a.gradient += g * b.value", "a.gradient = g * b.value"),),
        "accumulation",
        "added up|\\+= instead of =",
    ),
    "self counted once": Planted(
        "closures",
        (
            (
                MUL,
                "            self.grad += other.data * out.grad\n"
                "            if other is not self:\n"
                "                other.grad += self.data * out.grad\n",
            ),
        ),
        "accumulation",
        "second of two equal operands",
    ),
    "imul in the number": Planted(
        "pairs",
        (
            (
                "    def __neg__",
                "    def __imul__(self, o):\n        self.val *= o.val\n        return self\n\n"
                "    def __neg__",
            ),
        ),
        "imul",
        "loses the graph",
    ),
    "rounds to whole numbers": Planted(
        "pairs", (("local * g\n", "round(local * g)\n"),), "precision", "whole numbers|ints"
    ),
    "seed of minus one": Planted(
        "values only", (("self.g = 1.0", "self.g = -1.0"),), "state", "should be 1"
    ),
    "add keeps one number": Planted(
        "closures",
        ((ADD, "            self.grad += 1.0\n            other.grad += 1.0\n"),),
        "add",
        "Chain rule",
    ),
    "neg of the leaf": Planted(
        "closures",
        ((NEG, "    def __neg__(self):\n        self.data = -self.data\n        return self\n"),),
        "neg",
        "changes its operand and returns it",
    ),
}
