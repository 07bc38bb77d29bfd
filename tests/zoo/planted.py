"""One mistake planted in each engine, as an edit of a right one's text, with the rule that has to
be named and what the message has to say."""

from __future__ import annotations

from typing import NamedTuple

from zoo.styles import build


class Planted(NamedTuple):
    """A mistake: the style, the edits, and what has to be said of it."""

    style: str
    edits: tuple[tuple[str, str], ...]
    rule: str  # a regular expression
    words: str  # a regular expression

    def engine(self):
        """The class."""
        return build(self.style, *self.edits)


ADD = "            self.grad += out.grad\n            other.grad += out.grad\n"
MUL = """            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
"""
BUILD = """            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build_topo(child)
                topo.append(v)
"""
TOPO = """        build_topo(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
"""
LOOP = "                child.grad += local * v.grad\n"
EXP = "            self.grad += out.data * out.grad\n"
TANH = "            self.grad += (1 - t**2) * out.grad\n"
RELU = "            self.grad += (out.data > 0) * out.grad\n"
POW = "            self.grad += n * self.data ** (n - 1) * out.grad\n"
LOG = "            self.grad += 1 / self.data * out.grad\n"
REVERSED = "        for v in reversed(topo):\n"
NEG = "    def __neg__(self):\n        return self * -1.0\n"
DISPATCH_PUSH = "        for node in reversed(nodes):\n            node.push()\n"


def _closures(old, new, rule, words):
    return Planted("closures", ((old, new),), rule, words)


def _one(style, old, new, rule, words):
    return Planted(style, ((old, new),), rule, words)


