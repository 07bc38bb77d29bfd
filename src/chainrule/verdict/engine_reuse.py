"""Trials of a class: values that are used more than once, and the order of the pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..numerals import plain
from .engine_forms import Form
from .engine_subject import Endless
from .engine_trial import Failure, Known, Refused, operands, same

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


def accumulation_fault(known: Known, is_ordered: bool) -> str:
    """Whether what arrives at a value that is used twice adds up.

    Args:
        known: What is known of the class.
        is_ordered: Whether gradients arrive through two operations, so that both uses can be joined
            by a third one.
    """
    wrong: list[str] = []
    first = ""
    join = _joiner(known) if is_ordered else None
    for form in list(known.sound):
        for words in _reuse_faults(known, form, join):
            first = first or words
            wrong.append(form.row.name)
            if form in known.sound:
                known.sound.remove(form)
            break
    if not wrong:
        return ""
    names = ", ".join(dict.fromkeys(wrong))
    return f"{first}; contributions must be added, with += and not = (seen in {names})"


def _reuse_faults(known: Known, form: Form, join: Form | None) -> Iterator[str]:
    if form.live == (0, 1) and form.row.name in ("add", "sub", "mul", "div"):
        a = known.subject.leaves([1.5])[0]
        expected = form.partial(0, 1.5, 1.5) + form.partial(1, 1.5, 1.5)
        yield from _wrong_sum(known, form.call(a, a), a, expected, form.words.replace("V", "a"))
    if join is None:
        return
    probe = form.probes[0]
    for place in form.live:
        a = known.subject.leaves([probe[place]])[0]
        outs = []
        for _ in range(2):
            given = operands(known, form, probe)
            given[place] = a
            outs.append(form.call(*given))
        out = form.value(*probe)
        if join.row.name == "div" and abs(out) < 1e-3:
            continue
        above = join.partial(0, out, out) + join.partial(1, out, out)
        if join.row.name in ("sub", "div"):
            above = 0.0
        expected = above * form.partial(place, *probe)
        words = f"a in two operations {form.words}"
        yield from _wrong_sum(known, join.call(*outs), a, expected, words)


def _wrong_sum(known: Known, root: Any, a: Any, expected: float, words: str) -> Iterator[str]:
    try:
        known.run(root)
    except (Failure, Refused) as failure:
        yield f"{words}: {failure}"
        return
    found = known.subject.grad(a)
    if not same(found, known.seed * expected):
        yield f"{words}: the gradient is {plain(found)}, but should be {plain(expected)}"


def _joiner(known: Known) -> Form | None:
    """An operation on two Values that is right at the root."""
    found = {form.row.name: form for form in known.sound if form.live == (0, 1)}
    return next((found[name] for name in ("add", "mul", "sub", "div") if name in found), None)


# ---- order --------------------------------------------------------------------------------------


def order_fault(known: Known) -> str:
    """Whether every node waits until all of its gradient has arrived."""
    join = _joiner(known)
    if join is None:
        return ""
    for shape in SHAPES:
        leaves = known.subject.leaves([1.25, 0.75])
        nodes: list[Any] = list(leaves)
        numbers = [1.25, 0.75]
        for x, y in shape:
            nodes.append(join.call(nodes[x], nodes[y]))
            numbers.append(join.value(numbers[x], numbers[y]))
        if any(abs(x) < 1e-6 for x in numbers):
            continue
        try:
            known.run(nodes[-1])
        except (Failure, Refused) as failure:
            return f"a graph of {len(shape)} operations with reuse: {failure}"
        for leaf, expected in zip(leaves, _gradients(join, shape, numbers)):
            found, expected = known.subject.grad(leaf), expected * known.seed
            if not same(found, expected):
                return (
                    f"a value used at two depths ({join.words}, {len(shape)} operations): the "
                    f"gradient is {plain(found)}, but should be {plain(expected)}; a node must "
                    "wait for all of its users, as in a topological order"
                )
    return _repeated_visits(known, join)


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
    lines = []
    for depth in (6, 10):
        value = known.subject.leaves([1.0])[0]
        for _ in range(depth):
            value = join.call(value, value)
        try:
            lines.append(known.subject.backward(value, 200_000).lines)
        except Endless:
            lines.append(10**9)
        except Exception:
            return ""
    if lines[1] > 6 * max(lines[0], 1) and lines[1] > 1000:
        return (
            "10 operations, each on the one before it twice: every path is walked, all 1,024 of "
            "them; visit every node once, in topological order"
        )
    return ""
