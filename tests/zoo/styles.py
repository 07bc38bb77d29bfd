"""Right engines in different styles, as source text, so that a mistake is one edit of it."""

from __future__ import annotations

import itertools
import linecache

OPERATORS = """
    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other ** -1

    def __rtruediv__(self, other):
        return other * self ** -1
"""

CLOSURES = '''
import math

class Value:
    """micrograd's style: each result has a closure."""

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op

    def __repr__(self):
        return f"Value(data={self.data})"

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def __pow__(self, n):
        assert isinstance(n, (int, float))
        out = Value(self.data ** n, (self,), f"**{n}")

        def _backward():
            self.grad += n * self.data ** (n - 1) * out.grad
        out._backward = _backward
        return out

    def relu(self):
        out = Value(0.0 if self.data < 0 else self.data, (self,), "ReLU")

        def _backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad
        out._backward = _backward
        return out

    def exp(self):
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward():
            self.grad += out.data * out.grad
        out._backward = _backward
        return out

    def log(self):
        out = Value(math.log(self.data), (self,), "log")

        def _backward():
            self.grad += 1 / self.data * out.grad
        out._backward = _backward
        return out
# operators
    def backward(self):
        topo = []
        visited = set()

        def build_topo(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build_topo(child)
                topo.append(v)
        build_topo(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
'''.replace("# operators", OPERATORS)

LOCALS = """
import math

class Value:
    __slots__ = ("data", "grad", "_children", "_local_grads")

    def __init__(self, data, children=(), local_grads=()):
        self.data = data
        self.grad = 0
        self._children = children
        self._local_grads = local_grads

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, other):
        return Value(self.data ** other, (self,), (other * self.data ** (other - 1),))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def exp(self):
        return Value(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self):
        return Value(max(0, self.data), (self,), (float(self.data > 0),))

    def sigmoid(self):
        s = 0.5 * (1 + math.tanh(self.data / 2))
        return Value(s, (self,), (s * (1 - s),))
# operators
    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v in seen:
                return
            seen.add(v)
            for child in v._children:
                visit(child)
            order.append(v)

        visit(self)
        self.grad = 1
        for v in reversed(order):
            for child, local in zip(v._children, v._local_grads):
                child.grad += local * v.grad
""".replace("# operators", OPERATORS)

DISPATCH = '''
import math

class Scalar:
    """One long backward that asks each node for its operation."""

    def __init__(self, value, op="leaf", args=()):
        self.value = float(value)
        self.op = op
        self.args = list(args)
        self.gradient = 0.0

    @classmethod
    def wrap(cls, x):
        return x if isinstance(x, Scalar) else cls(x)

    def __add__(self, other):
        other = Scalar.wrap(other)
        return Scalar(self.value + other.value, "add", [self, other])

    def __sub__(self, other):
        other = Scalar.wrap(other)
        return Scalar(self.value - other.value, "sub", [self, other])

    def __mul__(self, other):
        other = Scalar.wrap(other)
        return Scalar(self.value * other.value, "mul", [self, other])

    def __truediv__(self, other):
        other = Scalar.wrap(other)
        return Scalar(self.value / other.value, "div", [self, other])

    def __neg__(self):
        return Scalar(-self.value, "neg", [self])

    def __radd__(self, other):
        return Scalar.wrap(other) + self

    def __rsub__(self, other):
        return Scalar.wrap(other) - self

    def __rmul__(self, other):
        return Scalar.wrap(other) * self

    def __rtruediv__(self, other):
        return Scalar.wrap(other) / self

    def sin(self):
        return Scalar(math.sin(self.value), "sin", [self])

    def cos(self):
        return Scalar(math.cos(self.value), "cos", [self])

    def sqrt(self):
        return Scalar(math.sqrt(self.value), "sqrt", [self])

    def max(self, other):
        other = Scalar.wrap(other)
        return Scalar(max(self.value, other.value), "max", [self, other])

    def push(self):
        g = self.gradient
        if self.op == "add":
            a, b = self.args
            a.gradient += g
            b.gradient += g
        elif self.op == "sub":
            a, b = self.args
            a.gradient += g
            b.gradient -= g
        elif self.op == "mul":
            a, b = self.args
            a.gradient += g * b.value
            b.gradient += g * a.value
        elif self.op == "div":
            a, b = self.args
            a.gradient += g / b.value
            b.gradient -= g * a.value / b.value ** 2
        elif self.op == "neg":
            self.args[0].gradient -= g
        elif self.op == "sin":
            self.args[0].gradient += g * math.cos(self.args[0].value)
        elif self.op == "cos":
            self.args[0].gradient -= g * math.sin(self.args[0].value)
        elif self.op == "sqrt":
            self.args[0].gradient += g / (2 * self.value)
        elif self.op == "max":
            a, b = self.args
            if a.value >= b.value:
                a.gradient += g
            else:
                b.gradient += g

    def order(self):
        done, todo, out = set(), [(self, False)], []
        while todo:
            node, ready = todo.pop()
            if ready:
                out.append(node)
            elif id(node) not in done:
                done.add(id(node))
                todo.append((node, True))
                todo.extend((x, False) for x in node.args)
        return out

    def backprop(self):
        nodes = self.order()
        for node in nodes:
            if node.args:
                node.gradient = 0.0
        self.gradient = 1.0
        for node in reversed(nodes):
            node.push()
'''

