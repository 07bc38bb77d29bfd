"""Trials of values that are used more than once, and of the order of the pass."""

from __future__ import annotations

from collections.abc import Sequence

from ...numerals import format_short
from .calls import Call
from .subject import Failure, Subject
from .trial import Trial, TrialNode
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
    """Check whether the contributions to a value that is used twice add up; return what is wrong,
    and in which operations. Unless the order is right, no third operation joins both uses."""
    join = next(iter(find_joins(subject)), None) if is_ordered else None
    sound = subject.sound
    twins = {call: words for call in sound if (words := _twins_fault(subject, call))}
    uses = {call: words for call in sound if join and (words := _uses_fault(subject, call, join))}
    wrong = list(dict.fromkeys(call.row.name for call in [*uses, *twins]))
    if not wrong:
        return "", []
    subject.sound = [call for call in sound if call not in uses and call not in twins]
    first = next(iter((twins | uses).values()))
    cause = "contributions must be added up, with += instead of ="
    if join and not uses:
        cause = "the second of two equal operands gets no contribution; add one for each operand"
    return f"{first}; {cause} (seen in {', '.join(wrong)})", wrong


def _twins_fault(subject: Subject, call: Call) -> str:
    """What is wrong where both operands are one value."""
    if call.live != (0, 1) or call.row.name not in ("add", "sub", "mul", "div"):
        return ""
    trial = Trial(subject)
    a = trial.leaf(1.5)
    trial.apply(call, a, a)
    return _wrong_sum(trial, a, call.words.replace("V", "a"))


def _uses_fault(subject: Subject, call: Call, join: Call) -> str:
    """What is wrong where a value is used by two operations."""
    probe = call.probes[0]
    if join.row.name == "div" and abs(call.value(*probe)) < 1e-3:
        return ""
    for argnum in call.live:
        trial = Trial(subject)
        a = trial.leaf(probe[argnum])
        uses = [trial.operands(call, probe) for _ in range(2)]
        for operands in uses:
            operands[argnum] = a
        trial.apply(join, *[trial.apply(call, *operands) for operands in uses])
        if words := _wrong_sum(trial, a, f"a value used in two operations {call.words}"):
            return words
    return ""


def _wrong_sum(trial: Trial, a: TrialNode, words: str) -> str:
    if failure := trial.failure():
        return f"{words}: {failure}"
    return "" if a.is_right else f"{words}: {_difference(a)}"


def _difference(node: TrialNode) -> str:
    gradient, expected = format_short(node.gradient), format_short(node.expected)
    return f"the gradient is {gradient}, but should be {expected}"


def find_joins(subject: Subject) -> list[Call]:
    """Operations on two Values that are right so far, the plainest first."""
    calls = {call.row.name: call for call in reversed(subject.sound) if call.live == (0, 1)}
    return [calls[name] for name in ("add", "mul", "sub", "div") if name in calls]


def find_equality_fault(subject: Subject, calls: Sequence[Call]) -> str:
    """Check whether nodes with equal numbers are taken for one node, which spoils gradients."""
    joins = (call for call in calls if call.row.name in ("add", "mul") and call.live == (0, 1))
    join = next(joins, None)
    if join is None:
        return ""
    trial = Trial(subject)
    a, b, c, d = [trial.leaf(x) for x in (1.25, 0.75, 1.25, 0.75)]
    trial.apply(join, trial.apply(join, a, b), trial.apply(join, c, d))
    try:
        trial.run()
        if len({a.value, c.value}) == 2 or (a.is_right and c.is_right):
            return ""
    except (Failure, TypeError):  # a TypeError where a set can't hold them
        return ""
    sign = join.words.replace("V", "{}")
    words = sign.format(f"({sign.format('a', 'b')})", f"({sign.format('c', 'd')})")
    at_a, at_c, expected = map(format_short, (a.gradient, c.gradient, a.expected))
    return (
        f"two nodes with equal numbers are taken for one, because == compares the data: in {words} "
        f"with a = c and b = d, the gradients of a and c are {at_a} and {at_c}, but should both be "
        f"{expected}; compare nodes by identity, without an __eq__ of your own"
    )


# ---- order --------------------------------------------------------------------------------------


def find_order_fault(subject: Subject, join: Call) -> str:
    """Check whether every node is visited once, after all of its gradient has arrived."""
    for shape in SHAPES:
        trial = Trial(subject)
        leaves = trial.leaf(1.25), trial.leaf(0.75)
        for x, y in shape:
            trial.apply(join, trial.nodes[x], trial.nodes[y])
        if any(abs(node.number) < 1e-6 for node in trial.nodes):
            continue
        if failure := trial.failure():
            return f"a graph of {len(shape)} operations that reuses values: {failure}"
        for leaf in leaves:
            if not leaf.is_right:
                return (
                    f"a value used at two depths ({join.words}, {len(shape)} operations): "
                    f"{_difference(leaf)}; {_order_cause(join, leaf)}"
                )
    return _repeated_visits(subject, join)


def _order_cause(join: Call, leaf: TrialNode) -> str:
    """Too little arrives where a node doesn't wait, too much where it is visited twice: in sums and
    products of positive numbers all terms are positive."""
    if join.row.name in ("add", "mul") and leaf.gradient > leaf.expected > 0:
        return (
            "a node passes its gradient on more than once; visit every node once, and keep a set "
            "of visited nodes"
        )
    return "a node must wait for all of its users, as in a topological order"


def _repeated_visits(subject: Subject, join: Call) -> str:
    """Whether a pass walks every path instead of visiting every node once."""
    steps = []
    for depth in (6, 10):
        trial = Trial(subject)
        value = trial.leaf(1.0)
        for _ in range(depth):
            value = trial.apply(join, value, value)
        try:
            steps.append(subject.watch_backward(trial.build()).steps)
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
