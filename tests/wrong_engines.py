"""A small engine in micrograd's manner that is right, and the same with one mistake planted.

`engine()` gives the right class; `engine("tanh rule")` one with that mistake.
"""

from __future__ import annotations

import math

# mistake: the rule that has to be named
PLANTED = {
    # an operation's local derivative
    "tanh has relu's rule": "tanh",
    "tanh uses its input": "tanh",
    "exp uses its input": "exp",
    "log by its output": "log",
    "sqrt without the two": "sqrt",
    "sin without cosine": "sin",
    "cos without the sign": "cos",
    "sigmoid uses its input": "sigmoid",
    "sigmoid by another formula": "sigmoid",
    "relu passes what is negative": "relu",
    "relu passes nothing": "relu",
    "abs always passes 1": "abs",
    "max passes to both": "max",
    "min passes to the larger": "min",
    "pow keeps the exponent": "pow",
    "pow forgets the exponent": "pow",
    "mul exchanges the factors": "mul",
    "mul forgets one factor": "mul",
    "add passes to one only": "add",
    "sub passes with one sign": "sub",
    "div exchanges the partials": "div",
    "div with the wrong sign": "div",
    "neg passes without the sign": "neg",
    # the gradient above
    "sigmoid without upstream": "sigmoid",
    "tanh without upstream": "tanh",
    "mul without upstream": "mul",
    "add without upstream": "add",
    "exp adds upstream": "exp",
    # results
    "neg ignored": "neg",
    "rsub exchanged": "sub",
    "rtruediv exchanged": "div",
    "rpow exchanged": "pow",
    "relu of the magnitude": "relu",
    # reuse
    "= everywhere": "accumulation",
    "= in mul": "accumulation",
    "= in add, left": "accumulation",
    "= in tanh": "accumulation",
    "a set loses an operand": "accumulation",
    # order
    "breadth first": "order",
    "depth first, users late": "order",
    "not reversed": "order",
    "by number": "order",
    "walks every path": "order",
    # state
    "root at 2": "state",
    "root not set": "state",
    "root adds up": "state",
    "inner gradients stay": "state",
    "leaves are zeroed": "state",
    "visited for ever": "state",
    # depth
    "recursion": "depth",
    "fails beyond 1,000": "depth",
}