PAIRS = '''
import math
from collections import deque

class Var:
    """Parents are pairs of a node and a local derivative; a node waits for all of its users."""

    def __init__(self, val, parents=()):
        self.val = val
        self.parents = parents
        self.grad = 0.0

    def __add__(self, o):
        o = o if isinstance(o, Var) else Var(o)
        return Var(self.val + o.val, [(self, 1.0), (o, 1.0)])

    __radd__ = __add__

    def __mul__(self, o):
        o = o if isinstance(o, Var) else Var(o)
        return Var(self.val * o.val, [(self, o.val), (o, self.val)])

    __rmul__ = __mul__

    def __neg__(self):
        return Var(-self.val, [(self, -1.0)])

    def __sub__(self, o):
        o = o if isinstance(o, Var) else Var(o)
        return Var(self.val - o.val, [(self, 1.0), (o, -1.0)])

    def __rsub__(self, o):
        return Var(o) - self

    def __truediv__(self, o):
        o = o if isinstance(o, Var) else Var(o)
        return Var(self.val / o.val, [(self, 1 / o.val), (o, -self.val / o.val**2)])

    def __rtruediv__(self, o):
        return Var(o) / self

    def __abs__(self):
        return Var(abs(self.val), [(self, 1.0 if self.val > 0 else -1.0)])

    def exp(self):
        e = math.exp(self.val)
        return Var(e, [(self, e)])

    def tanh(self):
        t = math.tanh(self.val)
        return Var(t, [(self, 1 - t * t)])

    def softplus(self):
        s = max(self.val, 0.0) + math.log1p(math.exp(-abs(self.val)))
        return Var(s, [(self, 0.5 * (1 + math.tanh(self.val / 2)))])

    def square(self):
        return Var(self.val ** 2, [(self, 2 * self.val)])

    def backward(self):
        users = {id(self): 0}
        stack = [self]
        while stack:
            v = stack.pop()
            for p, _ in v.parents:
                if id(p) not in users:
                    users[id(p)] = 0
                    stack.append(p)
                users[id(p)] += 1
        grads = {id(self): 1.0}
        ready = deque([self])
        while ready:
            v = ready.popleft()
            g = grads.pop(id(v))
            v.grad = 1.0 if v is self else v.grad + g
            for p, local in v.parents:
                grads[id(p)] = grads.get(id(p), 0.0) + local * g
                users[id(p)] -= 1
                if users[id(p)] == 0:
                    ready.append(p)
'''

