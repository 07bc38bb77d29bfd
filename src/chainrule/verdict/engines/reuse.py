"""Trials of a class: values that are used more than once, and the order of the pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...numerals import format_short
from .forms import Form
from .trial import Failure, Known, operands, same
from .watch import Endless

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


def accumulation_fault(known: Known, is_ordered: bool) -> tuple[str, list[str]]:
    """Whether what arrives at a value that is used twice adds up.

    Args:
        known: What is known of the class.
        is_ordered: Whether gradients arrive through two operations, so that both uses can be joined
            by a third one.

    Returns:
        What is wrong, empty where nothing is; and the operations in which it is so.
    """
    twins: dict[Form, str] = {}
    uses: dict[Form, str] = {}
    join = joiners(known)[0] if is_ordered and joiners(known) else None
    for form in list(known.sound):
        words = _twins_fault(known, form)
        if words:
            twins[form] = words
        words = _uses_fault(known, form, join) if join else ""
        if words:
            uses[form] = words
    wrong = list(dict.fromkeys(form.row.name for form in [*uses, *twins]))
    if not wrong:
        return "", []
    known.sound = [form for form in known.sound if form not in uses and form not in twins]
    first = (
        next(iter((uses | twins).values())) if join is None else next(iter((twins | uses).values()))
    )
    cause = "contributions must be added, with += and not ="
    if join and not uses:
        cause = "the second of two equal operands gets nothing; add for each operand"
    return f"{first}; {cause} (seen in {', '.join(wrong)})", wrong


def _twins_fault(known: Known, form: Form) -> str:
    """What is wrong where both operands are one value."""
    if form.live != (0, 1) or form.row.name not in ("add", "sub", "mul", "div"):
        return ""
    a = known.subject.leaves([1.5])[0]
    expected = form.partial(0, 1.5, 1.5) + form.partial(1, 1.5, 1.5)
    words = form.words.replace("V", "a")
    return _wrong_sum(known, lambda: known.ask(form, a, a), a, expected, words)


def _uses_fault(known: Known, form: Form, join: Form) -> str:
    """What is wrong where a value is used by two operations."""
    probe = form.probes[0]
    out = form.value(*probe)
    if join.row.name == "div" and abs(out) < 1e-3:
        return ""
    above = join.partial(0, out, out) + join.partial(1, out, out)
    for place in form.live:
        a = known.subject.leaves([probe[place]])[0]

        def used(place: int = place, a: Any = a) -> Any:
            given = [operands(known, form, probe) for _ in range(2)]
            for each in given:
                each[place] = a
            return known.ask(join, *(known.ask(form, *each) for each in given))

        expected = above * form.partial(place, *probe)
        words = _wrong_sum(known, used, a, expected, f"a in two operations {form.words}")
        if words:
            return words
    return ""


def _wrong_sum(known: Known, build: Callable[[], Any], a: Any, expected: float, words: str) -> str:
    try:
        known.run(build())
    except Failure as failure:
        return f"{words}: {failure}"
    found = known.subject.grad(a)
    if same(found, known.seed * expected):
        return ""
    return f"{words}: the gradient is {format_short(found)}, but should be {format_short(expected)}"


def joiners(known: Known) -> list[Form]:
    """Operations on two Values that are right at the root, the plainest first."""
    found = {form.row.name: form for form in reversed(known.sound) if form.live == (0, 1)}
    return [found[name] for name in ("add", "mul", "sub", "div") if name in found]


def equality_fault(known: Known, forms: Sequence[Form]) -> str:
    """Whether nodes with equal numbers are taken for one, and gradients are wrong by it."""
    join = next(
        (form for form in forms if form.row.name in ("add", "mul") and form.live == (0, 1)), None
    )
    pairs = known.subject.leaves([1.25, 0.75, 1.25, 0.75])
    try:
        if join is None or len({pairs[0], pairs[2]}) == 2:
            return ""
        x, y = known.ask(join, *pairs[:2]), known.ask(join, *pairs[2:])
        known.run(known.ask(join, x, y))
    except (Failure, TypeError):  # a TypeError where they cannot stand in a set
        return ""
    out = join.value(1.25, 0.75)
    expected = known.seed * join.partial(0, out, out) * join.partial(0, 1.25, 0.75)
    found = [known.subject.grad(pair) for pair in (pairs[0], pairs[2])]
    if all(same(x, expected) for x in found):
        return ""
    sign = join.words.replace("V", "{}")
    words = sign.format(f"({sign.format('a', 'b')})", f"({sign.format('c', 'd')})")
    return (
        f"two nodes with equal numbers are taken for one, because == compares the data: {words}, "
        f"a = c and b = d, gives a {format_short(found[0])} and c {format_short(found[1])}, but "
        f"should give {format_short(expected)} to each; compare nodes by identity, without an "
        "__eq__ of your own"
    )


# ---- order --------------------------------------------------------------------------------------


def order_fault(known: Known, join: Form) -> str:
    """Whether every node waits until all of its gradient has arrived, and is visited once."""
    for shape in SHAPES:
        numbers = [1.25, 0.75]
        for x, y in shape:
            numbers.append(join.value(numbers[x], numbers[y]))
        if any(abs(x) < 1e-6 for x in numbers):
            continue
        leaves = known.subject.leaves(numbers[:2])
        nodes: list[Any] = list(leaves)
        try:
            for x, y in shape:
                nodes.append(known.ask(join, nodes[x], nodes[y]))
            known.run(nodes[-1])
        except Failure as failure:
            return f"a graph of {len(shape)} operations with reuse: {failure}"
        for leaf, expected in zip(leaves, _gradients(join, shape, numbers)):
            found, expected = known.subject.grad(leaf), expected * known.seed
            if not same(found, expected):
                return (
                    f"a value used at two depths ({join.words}, {len(shape)} operations): the "
                    f"gradient is {format_short(found)}, but should be {format_short(expected)}; "
                    + _order_cause(join, found, expected)
                )
    return _repeated_visits(known, join)


def _order_cause(join: Form, found: float, expected: float) -> str:
    """Too little arrives where a node does not wait, too much where it goes twice; all terms are
    positive in sums and products of positive numbers."""
    if join.row.name in ("add", "mul") and found > expected > 0:
        return (
            "a node passes its gradient on more than once; visit every node once, and keep a set "
            "of those that were visited"
        )
    return "a node must wait for all of its users, as in a topological order"


def _gradients(
    join: Form, shape: Sequence[tuple[int, int]], numbers: Sequence[float]
) -> list[float]:
    """The right gradients of the two leaves."""
    grads = [0.0] * len(numbers)
    grads[-1] = 1.0
    for place in range(len(numbers) - 1, 1, -1):
        for position, operand in enumerate(shape[place - 2]):
            pair = [numbers[x] for x in shape[place - 2]]
            grads[operand] += grads[place] * join.partial(position, *pair)
    return grads[:2]


def _repeated_visits(known: Known, join: Form) -> str:
    """Whether a pass goes along every path instead of visiting every node once."""
    steps = []
    for depth in (6, 10):
        value = known.subject.leaves([1.0])[0]
        try:
            for _ in range(depth):
                value = known.ask(join, value, value)
            steps.append(known.subject.backward(value).steps)
        except Endless:
            steps.append(10**9)
        except Exception:
            return ""
    if steps[1] > 6 * max(steps[0], 1) and steps[1] > 8000:
        return (
            "10 operations, each on the one before it twice: every path is walked, all 1,024 of "
            "them; visit every node once, in topological order"
        )
    return ""