def engine(bug: str = "", composite: bool = False):
    """The class; with `composite`, sub, div, neg and sigmoid are built from the other ones."""
    assert not bug or bug in PLANTED
    seen: set = set()

    class Value:
        def __init__(self, data, operands=(), partials=None, name=""):
            self.data, self.grad, self.name = data, 0.0, name
            self.operands = operands
            self.partials = partials or (lambda g: ())

        # ---- one operation ----

        @staticmethod
        def lift(x):
            return x if isinstance(x, Value) else Value(float(x))

        @staticmethod
        def make(name, data, operands, *rules):
            """A node that gives rules[i](g) to operand i."""
            if bug == f"{name} without upstream":
                return Value(data, operands, lambda g: [rule(1.0) for rule in rules], name)
            return Value(data, operands, lambda g: [rule(g) for rule in rules], name)

        def __add__(self, other):
            other = Value.lift(other)
            right = 0.0 if bug == "add passes to one only" else 1.0
            return Value.make(
                "add", self.data + other.data, (self, other), lambda g: g, lambda g: right * g
            )

        def __mul__(self, other):
            other = Value.lift(other)
            x, y = self.data, other.data
            first, second = y, x
            if bug == "mul exchanges the factors":
                first, second = x, y
            if bug == "mul forgets one factor":
                second = 1.0
            return Value.make(
                "mul", x * y, (self, other), lambda g: first * g, lambda g: second * g
            )

        def __pow__(self, y):
            if not isinstance(y, (int, float)):
                raise TypeError("only numbers")
            x = self.data
            slope = y * x ** (y - 1)
            if bug == "pow keeps the exponent":
                slope = y * x**y
            if bug == "pow forgets the exponent":
                slope = x ** (y - 1)
            return Value.make("pow", x**y, (self,), lambda g: slope * g)

        def __rpow__(self, base):
            if bug == "rpow exchanged":
                return self**base
            out = base**self.data
            return Value.make("pow", out, (self,), lambda g: out * math.log(base) * g)

        def __neg__(self):
            if bug == "neg ignored":
                return self
            if composite:
                return self * -1
            sign = 1.0 if bug == "neg passes without the sign" else -1.0
            return Value.make("neg", -self.data, (self,), lambda g: sign * g)

        def __sub__(self, other):
            if composite:
                return self + (-Value.lift(other))
            other = Value.lift(other)
            sign = 1.0 if bug == "sub passes with one sign" else -1.0
            return Value.make(
                "sub", self.data - other.data, (self, other), lambda g: g, lambda g: sign * g
            )

        def __truediv__(self, other):
            other = Value.lift(other)
            if composite:
                return self * other**-1
            x, y = self.data, other.data
            first, second = 1 / y, -x / (y * y)
            if bug == "div exchanges the partials":
                first, second = second, first
            if bug == "div with the wrong sign":
                second = -second
            return Value.make(
                "div", x / y, (self, other), lambda g: first * g, lambda g: second * g
            )

        def __radd__(self, other):
            return self + other

        def __rmul__(self, other):
            return self * other

        def __rsub__(self, other):
            return self - other if bug == "rsub exchanged" else Value.lift(other) - self

        def __rtruediv__(self, other):
            return self / other if bug == "rtruediv exchanged" else Value.lift(other) / self

        def __abs__(self):
            sign = 1.0 if bug == "abs always passes 1" else math.copysign(1.0, self.data)
            return Value.make("abs", abs(self.data), (self,), lambda g: sign * g)

        def unary(self, name, out, slope):
            return Value.make(name, out, (self,), lambda g: slope * g)

        def tanh(self):
            if composite:
                e = (self * 2).exp()
                return (e - 1) / (e + 1)
            out = math.tanh(self.data)
            slope = 1 - out * out
            if bug == "tanh has relu's rule":
                slope = 1.0 if out > 0 else 0.0
            if bug == "tanh uses its input":
                slope = 1 - self.data**2
            return self.unary("tanh", out, slope)

        def exp(self):
            out = math.exp(self.data)
            if bug == "exp adds upstream":
                return Value.make("exp", out, (self,), lambda g: out + g - 1)
            return self.unary("exp", out, self.data if bug == "exp uses its input" else out)

        def log(self):
            out = math.log(self.data)
            below = out if bug == "log by its output" and out else self.data
            return self.unary("log", out, 1 / below)

        def sqrt(self):
            out = math.sqrt(self.data)
            return self.unary("sqrt", out, 1 / out if bug == "sqrt without the two" else 0.5 / out)

        def sin(self):
            slope = math.sin if bug == "sin without cosine" else math.cos
            return self.unary("sin", math.sin(self.data), slope(self.data))

        def cos(self):
            sign = 1 if bug == "cos without the sign" else -1
            return self.unary("cos", math.cos(self.data), sign * math.sin(self.data))

        def sigmoid(self):
            if composite:
                return 1 / (1 + (-self).exp())
            out = 0.5 + 0.5 * math.tanh(self.data / 2)  # nothing overflows
            slope = out * (1 - out)
            if bug == "sigmoid uses its input":
                slope = self.data * (1 - self.data)
            if bug == "sigmoid by another formula":
                slope = 1 - out
            return self.unary("sigmoid", out, slope)

        def relu(self):
            out = max(0.0, self.data)
            slope = 1.0 if out > 0 else 0.0
            if bug == "relu passes what is negative":
                slope = 1.0
            if bug == "relu passes nothing":
                slope = 0.0
            if bug == "relu of the magnitude":
                out = abs(self.data)
            return self.unary("relu", out, slope)

        def max(self, other):
            other = Value.lift(other)
            first, second = (1.0, 0.0) if self.data > other.data else (0.0, 1.0)
            if bug == "max passes to both":
                first = second = 1.0
            out = max(self.data, other.data)
            return Value.make("max", out, (self, other), lambda g: first * g, lambda g: second * g)

        def min(self, other):
            other = Value.lift(other)
            first, second = (1.0, 0.0) if self.data < other.data else (0.0, 1.0)
            if bug == "min passes to the larger":
                first, second = second, first
            out = min(self.data, other.data)
            return Value.make("min", out, (self, other), lambda g: first * g, lambda g: second * g)

        # ---- the pass ----

        def push(self):
            overwrites = bug == "= everywhere" or (
                bug.startswith("= in") and self.name == bug.split()[2].strip(",")
            )
            pairs = list(zip(self.operands, self.partials(self.grad)))
            if bug == "a set loses an operand":
                pairs = list(dict(pairs).items())
            for position, (operand, part) in enumerate(pairs):
                if overwrites and (position == 0 or "left" not in bug):
                    operand.grad = part
                else:
                    operand.grad += part

        def order(self):
            if bug == "recursion":
                return self.recursive_order()
            done, order, stack = seen if bug == "visited for ever" else set(), [], [(self, False)]
            while stack:
                node, ready = stack.pop()
                if ready:
                    order.append(node)
                elif node not in done:
                    done.add(node)
                    stack.append((node, True))
                    stack.extend((x, False) for x in reversed(node.operands) if x not in done)
            return order[::-1]

        def recursive_order(self):
            done, order = set(), []

            def visit(node):
                if node not in done:
                    done.add(node)
                    for x in node.operands:
                        visit(x)
                    order.append(node)

            visit(self)
            return order[::-1]

        def wrong_order(self):
            order, queue = [], [self]
            while queue:
                node = queue.pop(0 if bug == "breadth first" else -1)
                if node not in order:
                    order.append(node)
                    queue.extend(node.operands)
            if bug == "by number":
                order.sort(key=lambda node: -node.data)
            return order

        def walk(self):
            for operand, part in zip(self.operands, self.partials(self.grad)):
                before, operand.grad = operand.grad, part
                operand.walk()
                operand.grad += before

        def backward(self):
            if bug in ("breadth first", "depth first, users late", "by number"):
                order = self.wrong_order()
            else:
                order = self.order()
            if bug == "not reversed":
                order.reverse()
            if bug == "fails beyond 1,000" and len(order) > 1000:
                order = order[:1000]
            if bug != "inner gradients stay":
                for node in order:
                    if bug == "leaves are zeroed" or (node.operands and node is not self):
                        node.grad = 0.0
            if bug == "root adds up":
                self.grad += 1.0
            elif bug != "root not set":
                self.grad = 2.0 if bug == "root at 2" else 1.0
            if bug == "walks every path":
                return self.walk()
            for node in order:
                node.push()
            return None

    return Value


