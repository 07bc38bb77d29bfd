"""Trials of backward(): the pass itself, the root's gradient, a second pass, and a long chain."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping, Sequence
from traceback import walk_stack
from typing import Any

from ...numerals import format_short
from .calls import Call
from .operations import NO_HASH
from .subject import Failure, Subject, same
from .trial import Carrier, Trial, TrialNode
from .watchdog import PATIENCE, Endless

DEEP = 5_000
"""How many operations the long chain has."""
ENOUGH = 5
"""A pass that fails in the same way for this many operations is taken to fail for all."""

GROWTH = 6
"""How many equal passes show whether each takes longer than the one before it."""

LEFT = "inner nodes keep their gradients from the first pass"
STAYS = (
    "something is left over from the first pass, such as a list or set of nodes kept on the class; "
    "each pass needs its own"
)
LIMITED = "recursion limit"
HARMLESS = "the gradients of the leaves are right all the same"
SLOW = "so the pass is too slow for a deep graph; keep the visited nodes in a set"
ZEROED = "set to 0 at the start of each pass"
WEAKNESSES = (
    LEFT,
    LIMITED,
    ZEROED,
    SLOW,
    HARMLESS,
    "walks every path",
    "by convention",
    "overflows for a large x",
    "fails with ints",
)
"""The phrases that mark the findings that leave the derivatives right."""


def find_pass_fault(subject: Subject, calls: Sequence[Call]) -> str:
    """Return why every pass fails, whatever the operation; nothing where one succeeds."""
    words = ""
    for call in list({call.row.name: call for call in reversed(calls)}.values())[:ENOUGH]:
        failure = _trial_of(subject, call).failure()
        if not failure or (words and failure != words):
            return ""
        if words and "doesn't end" in words:
            return words  # each trial of it takes long
        words = failure
    if "unhashable" in words and subject.kind.__hash__ is None:
        return f"{words}; {NO_HASH}"
    if "+=: 'NoneType'" in words:
        return f"{words}; a gradient starts as None, so nothing can be added to it; start it at 0"
    if "'NoneType' object is not iterable" in words:
        return f"{words}; list.reverse() and list.sort() return None: use reversed() and sorted()"
    return words


def _trial_of(subject: Subject, call: Call) -> Trial:
    """One operation at its first probe; the operands are the first nodes."""
    trial = Trial(subject)
    trial.apply(call, *trial.operands(call, call.probes[0]))
    return trial


def find_start_fault(subject: Subject) -> str:
    """Check that the gradient of a new leaf is 0."""
    start = subject.grad(subject.leaf(0.5))
    if same(start, 0.0):
        return ""
    return f"the gradient of a new leaf is {format_short(start)}; it should be 0 before any pass"


def find_leaf_fault(subject: Subject) -> str:
    """Check that backward() on a leaf sets its gradient to 1."""
    leaf = subject.leaf(0.5)
    try:
        subject.run(leaf)
    except Failure as failure:
        return f"on a leaf, {failure}; it should set the leaf's gradient to 1"
    gradient = subject.grad(leaf)
    if same(gradient, 1.0):
        return ""
    return f"after backward() on a leaf, its gradient is {format_short(gradient)}; it should be 1"


def find_seed_fault(subject: Subject, calls: Sequence[Call]) -> str:
    """Note what the root's gradient is after one pass; return what is wrong with it, or nothing."""
    for call in calls:
        trial = _trial_of(subject, call)
        if trial.failure():
            continue
        *operands, out = trial.nodes
        root = out.gradient
        if same(root, 1.0):
            return ""
        if not root and not any(x.gradient for x in operands):
            subject.needs_seed = True
            by_hand = _trial_of(subject, call)
            subject.is_mute = bool(by_hand.failure()) or not any(
                x.gradient for x in by_hand.nodes[:-1]
            )
            return "backward() leaves the root's gradient at 0; it should be 1"
        if all(same(x.gradient, root * x.expected) for x in operands):
            subject.seed = root or 1.0
        return f"after a pass the root's gradient is {format_short(root)}; it should be 1"
    return ""


# ---- state --------------------------------------------------------------------------------------

MODERATE = {"mul": 1.5, "add": 0.5, "div": 0.8, "sub": 0.25, "neg": None, "tanh": None}
"""Operations that can be repeated while the numbers stay moderate, with their other operands."""


def find_state_fault(subject: Subject, among: Sequence[Call]) -> str:
    """Check that a second pass on the same graph adds the same gradient to the leaves again."""
    chain = _chain(among, MODERATE)
    if chain is None:
        return ""
    trial = Trial(subject)
    root = leaf = trial.leaf(0.4)
    for _ in range(3):
        root = trial.carry(chain, root)
    try:
        trial.run()
        once, top = leaf.gradient, root.gradient
        trial.run()
        twice, top_again = leaf.gradient, root.gradient
    except Failure as failure:
        return f"a second pass: {failure}"
    if not same(top, top_again) and (same(twice, 2 * once) or not subject.needs_seed):
        return _root_again(top_again, same(twice, 2 * once))
    if same(twice, once) and not same(once, 0.0):
        if not _starts_at_zero(trial, leaf):
            return f"a second pass on the same graph does nothing; {STAYS}"
        return (
            f"a second pass leaves the leaf's gradient at {format_short(once)}, but should "
            f"add to it, giving {format_short(2 * once)}: gradients are {ZEROED}, so they "
            "can't be accumulated over several passes"
        )
    second = (
        f"a second pass on the same graph gives the leaf the gradient {format_short(twice)}, but "
        f"should give {format_short(2 * once)}"
    )
    if same(twice, 4 * once):  # once for the first pass, and once for each of the three nodes
        return f"{second}: {LEFT}"
    left = _left_over(subject, chain)
    return left or ("" if same(twice, 2 * once) else f"{second}; {STAYS}")


