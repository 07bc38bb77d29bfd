"""Trials of values that are used more than once, and of the order of the pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...numerals import format_short
from .calls import Call
from .subject import Failure, Subject, same
from .watchdog import Endless

SHAPES = (
    ((0, 1), (2, 1), (2, 3)),
    ((0, 1), (2, 1), (3, 2)),
    ((0, 1), (2, 1), (3, 0), (2, 4)),
    ((0, 1), (2, 1), (3, 0), (4, 2)),
    ((0, 1), (2, 0), (3, 2), (4, 3), (5, 2)),
    ((0, 1), (0, 2), (2, 3), (2, 4), (3, 5)),
    ((0, 1), (2, 1), (2, 0), (3, 4), (5, 2), (4, 6)),
    ((0, 1), (2, 0), (3, 1), (4, 0), (5, 1), (2, 6), (7, 3)),
)
"""Graphs in which nodes are used at several depths: the operands of each node after two leaves."""


def find_accumulation_fault(subject: Subject, is_ordered: bool) -> tuple[str, list[str]]:
    """Whether what arrives at a value that is used twice adds up.

    Args:
        subject: The class.
        is_ordered: Whether gradients arrive through two operations, so that a third one can join
            both uses.

    Returns:
        What is wrong, or nothing; and the operations in which it is wrong.
    """
    twins: dict[Call, str] = {}
    uses: dict[Call, str] = {}
    join = find_joins(subject)[0] if is_ordered and find_joins(subject) else None
    for call in list(subject.sound):
        words = _twins_fault(subject, call)
        if words:
            twins[call] = words
        words = _uses_fault(subject, call, join) if join else ""
        if words:
            uses[call] = words
    wrong = list(dict.fromkeys(call.row.name for call in [*uses, *twins]))
    if not wrong:
        return "", []
    subject.sound = [call for call in subject.sound if call not in uses and call not in twins]
    first = (
        next(iter((uses | twins).values())) if join is None else next(iter((twins | uses).values()))
    )
    cause = "contributions must be added, with += and not ="
    if join and not uses:
        cause = "the second of two equal operands gets nothing; add for each operand"
    return f"{first}; {cause} (seen in {', '.join(wrong)})", wrong


def _twins_fault(subject: Subject, call: Call) -> str:
    """What is wrong where both operands are one value."""
    if call.live != (0, 1) or call.row.name not in ("add", "sub", "mul", "div"):
        return ""
    a = subject.leaf(1.5)
    expected = call.partial(0, 1.5, 1.5) + call.partial(1, 1.5, 1.5)
    words = call.words.replace("V", "a")
    return _wrong_sum(subject, lambda: subject.apply(call, a, a), a, expected, words)


def _uses_fault(subject: Subject, call: Call, join: Call) -> str:
    """What is wrong where a value is used by two operations."""
    probe = call.probes[0]
    out = call.value(*probe)
    if join.row.name == "div" and abs(out) < 1e-3:
        return ""
    above = join.partial(0, out, out) + join.partial(1, out, out)
    for argnum in call.live:
        a = subject.leaf(probe[argnum])

        def use_twice(argnum: int = argnum, a: Any = a) -> Any:
            uses = [subject.operands(call, probe) for _ in range(2)]
            for operands in uses:
                operands[argnum] = a
            return subject.apply(join, *(subject.apply(call, *operands) for operands in uses))

        expected = above * call.partial(argnum, *probe)
        words = _wrong_sum(subject, use_twice, a, expected, f"a in two operations {call.words}")
        if words:
            return words
    return ""


def _wrong_sum(
    subject: Subject, build: Callable[[], Any], a: Any, expected: float, words: str
) -> str:
    try:
        subject.run(build())
    except Failure as failure:
        return f"{words}: {failure}"
    gradient = subject.grad(a)
    if same(gradient, subject.seed * expected):
        return ""
    return (
        f"{words}: the gradient is {format_short(gradient)}, but should be {format_short(expected)}"
    )


def find_joins(subject: Subject) -> list[Call]:
    """Operations on two Values that are right so far, the plainest first."""
    calls = {call.row.name: call for call in reversed(subject.sound) if call.live == (0, 1)}
    return [calls[name] for name in ("add", "mul", "sub", "div") if name in calls]


def find_equality_fault(subject: Subject, calls: Sequence[Call]) -> str:
    """Whether nodes with equal numbers are taken for one node, which makes gradients wrong."""
    join = next(
        (call for call in calls if call.row.name in ("add", "mul") and call.live == (0, 1)), None
    )
    pairs = subject.leaves([1.25, 0.75, 1.25, 0.75])
    try:
        if join is None or len({pairs[0], pairs[2]}) == 2:
            return ""
        x, y = subject.apply(join, *pairs[:2]), subject.apply(join, *pairs[2:])
        subject.run(subject.apply(join, x, y))
    except (Failure, TypeError):  # a TypeError where a set can't hold them
        return ""
    out = join.value(1.25, 0.75)
    expected = subject.seed * join.partial(0, out, out) * join.partial(0, 1.25, 0.75)
    gradients = [subject.grad(pairs[0]), subject.grad(pairs[2])]
    if all(same(x, expected) for x in gradients):
        return ""
    sign = join.words.replace("V", "{}")
    words = sign.format(f"({sign.format('a', 'b')})", f"({sign.format('c', 'd')})")
    a, c = map(format_short, gradients)
    return (
        f"two nodes with equal numbers are taken for one, because == compares the data: {words}, "
        f"with a = c and b = d, gives a {a} and c {c}, but should give {format_short(expected)} to "
        "each; compare nodes by identity, without an __eq__ of your own"
    )


# ---- order --------------------------------------------------------------------------------------


def find_order_fault(subject: Subject, join: Call) -> str:
    """Whether every node is visited once, after all of its gradient has arrived."""
    for shape in SHAPES:
        numbers = [1.25, 0.75]
        for x, y in shape:
            numbers.append(join.value(numbers[x], numbers[y]))
        if any(abs(x) < 1e-6 for x in numbers):
            continue
        leaves = subject.leaves(numbers[:2])
        nodes: list[Any] = list(leaves)
        try:
            for x, y in shape:
                nodes.append(subject.apply(join, nodes[x], nodes[y]))
            subject.run(nodes[-1])
        except Failure as failure:
            return f"a graph of {len(shape)} operations with reuse: {failure}"
        for leaf, expected in zip(leaves, _gradients(join, shape, numbers)):
            gradient, expected = subject.grad(leaf), expected * subject.seed
            if not same(gradient, expected):
                return (
                    f"a value used at two depths ({join.words}, {len(shape)} operations): the "
                    f"gradient is {format_short(gradient)}, but should be "
                    f"{format_short(expected)}; {_order_cause(join, gradient, expected)}"
                )
    return _repeated_visits(subject, join)


def _order_cause(join: Call, gradient: float, expected: float) -> str:
    """Too little arrives where a node doesn't wait, too much where it is visited twice: in sums and
    products of positive numbers all terms are positive."""
    if join.row.name in ("add", "mul") and gradient > expected > 0:
        return (
            "a node passes its gradient on more than once; visit every node once, and keep a set "
            "of visited nodes"
        )
    return "a node must wait for all of its users, as in a topological order"


def _gradients(
    join: Call, shape: Sequence[tuple[int, int]], numbers: Sequence[float]
) -> list[float]:
    """The right gradients of the two leaves."""
    grads = [0.0] * len(numbers)
    grads[-1] = 1.0
    for argnum in range(len(numbers) - 1, 1, -1):
        for position, operand in enumerate(shape[argnum - 2]):
            pair = [numbers[x] for x in shape[argnum - 2]]
            grads[operand] += grads[argnum] * join.partial(position, *pair)
    return grads[:2]


def _repeated_visits(subject: Subject, join: Call) -> str:
    """Whether a pass walks every path instead of visiting every node once."""
    steps = []
    for depth in (6, 10):
        value = subject.leaf(1.0)
        try:
            for _ in range(depth):
                value = subject.apply(join, value, value)
            steps.append(subject.watch_backward(value).steps)
        except Endless:
            steps.append(10**9)
        except Exception:
            return ""
    if steps[1] > 6 * max(steps[0], 1) and steps[1] > 8000:
        return (
            "10 operations, each using the one before it twice: the pass walks every path, "
            "1,024 in all; visit every node once, in topological order"
        )
    return ""
