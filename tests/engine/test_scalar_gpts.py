"""Five scalar GPTs in the manner of microgpt and of what people make of it, run on Values and on a
small engine of the same manner: the same losses, gradients and samples."""

from __future__ import annotations

import copy
import json
import math
import pickle
import random

import pytest
from plain_engine import Locals

DOCS = ["abca", "bcb", "ca", "abb"]
LETTERS = sorted(set("".join(DOCS)))
BOS = len(LETTERS)
VOCABULARY, WIDTH, HEADS, BLOCK = BOS + 1, 4, 2, 4


def assert_same(program, Value, Plain=Locals):
    """A program returns numbers, which must agree to within rounding."""
    ours, theirs = list(program(Value)), list(program(Plain))
    assert len(ours) == len(theirs) > 0
    assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-13)


# ---- what the five have in common ----------------------------------------------------------------


def matrix(Value, rows, columns, std=0.3):
    return [[Value(random.gauss(0, std)) for _ in range(columns)] for _ in range(rows)]


def weights_of(Value):
    """The model's matrices by name."""
    random.seed(42)
    shapes = {
        "wte": (VOCABULARY, WIDTH), "wpe": (BLOCK, WIDTH), "lm_head": (VOCABULARY, WIDTH),
        "wq": (WIDTH, WIDTH), "wk": (WIDTH, WIDTH), "wv": (WIDTH, WIDTH), "wo": (WIDTH, WIDTH),
        "fc1": (2 * WIDTH, WIDTH), "fc2": (WIDTH, 2 * WIDTH),
    }  # fmt: skip
    return {name: matrix(Value, *shape) for name, shape in shapes.items()}


def parameters_of(weights):
    return [p for mat in weights.values() for row in mat for p in row]


def linear(x, w):
    return [sum(wi * xi for wi, xi in zip(wo, x)) for wo in w]


def softmax(logits):
    max_val = max(val.data for val in logits)
    exps = [(val - max_val).exp() for val in logits]
    total = sum(exps)
    return [e / total for e in exps]