def micrograd_like(remembered=None, twins="", visited=True, equal=False, shared=False, limit=None):
    """Micrograd's manner: each node's rule is a function that runs in the pass, whatever the node
    remembers. Right unless something is asked for.

    Args:
        remembered: For an operation how many of its operands the result remembers.
        twins: Whether an operand that is the other one gets nothing.
        visited: Whether the pass visits every node once.
        equal: Whether nodes with equal numbers are equal.
        shared: Whether all passes have one list of nodes.
        limit: The largest gradient that there may be.
    """
    kept: list = []

    class Value:
        def __init__(self, data, operands=(), name=""):
            self.data, self.grad = data, 0.0
            self.operands = tuple(operands)[: (remembered or {}).get(name)]
            self.push = lambda: None

        if equal:

            def __eq__(self, other):
                return self.data == other.data

            def __hash__(self):
                return hash(self.data)

        def node(self, name, data, operands, *partials):
            out = Value(data, operands, name)

            def push():
                for position, (operand, partial) in enumerate(zip(operands, partials)):
                    if not (twins and position and operand is operands[0]):
                        operand.grad += partial * out.grad

            out.push = push
            return out

        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return self.node("add", self.data + other.data, (self, other), 1.0, 1.0)

        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return self.node("mul", self.data * other.data, (self, other), other.data, self.data)

        def __pow__(self, y):
            assert isinstance(y, (int, float))
            return self.node("pow", self.data**y, (self,), y * self.data ** (y - 1))

        def tanh(self):
            out = math.tanh(self.data)
            return self.node("tanh", out, (self,), 1 - out * out)

        def __neg__(self):
            return self * -1

        def __sub__(self, other):
            return self + (-other)

        def __truediv__(self, other):
            return self * other**-1

        def __radd__(self, other):
            return self + other

        def __rmul__(self, other):
            return self * other

        def __rsub__(self, other):
            return (-self) + other

        def __rtruediv__(self, other):
            return self**-1 * other

        def backward(self):
            order, done, stack = kept if shared else [], set(), [(self, False)]
            while stack:
                node, ready = stack.pop()
                if ready:
                    order.append(node)
                elif node not in done:
                    if visited:
                        done.add(node)
                    stack.append((node, True))
                    stack.extend((x, False) for x in node.operands)
            for node in order:
                if node.operands:
                    node.grad = 0.0
            self.grad = 1.0
            for node in reversed(order):
                if limit is not None:
                    node.grad = max(-limit, min(limit, node.grad))
                node.push()

    return Value
