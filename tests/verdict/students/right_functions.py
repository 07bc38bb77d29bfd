"""An operation is a class with a forward and a backward method."""

import math


class Add:
    def forward(self, x, y):
        return x + y

    def backward(self, g):
        return g, g


class Mul:
    def forward(self, x, y):
        self.saved = x, y
        return x * y

    def backward(self, g):
        x, y = self.saved
        return g * y, g * x


class Pow:
    def __init__(self, n):
        self.n = n

    def forward(self, x):
        self.x = x
        return x**self.n

    def backward(self, g):
        return (g * self.n * self.x ** (self.n - 1),)


class Exp:
    def forward(self, x):
        self.out = math.exp(x)
        return self.out

    def backward(self, g):
        return (g * self.out,)


class Tanh:
    def forward(self, x):
        self.out = math.tanh(x)
        return self.out

    def backward(self, g):
        return (g * (1 - self.out**2),)


class Relu:
    def forward(self, x):
        self.on = x > 0
        return x if self.on else 0.0

    def backward(self, g):
        return (g if self.on else 0.0,)


class Value:
    def __init__(self, data, function=None, inputs=()):
        self.data, self.grad = float(data), 0.0
        self.function, self.inputs = function, inputs

    def apply(self, function, *others):
        inputs = (self, *(x if isinstance(x, Value) else Value(x) for x in others))
        return Value(function.forward(*(x.data for x in inputs)), function, inputs)

    def __add__(self, other):
        return self.apply(Add(), other)

    def __mul__(self, other):
        return self.apply(Mul(), other)

    def __pow__(self, n):
        return self.apply(Pow(n))

    def exp(self):
        return self.apply(Exp())

    def tanh(self):
        return self.apply(Tanh())

    def relu(self):
        return self.apply(Relu())

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -1 * other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * (other**-1)

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for x in node.inputs:
                    visit(x)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            if node.function:
                for x, g in zip(node.inputs, node.function.backward(node.grad)):
                    x.grad += g
