"""Its training takes a while, below the class."""

import math

TAPE = []


class Value:
    def __init__(self, data, inputs=(), slopes=()):
        self.data, self.grad = data, 0.0
        self.inputs, self.slopes = inputs, slopes
        TAPE.append(self)

    def wrap(self, x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = self.wrap(other)
        return Value(self.data + other.data, [self, other], [1.0, 1.0])

    def __sub__(self, other):
        other = self.wrap(other)
        return Value(self.data - other.data, [self, other], [1.0, -1.0])

    def __mul__(self, other):
        other = self.wrap(other)
        return Value(self.data * other.data, [self, other], [other.data, self.data])

    def __truediv__(self, other):
        other = self.wrap(other)
        slopes = [1 / other.data, -self.data / other.data**2]
        return Value(self.data / other.data, [self, other], slopes)

    def __pow__(self, n):
        return Value(self.data**n, [self], [n * self.data ** (n - 1)])

    def __neg__(self):
        return Value(-self.data, [self], [-1.0])

    def __radd__(self, other):
        return self.wrap(other) + self

    def __rsub__(self, other):
        return self.wrap(other) - self

    def __rmul__(self, other):
        return self.wrap(other) * self

    def __rtruediv__(self, other):
        return self.wrap(other) / self

    def exp(self):
        out = math.exp(self.data)
        return Value(out, [self], [out])

    def tanh(self):
        out = math.tanh(self.data)
        return Value(out, [self], [1 - out**2])

    def relu(self):
        return Value(max(self.data, 0.0), [self], [1.0 if self.data > 0 else 0.0])

    def backward(self):
        end = next(i for i in range(len(TAPE) - 1, -1, -1) if TAPE[i] is self)
        for node in TAPE[: end + 1]:
            if node.inputs:
                node.grad = 0.0
        self.grad = 1.0
        for node in reversed(TAPE[: end + 1]):
            for x, slope in zip(node.inputs, node.slopes):
                x.grad += slope * node.grad


weight = Value(0.0)
while True:
    loss = (weight * 2.0 - 1.0) ** 2
    loss.backward()
    weight.data -= 1e-9 * weight.grad
    TAPE.clear()