FUNCTIONS = '''
import math

class Function:
    """PyTorch's manner: an object of a class of its own remembers what backward needs."""

    def __init__(self, *inputs):
        self.inputs = inputs

    @classmethod
    def apply(cls, *inputs):
        fn = cls(*inputs)
        out = Tensor(fn.forward(*[x.data for x in inputs]))
        out.grad_fn = fn
        return out

class Add(Function):
    def forward(self, x, y):
        return x + y
    def backward(self, g):
        return g, g

class Mul(Function):
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y
    def backward(self, g):
        return g * self.y, g * self.x

class Neg(Function):
    def forward(self, x):
        return -x
    def backward(self, g):
        return (-g,)

class Exp(Function):
    def forward(self, x):
        self.out = math.exp(x)
        return self.out
    def backward(self, g):
        return (g * self.out,)

class Sigmoid(Function):
    def forward(self, x):
        self.s = 0.5 * math.tanh(0.5 * x) + 0.5
        return self.s
    def backward(self, g):
        return (g * self.s * (1 - self.s),)

class Tensor:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.grad_fn = None

    def _t(self, x):
        return x if isinstance(x, Tensor) else Tensor(x)

    def __add__(self, o): return Add.apply(self, self._t(o))
    def __radd__(self, o): return Add.apply(self._t(o), self)
    def __mul__(self, o): return Mul.apply(self, self._t(o))
    def __rmul__(self, o): return Mul.apply(self._t(o), self)
    def __neg__(self): return Neg.apply(self)
    def __sub__(self, o): return self + (-self._t(o))
    def __rsub__(self, o): return self._t(o) + (-self)
    def exp(self): return Exp.apply(self)
    def sigmoid(self): return Sigmoid.apply(self)

    def toposort(self):
        seen, order = set(), []
        stack = [(self, iter(self.grad_fn.inputs if self.grad_fn else ()))]
        seen.add(id(self))
        while stack:
            node, it = stack[-1]
            for child in it:
                if id(child) not in seen:
                    seen.add(id(child))
                    stack.append((child, iter(child.grad_fn.inputs if child.grad_fn else ())))
                    break
            else:
                order.append(node)
                stack.pop()
        return order[::-1]

    def backward(self):
        pending = {id(self): 1.0}
        for t in self.toposort():
            g = pending[id(t)]
            if t.grad_fn is None:
                t.grad = g if t.grad is None else t.grad + g
                continue
            t.grad = g
            for x, gx in zip(t.grad_fn.inputs, t.grad_fn.backward(g)):
                pending[id(x)] = pending.get(id(x), 0.0) + gx
'''

VALUES_ONLY = '''
import math

class Node:
    """Takes Values only; methods besides the operators."""

    def __init__(self, v):
        self.v = v
        self.g = 0.0
        self.inputs = []
        self.rule = None

    @staticmethod
    def make(v, inputs, rule):
        out = Node(v)
        out.inputs = inputs
        out.rule = rule
        return out

    def __add__(self, other):
        return Node.make(self.v + other.v, [self, other], lambda g: (g, g))

    def __sub__(self, other):
        return Node.make(self.v - other.v, [self, other], lambda g: (g, -g))

    def __mul__(self, other):
        return Node.make(self.v * other.v, [self, other], lambda g: (g * other.v, g * self.v))

    def exp(self):
        e = math.exp(self.v)
        return Node.make(e, [self], lambda g: (g * e,))

    def sin(self):
        return Node.make(math.sin(self.v), [self], lambda g: (g * math.cos(self.v),))

    def run_backward(self):
        order = []
        seen = set()
        todo = [(self, 0)]
        while todo:
            node, state = todo.pop()
            if state:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                todo.append((node, 1))
                for x in node.inputs:
                    todo.append((x, 0))
        for node in order:
            if node.inputs:
                node.g = 0.0
        self.g = 1.0
        for node in order[::-1]:
            if node.rule is not None:
                for x, g in zip(node.inputs, node.rule(node.g)):
                    x.g += g

    backward = run_backward
'''