def rmsnorm(x):
    ms = sum(xi * xi for xi in x) / len(x)
    scale = (ms + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def attention(x, weights, keys, values):
    q, k, v = (linear(x, weights[name]) for name in ("wq", "wk", "wv"))
    keys.append(k)
    values.append(v)
    out, size = [], WIDTH // HEADS
    for at in range(0, WIDTH, size):
        here = slice(at, at + size)
        scores = [sum(a * b for a, b in zip(q[here], k[here])) / size**0.5 for k in keys]
        mix = softmax(scores)
        out += [sum(mix[t] * values[t][at + j] for t in range(len(values))) for j in range(size)]
    return linear(out, weights["wo"])


def gpt(token, position, keys, values, weights, activate=lambda v: v.relu(), norm=rmsnorm):
    """The logits of what follows a token."""
    x = norm([t + p for t, p in zip(weights["wte"][token], weights["wpe"][position])])
    x = [a + b for a, b in zip(x, attention(norm(x), weights, keys, values))]
    hidden = [activate(h) for h in linear(norm(x), weights["fc1"])]
    x = [a + b for a, b in zip(x, linear(hidden, weights["fc2"]))]
    return linear(x, weights["lm_head"])


def loss_of(doc, forward, log=lambda p: p.log()):
    """The mean loss over a document."""
    tokens = [BOS, *(LETTERS.index(letter) for letter in doc), BOS]
    keys, values, losses = [], [], []
    for position in range(min(BLOCK, len(tokens) - 1)):
        probs = softmax(forward(tokens[position], position, keys, values))
        losses.append(-log(probs[tokens[position + 1]]))
    return (1 / len(losses)) * sum(losses)


class Adam:
    def __init__(self, params, rate=0.05):
        self.params, self.rate, self.t = params, rate, 0
        self.m, self.v = [0.0] * len(params), [0.0] * len(params)

    def step(self, zero=0):
        self.t += 1
        for i, p in enumerate(self.params):
            self.m[i] = 0.85 * self.m[i] + (1 - 0.85) * p.grad
            self.v[i] = 0.99 * self.v[i] + (1 - 0.99) * p.grad**2
            m_hat, v_hat = self.m[i] / (1 - 0.85**self.t), self.v[i] / (1 - 0.99**self.t)
            p.data -= self.rate * m_hat / (v_hat**0.5 + 1e-8)
            p.grad = zero


# ---- the five ------------------------------------------------------------------------------------


def test_the_plain_one_with_samples(Value):
    def train(Value):
        weights = weights_of(Value)
        params = parameters_of(weights)
        forward = lambda *at: gpt(*at, weights)  # noqa: E731
        adam = Adam(params)
        for step in range(3):
            loss = loss_of(DOCS[step], forward)
            loss.backward()
            yield loss.data
            yield from (p.grad for p in params)
            adam.step()
        yield from (p.data for p in params)
        keys, values, token = [], [], BOS
        for position in range(BLOCK):
            logits = [logit / 0.5 for logit in forward(token, position, keys, values)]
            probs = [p.data for p in softmax(logits)]
            token = random.Random(position).choices(range(VOCABULARY), weights=probs)[0]
            yield token

    assert_same(train, Value)


def test_methods_of_one_s_own_in_a_subclass(Value):
    """A gelu by tanh, a clamped logarithm and exponential, and a swish that operators make."""

    def extend(Base):
        class Value(Base):
            def gelu(self):
                x = self.data
                inner = math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)
                t = math.tanh(inner)
                slope = math.sqrt(2.0 / math.pi) * (1 + 3 * 0.044715 * x**2)
                local = 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * slope
                return Value(0.5 * x * (1 + t), (self,), (local,))

            def log(self):
                x = max(self.data, 0.2)
                return Value(math.log(x), (self,), (1 / x,))

            def exp(self):
                e = math.exp(max(min(self.data, 30.0), -30.0))
                return Value(e, children=(self,), local_grads=(e,))

            def swish(self):
                return self / (1 + (-self).exp())

        return Value

    def train(Value):
        Value = extend(Value)
        weights = weights_of(Value)
        params = parameters_of(weights)
        adam = Adam(params)
        for step in range(3):
            act = Value.swish if step == 1 else Value.gelu
            loss = loss_of(DOCS[step], lambda *at, act=act: gpt(*at, weights, act))
            assert type(loss) is Value
            loss.backward()
            yield loss.data
            yield from (p.grad for p in params)
            adam.step()

    assert_same(train, Value)


class LayerNorm:
    """With a gain and a bias, which may be missing."""

    def __init__(self, Value, bias):
        self.g = [Value(1.0) for _ in range(WIDTH)]
        self.b = [Value(0.0) if bias else None for _ in range(WIDTH)]

    def __call__(self, x):
        mean = sum(x) / len(x)
        variance = sum((xi - mean) ** 2 for xi in x) / len(x)
        normed = [(xi - mean) / (variance + 1e-5) ** 0.5 for xi in x]
        return [g * xi + (b or 0) for g, xi, b in zip(self.g, normed, self.b)]


class Linear:
    def __init__(self, w, bias):
        self.w, self.bias = w, bias

    def __call__(self, x):
        out = linear(x, self.w)
        if self.bias[0]:  # a test for presence; its number is 0
            out = [o + b for o, b in zip(out, self.bias)]
        return out