def _carry(subject: Subject, chain: Carrier, value: Any) -> Any:
    """The next value of a chain."""
    x, *others = chain.operands(value)
    if chain.call.live == (0, 1):
        others = [subject.leaf(y) for y in others]
    return subject.apply(chain.call, x, *others)


def has_chain(subject: Subject) -> bool:
    """Whether there is an operation on one Value that can be repeated."""
    return (
        _chain(subject.sound, MODERATE) is not None and _chain(subject.sound, NEUTRAL) is not None
    )


def _root_again(gradient: float, is_harmless: bool) -> str:
    """What is wrong where a second pass doesn't start with a gradient of 1."""
    words = (
        f"after a second pass the root's gradient is {format_short(gradient)}; each pass should "
    )
    return f"{words}start by setting it to 1{f', although {HARMLESS}' if is_harmless else ''}"


def _starts_at_zero(trial: Trial, leaf: TrialNode) -> bool:
    """Whether a further pass takes away what a leaf has."""
    try:
        trial.subject.set_grad(leaf.value, 100.0)
        trial.run()
    except Failure:
        return False
    return leaf.gradient < 50


def loses_presets(subject: Subject, calls: Sequence[Call]) -> bool:
    """Whether a pass takes away what leaves have, whatever the operation."""
    lost = 0
    for call in list({call.row.name: call for call in reversed(calls)}.values())[:ENOUGH]:
        trial = _trial_of(subject, call)
        try:
            trial.build()
            for node in trial.nodes[:-1]:
                subject.set_grad(node.value, 100.0)
            trial.run()
        except Failure:
            continue
        if any(node.gradient > 50 for node in trial.nodes[:-1]):
            return False
        lost += 1
    return lost > 0


def find_growth(subject: Subject, calls: Sequence[Call]) -> str:
    """Where passes over equal graphs take longer and longer, check that they give the same."""
    chain = _chain(calls, MODERATE)
    steps = []
    if chain is None:
        return ""
    for _ in range(GROWTH):
        value = _carry(subject, chain, subject.leaf(0.4))
        try:
            steps.append(subject.watch_backward(value).steps)
        except (Exception, Endless):
            return ""
    if all(x < y for x, y in itertools.pairwise(steps)):
        words = _left_over(subject, chain) or find_state_fault(subject, calls)
        return words if STAYS in words else ""
    return ""


def _left_over(subject: Subject, chain: Carrier) -> str:
    """Whether something of a pass gets into another graph on the same leaf."""
    leaf = subject.leaf(0.4)
    gradients = []
    for _ in range(2):
        try:
            subject.set_grad(leaf, 0.0)
            value = _carry(subject, chain, leaf)
            subject.run(_carry(subject, chain, value))
        except Failure:
            return ""
        gradients.append(subject.grad(leaf))
    if same(*gradients):
        return ""
    first, second = map(format_short, gradients)
    return (
        f"two graphs share a leaf, whose gradient is reset to 0 in between: the first pass gives "
        f"{first}, the second {second}; {STAYS}"
    )


def _chain(among: Sequence[Call], numbers: Mapping[str, float | None]) -> Carrier | None:
    """The first of these operations that is among the calls, with a number where the class takes
    one, else with another Value."""
    for live in ((0,), (0, 1)):
        calls = {call.row.name: call for call in reversed(among) if call.live == live}
        for name, number in numbers.items():
            if name in calls and (live == (0,) or number is not None):
                return Carrier(calls[name], number)
    return None


# ---- depth --------------------------------------------------------------------------------------

NEUTRAL = {"add": 0.001, "sub": 0.001, "mul": 1.0, "div": 1.0, "neg": None}
"""Operations whose slope is 1 or −1, with their other operands."""


def find_depth_fault(subject: Subject) -> str:
    """Check a long chain, under the recursion limit that Python starts with."""
    chain = _chain(subject.sound, NEUTRAL)
    if chain is None:
        return ""
    words = f"a chain of {DEEP:,} operations"
    leaf = subject.leaf(0.5)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(sum(1 for _ in walk_stack(None)) + 1000)
        value = leaf
        for _ in range(DEEP):
            value = _carry(subject, chain, value)
        if subject.needs_seed:
            subject.set_grad(value, 1.0)
        subject.backward(value)
    except RecursionError:
        return f"{words} exceeds Python's {LIMITED}; walk the graph in a loop, without recursion"
    except Endless:
        return f"{words} takes longer than {PATIENCE:g} seconds, {SLOW}"
    except Failure as failure:
        if isinstance(failure.__cause__, RecursionError):
            return (
                f"{words} exceeds Python's {LIMITED}; walk the graph in a loop, without recursion"
            )
        return f"{words}: {failure}"
    except Exception as error:
        return f"{words} raised {type(error).__name__}"
    finally:
        sys.setrecursionlimit(limit)
    if subject.same(abs(subject.grad(leaf)), abs(subject.seed)):
        return ""
    gradient, expected = map(format_short, (subject.grad(leaf), subject.seed))
    return f"after {words} the gradient is {gradient}, but should be {expected}"