RECURSIVE = '''
import math

class Num:
    """Pushes along every path; right, though slow."""

    def __init__(self, data, deps=()):
        self.data, self.grad, self.deps = data, 0.0, deps

    def __add__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        return Num(self.data + other.data, ((self, lambda g: g), (other, lambda g: g)))

    def __mul__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        return Num(
            self.data * other.data,
            ((self, lambda g: g * other.data), (other, lambda g: g * self.data)),
        )

    def tanh(self):
        t = math.tanh(self.data)
        return Num(t, ((self, lambda g: g * (1 - t * t)),))

    __radd__, __rmul__ = __add__, __mul__

    def backward(self, grad=1.0):
        self.grad += grad
        for node, rule in self.deps:
            node.backward(rule(grad))
'''

HIGHER = '''
import math

class V:
    """Gradients are Values, so they can be differentiated again."""

    def __init__(self, data, prev=(), vjp=None):
        self.data, self.prev, self.vjp, self.grad = data, prev, vjp, None

    def __add__(self, o):
        o = o if isinstance(o, V) else V(o)
        return V(self.data + o.data, (self, o), lambda g: (g, g))

    def __mul__(self, o):
        o = o if isinstance(o, V) else V(o)
        return V(self.data * o.data, (self, o), lambda g: (g * o, g * self))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, o):
        return self + (-o)

    def sin(self):
        return V(math.sin(self.data), (self,), lambda g: (g * self.cos(),))

    def cos(self):
        return V(math.cos(self.data), (self,), lambda g: (g * (-self.sin()),))

    def backward(self):
        order, seen = [], set()
        todo = [(self, False)]
        while todo:
            n, done = todo.pop()
            if done:
                order.append(n)
            elif n not in seen:
                seen.add(n)
                todo.append((n, True))
                todo += [(p, False) for p in n.prev]
        for n in order:
            if n.prev:
                n.grad = None
        self.grad = V(1.0)
        for n in reversed(order):
            if n.vjp:
                for p, g in zip(n.prev, n.vjp(n.grad)):
                    p.grad = g if p.grad is None else p.grad + g
'''

FLAGGED = (
    LOCALS.replace(
        "def __init__(self, data, children=(), local_grads=()):",
        "def __init__(self, data, children=(), local_grads=(), requires_grad=False):\n"
        "        self.requires_grad = requires_grad or any(c.requires_grad for c in children)",
    )
    .replace('"_local_grads")', '"_local_grads", "requires_grad")')
    .replace(
        "                child.grad += local * v.grad",
        "                if child.requires_grad:\n                    child.grad += local * v.grad",
    )
)
"""PyTorch's manner again: nothing gets a gradient that doesn't ask for it."""

ZEROING = CLOSURES.replace(
    "        self.grad = 1.0\n",
    "        for v in topo:\n            v.grad = 0.0\n        self.grad = 1.0\n",
)

NUMPY = CLOSURES.replace("import math", "import math\nimport numpy as np").replace(
    "self.data = data", "self.data = np.float32(data)"
)

STYLES = {
    "closures": CLOSURES, "locals": LOCALS, "dispatch": DISPATCH, "pairs": PAIRS,
    "functions": FUNCTIONS, "values only": VALUES_ONLY, "recursive": RECURSIVE, "higher": HIGHER,
    "flagged": FLAGGED, "zeroing": ZEROING, "numpy": NUMPY,
}  # fmt: skip
CLASSES = {"dispatch": "Scalar", "pairs": "Var", "functions": "Tensor", "values only": "Node",
           "recursive": "Num", "higher": "V"}  # fmt: skip
_numbers = itertools.count()


def build(style, *edits):
    """The class of a style, with pieces of its text replaced; its source can be read back."""
    text = STYLES[style]
    for old, new in edits:
        assert old in text, f"{style} has no {old!r}"
        text = text.replace(old, new, 1)
    file = f"<engine {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names = {"__name__": "engine"}
    exec(compile(text, file, "exec"), names)
    return names[CLASSES.get(style, "Value")]
