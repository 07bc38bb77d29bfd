"""What the table doesn't have is compared with its own slope, or it is said why not."""

from __future__ import annotations

import math
import re

import pytest
from wrong_engines import micrograd_like
from zoo.reports import few

from chainrule.verdict import check_engine

Right = few(micrograd_like(), "add", "mul")


def extended(**methods):
    """A right engine with further methods."""
    return type("Value", (Right,), {**methods, "__qualname__": "Value"})


def recorded(number, operands, gradients):
    """A node whose operands get these multiples of its gradient."""
    out = type(operands[0])(number, tuple(operands))

    def rule():
        for operand, gradient in zip(operands, gradients):
            operand.grad += gradient * out.grad

    out.push = rule
    return out


def norm(x, y, dx=1.0, dy=1.0):
    Value = type(x)  # noqa: F841
    out = math.hypot(x.data, y.data)
    return recorded(out, (x, y), (dx * x.data / out, dy * y.data / out))


def cube(x):
    Value = x.__class__  # noqa: F841
    return recorded(x.data**3, (x,), (3 * x.data**2,))


def scaled(x, k, power=1):
    Value = x.__class__  # noqa: F841
    return recorded(x.data * float(k), (x,), (float(k) ** power,))


def overwritten(x, y):
    out = x.__class__(math.hypot(x.data, y.data), (x, y))

    def rule():
        x.grad += x.data / out.data * out.grad
        y.grad = y.data / out.data * out.grad

    out.push = rule
    return out


def unmultiplied(x, y):
    out = x.__class__(x.data + 2 * y.data, (x, y))

    def rule():
        x.grad += out.grad
        y.grad += 2

    out.push = rule
    return out


@pytest.mark.parametrize("method", [norm, cube, scaled])
def test_a_right_function_counts_as_right(method):
    result = check_engine(extended(mine=method))
    assert (result.findings, "mine" in result.sound) == ((), True), str(result)
    assert not result.not_tried


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (lambda x, y: norm(x, y, dx=0.5), "with respect to x: .*0.5 times the slope"),
        (lambda x, y: norm(x, y, dy=-1.0), "with respect to y: .*measured by nudging y"),
        (lambda x, y: norm(x, y, dx=2.0, dy=2.0), "2 times the slope everywhere"),
        (lambda x, k: scaled(x, k, power=2), r"V.mine\(2\) .*is 4, but .* is 2"),
        (overwritten, r"used again .*\+= instead of ="),
        (unmultiplied, "Chain rule: multiply"),
    ],
)
def test_a_wrong_function_is_found(method, words):
    def mine(x, other):
        Value = x.__class__  # noqa: F841
        return method(x, other)

    result = check_engine(extended(mine=mine))
    assert [finding.rule for finding in result.findings] == ["mine"], str(result)
    assert re.search(words, result.findings[0].message), result.findings[0].message


@pytest.mark.parametrize(
    ("method", "message", "code"),
    [
        (
            lambda x, y: norm(x, y, dx=0.5),
            "V.mine(V) at x = 0.3, y = −1.7, with respect to x: the gradient is 0.0868927, but the "
            "slope of its own result, measured by nudging x, is 0.173785 (it is 0.5 times the "
            "slope everywhere)",
            "out = a.mine(b)\nout.backward()  # a.grad is 0.0868927, but should be 0.173785",
        ),
        (
            lambda x, y: norm(x, y, dx=0.0),
            "V.mine(V) at x = 0.3, y = −1.7, with respect to x: the gradient is 0, but the slope "
            "of its own result, measured by nudging x, is 0.173785 (it is 0 everywhere)",
            "out = a.mine(b)\nout.backward()  # a.grad is 0, but should be 0.173785",
        ),
        (
            lambda x, y: norm(x, y, dy=-1.0),
            "V.mine(V) at x = 0.3, y = −1.7, with respect to y: the gradient is 0.984784, but the "
            "slope of its own result, measured by nudging y, is −0.984784 (its sign is flipped)",
            "out = a.mine(b)\nout.backward()  # b.grad is 0.984784, but should be -0.984784",
        ),
        (
            lambda x, y: norm(x, y, dy=1.0 if x.data > 0 else 3.0),
            "V.mine(V) at x = −1.7, y = 2.5, with respect to y: the gradient is 2.48078, but the "
            "slope of its own result, measured by nudging y, is 0.826927",
            "out = a.mine(b)\nout.backward()  # b.grad is 2.48078, but should be 0.826927",
        ),
        (
            overwritten,
            "V.mine(V) at x = 0.3, y = −1.7, with respect to y, which is used again by V + V: the "
            "gradient is −0.984784, but should be 0.0152164 (add up the contributions, with += "
            "instead of =)",
            "",
        ),
        (
            unmultiplied,
            "V.mine(V) at x = 0.3, y = −1.7, with respect to y below V * number: the gradient is "
            "2, but should be 6 (Chain rule: multiply the local derivative by the gradient above, "
            "out.grad)",
            "",
        ),
    ],
)
def test_a_wrong_function_in_words_and_code(method, message, code):
    def mine(x, other):
        Value = x.__class__  # noqa: F841
        return method(x, other)

    (finding,) = check_engine(extended(mine=mine)).findings
    assert finding.message == message
    *leaves, last, run = finding.graph.splitlines() or ["", ""]
    assert "\n".join([last, run]).strip() == code
    assert leaves in ([], ["a = Value(0.3); b = Value(-1.7)"], ["a = Value(-1.7); b = Value(2.5)"])


def test_a_wrong_function_of_a_number_in_code():
    def scaled_twice(x, k):
        Value = x.__class__  # noqa: F841
        return scaled(x, k, power=2)

    (finding,) = check_engine(extended(mine=scaled_twice)).findings
    assert finding.graph.splitlines() == [
        "a = Value(0.3)", "out = a.mine(2)", "out.backward()  # a.grad is 4, but should be 2",
    ]  # fmt: skip


def prints(x):
    print(x)
    return x.__class__(x.data)


def takes_three(x, y, z):
    return x.__class__(x.data)


def breaks(x):
    return x.__class__(x.data + undefined)  # noqa: F821


def breaks_with_any(x, other):
    return x.__class__(x.data + other.unknown)


def steps_only(x):
    return x.__class__(math.nan)


@pytest.mark.parametrize(
    ("method", "why"),
    [
        (prints, "it uses `print`"),
        (takes_three, "it needs more than one argument"),
        (breaks, "it raised NameError: name 'undefined' is not defined"),
        (breaks_with_any, "it raised AttributeError"),
        (steps_only, "its result has no slope"),
    ],
)
def test_what_is_not_tried_is_said_with_the_reason(method, why):
    result = check_engine(extended(mine=method))
    assert "mine" not in result.sound
    ((what, reason),) = result.not_tried.items()
    assert what == "V.mine()"
    assert reason.startswith(why)


@pytest.mark.parametrize("method", [lambda x, y: x.data > y.data, lambda x: "a", lambda x, y, z: 0])
def test_what_makes_no_node_is_not_mentioned(method):
    result = check_engine(extended(mine=method))
    assert not result.not_tried
    assert result.ok