PLANTED = {
    # ---- a formula ----
    "tanh without square": _closures(
        TANH, "            self.grad += (1 - t) * out.grad\n", "tanh", "out wasn't squared"
    ),
    "exp uses x": _closures(EXP, "            self.grad += self.data * out.grad\n", "exp", "Input"),
    "log upside down": _closures(
        LOG, "            self.grad += self.data * out.grad\n", "log", "should be 3.33333"
    ),
    "pow keeps exponent": _closures(
        POW, "            self.grad += n * self.data ** n * out.grad\n", "pow", "wasn't lowered"
    ),
    "pow drops exponent": _closures(
        POW, "            self.grad += self.data ** (n - 1) * out.grad\n", "pow", "come down"
    ),
    "pow by division": _closures(
        POW,
        "            self.grad += n * out.data / self.data * out.grad\n",
        "pow",
        "ZeroDivisionError",
    ),
    "pow of the size": _closures(
        POW,
        "            self.grad += n * abs(self.data) ** (n - 1) * out.grad\n",
        "pow",
        "x = −1.5",
    ),
    "relu open below": _closures(RELU, "            self.grad += out.grad\n", "relu", "x = −1.7"),
    "relu by the other side": _closures(
        RELU, "            self.grad += (out.data < 0) * out.grad\n", "relu", "but should be 1"
    ),
    "mul swapped": _closures(
        MUL,
        "            self.grad += self.data * out.grad\n"
        "            other.grad += other.data * out.grad\n",
        "mul",
        "V \\* V",
    ),
    "sigmoid halved": _one(
        "locals", "(s * (1 - s),)", "(0.5 * s * (1 - s),)", "sigmoid", "1/2|half"
    ),
    "div without square": _one(
        "dispatch", "g * a.value / b.value ** 2", "g * a.value / b.value", "div", "squared"
    ),
    "cos without minus": _one(
        "dispatch",
        "self.args[0].gradient -= g * math.sin",
        "self.args[0].gradient += g * math.sin",
        "cos",
        "minus sign",
    ),
    "sqrt without two": _one(
        "dispatch", "g / (2 * self.value)", "g / self.value", "sqrt", "the 2 is missing"
    ),
    "sub with one sign": _one(
        "dispatch", "b.gradient -= g\n", "b.gradient += g\n", "sub", "minus sign|sign is flipped"
    ),
    "abs without sign": _one("pairs", "1.0 if self.val > 0 else -1.0", "1.0", "abs", "x = −1.7"),
    "square of its own": _one("pairs", "2 * self.val", "self.val", "square", "0.5 times"),
    "softplus with its value": _one(
        "pairs", "0.5 * (1 + math.tanh(self.val / 2))", "s", "softplus", "softplus"
    ),
    "sigmoid of an object": _one(
        "functions", "g * self.s * (1 - self.s)", "g * (1 - self.s)", "sigmoid", "factor out"
    ),
    "sin keeps sin": _one(
        "values only", "g * math.cos(self.v)", "g * math.sin(self.v)", "sin", "sin"
    ),
    "max to both in a tie": _one(
        "dispatch",
        "            if a.value >= b.value:\n                a.gradient += g\n            else:\n",
        "            if a.value >= b.value:\n                a.gradient += g\n"
        "            if b.value >= a.value:\n",
        "max",
        "tie",
    ),
    "max to nobody in a tie": _one(
        "dispatch",
        "            if a.value >= b.value:\n                a.gradient += g\n            else:\n",
        "            if a.value > b.value:\n                a.gradient += g\n"
        "            elif b.value > a.value:\n",
        "max",
        "tie",
    ),
    # ---- the gradient above ----
    "tanh without out.grad": _closures(
        TANH, "            self.grad += 1 - t**2\n", "tanh", "Chain rule"
    ),
    "exp by data": _closures(
        EXP,
        "            self.grad += out.data * out.data\n",
        "exp",
        "out.data is used where out.grad",
    ),
    "mul by own gradient": _closures(
        MUL,
        "            self.grad += other.data * self.grad\n"
        "            other.grad += self.data * other.grad\n",
        "mul",
        "reads the .grad of its operand",
    ),
    "mul by grad": _closures(
        MUL,
        "            self.grad += other.grad * out.grad\n"
        "            other.grad += self.grad * out.grad\n",
        "mul",
        "used where .data belongs",
    ),
    "early default": _closures(
        "        def _backward():\n" + EXP,
        "        def _backward(g=out.grad):\n            self.grad += out.data * g\n",
        "exp",
        "too early",
    ),
    "early variable": _closures(
        "        def _backward():\n" + TANH,
        "        g = out.grad\n\n        def _backward():\n"
        "            self.grad += (1 - t**2) * g\n",
        "tanh",
        "too early",
    ),
    "locals without above": _one(
        "locals", LOOP, "                child.grad += local\n", "rules|mul", "Chain rule"
    ),
    # ---- attached, recorded, visited ----
    "exp not attached": _closures(
        EXP + "        out._backward = _backward\n", EXP, "exp", "never attached"
    ),
    "attached to self": _closures(
        TANH + "        out._backward = _backward\n",
        TANH + "        self._backward = _backward\n",
        "tanh",
        "attached to the operand",
    ),
    "called when attached": _closures(
        LOG + "        out._backward = _backward\n",
        LOG + "        out._backward = _backward()\n",
        "log",
        "NoneType",
    ),
    "neg is a fresh leaf": _closures(
        NEG, "    def __neg__(self):\n        return Value(-self.data)\n", "neg", "fresh leaf"
    ),
    "sub is a fresh leaf": _closures(
        "        return self + (-other)",
        "        o = other if isinstance(other, Value) else "
        "Value(other)\n        return Value(self.data - o.data)",
        "sub",
        "fresh leaf",
    ),
    "mul forgets an operand": _closures(
        '(self, other), "*")', '(self,), "*")', "mul", "not recorded"
    ),
    "locals forget an operand": _one(
        "locals",
        "(self, other), (1, 1))",
        "(self,), (1, 1))",
        "add",
        "y is 0|fresh|copied|not recorded",
    ),
    "other is copied": _closures(
        "        other = other if isinstance(other, Value) else Value(other)\n"
        "        out = Value(self.data * other.data",
        "        other = Value(other.data if isinstance(other, Value) else other)\n"
        "        out = Value(self.data * other.data",
        "mul",
        "copied|copy",
    ),
    "int path of mul": _closures(
        "        out = Value(self.data * other.data",
        "        if isinstance(other.data, int):\n"
        "            return Value(self.data * other.data)\n"
        "        out = Value(self.data * other.data",
        "mul",
        "fresh leaf|x = .*y = 2",
    ),
    "both to self": _closures(
        MUL,
        "            self.grad += other.data * out.grad\n"
        "            self.grad += self.data * out.grad\n",
        "mul",
        "both contributions",
    ),
    "only one gets it": _closures(ADD, "            self.grad += out.grad\n", "add", "never adds"),
    "late binding": _closures(
        "        def _backward():\n" + ADD,
        "        steps = []\n        for child in (self, other):\n"
        "            steps.append(lambda: setattr(child, 'grad', child.grad + out.grad))\n\n"
        "        def _backward():\n            for step in steps:\n                step()\n",
        "add",
        "loop",
    ),
    "rsub turned round": _closures(
        "        return other + (-self)", "        return self + (-other)", "sub", "number − V"
    ),
    "rtruediv turned round": _closures(
        "        return other * self ** -1",
        "        return self * other ** -1",
        "div",
        "number / V",
    ),
    "sub without neg": _closures(NEG, "", "sub", "V − V raised TypeError"),
    "sub by another name": _one("dispatch", "def __sub__", "def sub", "sub", "__sub__"),
    "div of Python 2": _one("dispatch", "def __truediv__", "def __div__", "div", "__truediv__"),
    "forgotten return": _closures(
        LOG + "        out._backward = _backward\n        return out\n",
        LOG + "        out._backward = _backward\n",
        "log",
        "is a return missing",
    ),
    "iadd of the number": _closures(
        NEG,
        NEG + "\n    def __iadd__(self, other):\n        self.data += other.data\n"
        "        return self\n",
        "iadd",
        "loses the graph",
    ),
    "zero_grad without effect": _closures(
        NEG, NEG + "\n    def zero_grad(self):\n        self.gradient = 0.0\n", "state", "zero_grad"
    ),
    # ---- accumulation ----
    "= in tanh": _closures(
        TANH, "            self.grad = (1 - t**2) * out.grad\n", "accumulation", "\\+= instead of ="
    ),
    "= everywhere": _one(
        "locals",
        LOOP,
        "                child.grad = local * v.grad\n",
        "accumulation",
        "add up the contributions",
    ),
    "= in add": _closures(
        ADD,
        "            self.grad = out.grad\n            other.grad = out.grad\n",
        "accumulation",
        "\\+= instead of =",
    ),
    "relu resets": _closures(
        RELU,
        "            if out.data > 0:\n                self.grad += out.grad\n"
        "            else:\n                self.grad = 0.0\n",
        "relu",
        "overwrites",
    ),
    "twins": _one(
        "locals",
        "zip(v._children, v._local_grads):",
        "dict(zip(v._children, v._local_grads)).items():",
        "accumulation",
        "second of two equal operands",
    ),
    # ---- order ----
    "not reversed": _closures(REVERSED, "        for v in topo:\n", "order", "users|topological"),
    "empty order": _closures("                topo.append(v)\n", "", "order", "never calls|empty"),
    "before its children": _closures(
        BUILD,
        "            if v not in visited:\n                visited.add(v)\n"
        "                topo.insert(0, v)\n                for child in v._prev:\n"
        "                    build_topo(child)\n",
        "order",
        "users|topological",
    ),
    "breadth first": _closures(
        TOPO,
        "        queue = [self]\n        while queue:\n            v = queue.pop(0)\n"
        "            if v not in visited:\n                visited.add(v)\n"
        "                topo.append(v)\n                queue.extend(v._prev)\n"
        "        self.grad = 1.0\n        for v in topo:\n            v._backward()\n",
        "order",
        "topological",
    ),
    "first operand only": _one(
        "locals",
        "            for child in v._children:\n                visit(child)\n",
        "            if v._children:\n                visit(v._children[0])\n",
        "order",
        "first operand",
    ),
    "root only": _closures(
        TOPO,
        "        self.grad = 1.0\n        self._backward()\n",
        "order",
        "never visit",
    ),
    "no visited": _closures(
        BUILD,
        "            for child in v._prev:\n                build_topo(child)\n"
        "            topo.append(v)\n",
        "order",
        "more than once|visit every node once",
    ),
    "without the root": _closures(
        REVERSED, "        for v in reversed(topo[:-1]):\n", "order", "root"
    ),
    "equal nodes": _closures(
        NEG,
        NEG + "\n    def __eq__(self, other):\n        return self.data == other.data\n\n"
        "    def __hash__(self):\n        return hash(self.data)\n",
        "order",
        "__eq__",
    ),
    "equal without hash": _closures(
        NEG,
        NEG + "\n    def __eq__(self, other):\n        return self.data == other.data\n",
        "order",
        "unhashable|__hash__",
    ),
    "operands in a set": _one(
        "locals",
        "self._children = children\n",
        "self._children = set(children)\n",
        "order",
        "in a set",
    ),
    "rule on the class": _closures(
        EXP + "        out._backward = _backward\n",
        EXP + "        Value._backward = lambda node: _backward()\n",
        "order|exp",
        "on the class",
    ),
    "skips zeros": _one(
        "dispatch",
        "            node.push()\n",
        "            if node.value:\n                node.push()\n",
        "order",
        "number is 0",
    ),
    "topo reversed to None": _closures(
        REVERSED, "        for v in topo.reverse():\n", "order", "NoneType"
    ),
    # ---- state ----
    "seed is late": _closures(
        TOPO,
        "        build_topo(self)\n        for v in reversed(topo):\n            v._backward()\n"
        "        self.grad = 1.0\n",
        "state",
        "afterwards|first",
    ),
    "seed of two": _closures(
        "        self.grad = 1.0\n        for",
        "        self.grad = 2.0\n        for",
        "state",
        "should be 1",
    ),
    "no seed": _closures(
        "        self.grad = 1.0\n        for", "        for", "state", "root's gradient"
    ),
    "shared visited": _closures(
        "    def backward(self):\n        topo = []\n        visited = set()\n",
        "    def backward(self, topo=[], visited=set()):\n",
        "state",
        "left over",
    ),
    "starts at one": _closures(
        "        self.data = data\n        self.grad = 0.0\n",
        "        self.data = data\n        self.grad = 1.0\n",
        "state",
        "new leaf",
    ),
    "starts at None": _closures(
        "        self.data = data\n        self.grad = 0.0\n",
        "        self.data = data\n        self.grad = None\n",
        "order|state",
        "NoneType",
    ),
    # ---- precision ----
    "ints": _one(
        "locals", LOOP, "                child.grad += int(local * v.grad)\n", "precision", "ints"
    ),
    "rounded": _one(
        "locals",
        LOOP,
        "                child.grad += round(local * v.grad, 2)\n",
        "precision",
        "rounded",
    ),
    "half": _one("numpy", "np.float32(data)", "np.float16(data)", "precision", "half precision"),
    "int data": _closures("self.data = data", "self.data = int(data)", "precision", "ints"),
    "rounded data": _closures(
        "self.data = data", "self.data = round(data, 3)", "precision", "rounded"
    ),
    "clipped": _one(
        "locals",
        LOOP,
        "                child.grad += max(-1.0, min(1.0, local * v.grad))\n",
        "state",
        "clipped",
    ),
    "signs flipped": _one(
        "pairs", "+ local * g", "- local * g", "state", "multiplied by −1, so its sign is flipped"
    ),
    "all doubled": _one(
        "locals",
        LOOP,
        "                child.grad += 2 * local * v.grad\n",
        "state",
        "multiplied by 2",
    ),
    "positive only": _one(
        "locals",
        LOOP,
        "                child.grad += max(0.0, local * v.grad)\n",
        "state",
        "negative gradients",
    ),
}
