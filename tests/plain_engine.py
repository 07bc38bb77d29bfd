"""Two small engines as people write them, which existing programs are compared on: one whose nodes
keep a closure, and one whose nodes keep local derivatives."""

from __future__ import annotations

import math


class Derived:
    """The operators that both derive from +, * and **."""

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1


def sort(root, operands):
    """The nodes below a root, operands before their users."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, is_done = stack.pop()
        if is_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((below, False) for below in reversed(operands(node)))
    return order


class Closures(Derived):
    """A node that keeps a function which passes its gradient on."""

    def __init__(self, data, _children=(), _op="", label=""):
        self.data, self.grad, self.label = data, 0.0, label
        self._prev, self._op = tuple(_children), _op
        self._backward = lambda: None

    def _make(self, data, op, *links):
        """A node with these pairs of an operand and a function for its local derivative."""
        out = type(self)(data, [operand for operand, _ in links], op)

        def _backward():
            for operand, local in links:
                operand.grad += local(out) * out.grad

        out._backward = _backward
        return out

    def __add__(self, other):
        other = other if isinstance(other, Closures) else type(self)(other)
        one = lambda out: 1.0  # noqa: E731
        return self._make(self.data + other.data, "+", (self, one), (other, one))

    def __mul__(self, other):
        other = other if isinstance(other, Closures) else type(self)(other)
        pairs = (self, lambda out: other.data), (other, lambda out: self.data)
        return self._make(self.data * other.data, "*", *pairs)

    def __pow__(self, power):
        slope = lambda out: power * self.data ** (power - 1)  # noqa: E731
        return self._make(self.data**power, f"**{power}", (self, slope))

    def relu(self):
        return self._make(max(0, self.data), "ReLU", (self, lambda out: float(out.data > 0)))

    def tanh(self):
        return self._make(math.tanh(self.data), "tanh", (self, lambda out: 1 - out.data**2))

    def exp(self):
        return self._make(math.exp(self.data), "exp", (self, lambda out: out.data))

    def log(self):
        return self._make(math.log(self.data), "log", (self, lambda out: 1 / self.data))

    def backward(self):
        self.grad = 1.0
        for node in reversed(sort(self, lambda node: node._prev)):
            node._backward()


class Locals(Derived):
    """A node that keeps its local derivatives."""

    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad = data, 0
        self._children, self._local_grads = children, local_grads

    def __add__(self, other):
        other = other if isinstance(other, Locals) else type(self)(other)
        return type(self)(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Locals) else type(self)(other)
        return type(self)(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power):
        return type(self)(self.data**power, (self,), (power * self.data ** (power - 1),))

    def log(self):
        return type(self)(math.log(self.data), (self,), (1 / self.data,))

    def exp(self):
        return type(self)(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self):
        return type(self)(max(0, self.data), (self,), (float(self.data > 0),))

    def backward(self):
        self.grad = 1
        for node in reversed(sort(self, lambda node: node._children)):
            for child, local in zip(node._children, node._local_grads):
                child.grad += local * node.grad
