"""Trials of backward(): the pass itself, the root's gradient, a second pass, and a long chain."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ...numerals import format_short
from .calls import Call
from .carrier import Carrier
from .subject import Failure, Subject, same
from .watchdog import PATIENCE, Endless

DEEP = 5_000
"""How many operations the long chain has."""
ENOUGH = 5
"""A pass that fails in one way for this many operations fails for every operation."""

LEFT = "inner nodes are left from the first pass"
STAYS = (
    "something is left from the first pass, such as a list or set of nodes that belongs to the "
    "class; each pass needs a list or set of its own"
)
LIMITED = "recursion limit"
"""Words that identify two weaknesses, which leave the derivatives right."""


def find_pass_fault(subject: Subject, calls: Sequence[Call]) -> str:
    """Why every pass fails, whatever the operation; empty where one succeeds."""
    words = ""
    for call in list({call.row.name: call for call in reversed(calls)}.values())[:ENOUGH]:
        try:
            subject.run(subject.apply(call, *subject.operands(call, call.probes[0])))
        except Failure as failure:
            if words and str(failure) != words:
                return ""
            if words and "doesn't end" in words:
                return words  # each trial of it takes long
            words = str(failure)
        else:
            return ""
    return words


def find_start_fault(subject: Subject) -> str:
    """What is wrong with the gradient of a new leaf, which should be 0."""
    start = subject.grad(subject.leaf(0.5))
    if same(start, 0.0):
        return ""
    return f"the gradient of a new leaf is {format_short(start)}; it should be 0 before any pass"


def find_leaf_fault(subject: Subject) -> str:
    """Whether backward() on a leaf fails, or doesn't set its gradient to 1."""
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
    """Find the root's gradient after one pass; return what is wrong with it, or nothing."""
    for call in calls:
        probe = call.probes[0]
        operands = subject.operands(call, probe)
        try:
            out = subject.apply(call, *operands)
            subject.run(out)
        except Failure:
            continue
        root = subject.grad(out)
        if same(root, 1.0):
            return ""
        arrived = [subject.grad(operands[argnum]) for argnum in call.live]
        if not root and not any(arrived):
            subject.needs_seed = True
            subject.is_mute = not _arrives_by_hand(subject, call)
            return "backward() leaves the root's gradient at 0; it should be 1"
        if all(
            same(x, root * call.partial(argnum, *probe)) for argnum, x in zip(call.live, arrived)
        ):
            subject.seed = root or 1.0
        return f"after a pass the root's gradient is {format_short(root)}; it should be 1"
    return ""


def _arrives_by_hand(subject: Subject, call: Call) -> bool:
    """Whether a root's gradient that is set by hand arrives at the operands."""
    operands = subject.operands(call, call.probes[0])
    try:
        subject.run(subject.apply(call, *operands))
    except Failure:
        return False
    return any(subject.grad(operands[argnum]) for argnum in call.live)


# ---- state --------------------------------------------------------------------------------------


def find_state_fault(subject: Subject) -> str:
    """Whether a second pass on one graph adds the same gradient to the leaves again."""
    chain = _chain(subject)
    if chain is None:
        return ""
    leaf = subject.leaf(0.4)
    try:
        root = leaf
        for _ in range(3):
            root = chain.apply(subject, root)
        subject.run(root)
        once, top = subject.grad(leaf), subject.grad(root)
        subject.run(root)
        twice, top_again = subject.grad(leaf), subject.grad(root)
    except Failure as failure:
        return f"a second pass: {failure}"
    if not same(top, top_again) and not subject.needs_seed:
        return (
            f"after a second pass the root's gradient is {format_short(top_again)}; it should be "
            "set to 1 at the start of each pass"
        )
    if same(twice, once) and not same(once, 0.0):
        return (
            f"a second pass leaves the leaf at {format_short(once)}, but should add to it and give "
            f"{format_short(2 * once)}; only zeroing by the user may forget a gradient"
        )
    if same(twice, 4 * once):  # once for the first pass, and once for each of the three nodes
        return (
            f"a second pass on one graph gives the leaf {format_short(twice)}, but should give "
            f"{format_short(2 * once)}: the gradients of {LEFT}"
        )
    left = _left_over(subject, chain)
    if not left and not same(twice, 2 * once):
        left = (
            f"a second pass on one graph gives the leaf {format_short(twice)}, but should give "
            f"{format_short(2 * once)}; {STAYS}"
        )
    return left


def _left_over(subject: Subject, chain: Carrier) -> str:
    """Whether something of a pass gets into another graph on the same leaf."""
    leaf = subject.leaf(0.4)
    gradients = []
    for _ in range(2):
        try:
            leaf.grad = 0.0
            subject.run(chain.apply(subject, chain.apply(subject, leaf)))
        except (Failure, AttributeError):
            return ""
        gradients.append(subject.grad(leaf))
    if same(gradients[0], gradients[1]):
        return ""
    return (
        f"two graphs on one leaf, zeroed between: {format_short(gradients[0])}, then "
        f"{format_short(gradients[1])}; {STAYS}"
    )


def _chain(subject: Subject) -> Carrier | None:
    """An operation that can be repeated while the numbers stay moderate."""
    numbers = {"mul": 1.5, "add": 0.5, "div": 0.8, "sub": 0.25, "neg": None, "tanh": None}
    for name, number in numbers.items():
        for call in subject.sound:
            if call.row.name == name and call.live == (0,):
                return Carrier(call, number)
    return None


# ---- depth --------------------------------------------------------------------------------------


def find_depth_fault(subject: Subject) -> str:
    """Whether a long chain is right, under the recursion limit that Python starts with."""
    calls = {call.row.name: call for call in subject.sound if call.live == (0,)}
    numbers = {"add": 0.001, "sub": 0.001, "mul": 1.0, "div": 1.0, "neg": None}
    name = next((name for name in numbers if name in calls), None)
    if name is None:
        return ""
    chain = Carrier(calls[name], numbers[name])
    leaf = subject.leaf(0.5)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(_frames() + 1000)
        value = leaf
        for _ in range(DEEP):
            value = chain.operation(*chain.operands(value))
        if subject.needs_seed:
            value.grad = 1.0
        subject.backward(value)
    except RecursionError:
        return (
            f"a chain of {DEEP:,} operations exceeds Python's {LIMITED}; walk the graph with a "
            "stack of your own"
        )
    except Endless:
        return f"a chain of {DEEP:,} operations doesn't end within {PATIENCE:g} seconds"
    except Exception as error:
        return f"a chain of {DEEP:,} operations raised {type(error).__name__}"
    finally:
        sys.setrecursionlimit(limit)
    gradient = subject.grad(leaf)
    if same(abs(gradient), abs(subject.seed)):
        return ""
    return (
        f"after a chain of {DEEP:,} operations the gradient is {format_short(gradient)}, "
        f"but should be {format_short(subject.seed)}"
    )


def _frames() -> int:
    """The present depth of the stack."""
    frame, depth = sys._getframe(), 0
    while frame is not None:
        depth += 1
        frame = frame.f_back  # type: ignore[assignment]  # the loop ends on None
    return depth