@pytest.mark.parametrize("has_bias", [True, False])
def test_biases_of_zero_layernorm_tied_weights_and_clipping(Value, has_bias):
    def train(Value):
        weights = weights_of(Value)
        weights["lm_head"] = weights["wte"]  # tied
        norm = LayerNorm(Value, has_bias)
        head = Linear(weights["wte"], [Value(0.0) if has_bias else None for _ in range(VOCABULARY)])
        params = [*dict.fromkeys(parameters_of(weights)), *norm.g]
        params += [b for b in [*norm.b, *head.bias] if b is not None]

        identity = [[float(i == j) for j in range(WIDTH)] for i in range(WIDTH)]

        def forward(*at):
            return head(gpt(*at, {**weights, "lm_head": identity}, norm=norm))

        for step in range(3):
            loss = loss_of(DOCS[step], forward) + 0.01 * sum(p**2 for p in params)
            loss.backward()
            length = math.sqrt(sum(p.grad**2 for p in params))
            if length > 0.5:
                for p in params:
                    p.grad *= 0.5 / length
            yield loss.data
            yield from (p.grad for p in params)
            for p in params:
                p.data -= 0.3 * p.grad
                p.grad = 0.0
        yield from (p.data for p in params)
        if has_bias:
            assert all(b.data != 0 for b in head.bias)  # they learn

    assert_same(train, Value)


def test_a_backward_pass_of_one_s_own_without_recursion(Value):
    """Over `_children` and `_local_grads`, by id, with gradients summed over documents."""

    def backward(root):
        order, visited, stack = [], set(), [(root, 0)]
        while stack:
            node, at = stack[-1]
            if id(node) in visited:
                stack.pop()
            elif at < len(node._children):
                stack[-1] = (node, at + 1)
                if id(node._children[at]) not in visited:
                    stack.append((node._children[at], 0))
            else:
                visited.add(id(node))
                order.append(node)
                stack.pop()
        root.grad = 1.0
        for v in reversed(order):
            for child, local_grad in zip(v._children, v._local_grads, strict=True):
                child.grad += local_grad * v.grad
        return order

    def train(Value):
        weights = weights_of(Value)
        params = parameters_of(weights)
        noise = random.Random(5)

        def dropout(v):
            return v.relu() * (0 if noise.random() < 0.2 else 1 / 0.8)

        adam = Adam(params)
        for _ in range(2):
            for doc in DOCS[:2]:
                loss = loss_of(doc, lambda *at: gpt(*at, weights, dropout)) / 2
                order = backward(loss)
                assert order[-1] is loss
                assert set(params) & set(order)
                yield loss.data
            yield from (p.grad for p in params)
            adam.step(zero=0.0)
        yield from (p.data for p in params)

    assert_same(train, Value)


def test_checkpoints_by_pickle_json_and_copies(Value):
    """Training that stops and goes on from a checkpoint is the training that never stopped."""

    def train(Value, keep):
        weights = weights_of(Value)
        params = parameters_of(weights)
        velocity = [0.0] * len(params)
        for step in range(4):
            if step == 2:
                weights = keep(Value, weights)
                params = parameters_of(weights)
            loss = loss_of(DOCS[step], lambda *at, weights=weights: gpt(*at, weights))
            loss.backward()
            yield loss.data
            for i, p in enumerate(params):
                velocity[i] = 0.9 * velocity[i] - 0.1 * p.grad
                p.data += velocity[i]
            for p in params:
                p.grad = 0
        yield from (p.data for p in params)

    def by_json(Value, weights):
        text = json.dumps({k: [[p.data for p in row] for row in w] for k, w in weights.items()})
        return {k: [[Value(x) for x in row] for row in w] for k, w in json.loads(text).items()}

    def in_place(Value, weights):
        saved = [p.data for p in parameters_of(weights)]
        for p in parameters_of(weights):
            p.data = float("nan")
        for p, x in zip(parameters_of(weights), saved):
            p.data = x
        return weights

    ways = [
        lambda _, weights: weights,
        lambda _, weights: pickle.loads(pickle.dumps(weights)),
        lambda _, weights: copy.deepcopy(weights),
        by_json,
        in_place,
    ]
    runs = [list(train(Value, keep)) for keep in ways]
    assert all(run == runs[0] for run in runs)
    assert runs[0] == pytest.approx(list(train(Locals, ways[0])), rel=1e-12, abs=1e-13)
