"""Trials of a class: the pass itself, the root's gradient, a second pass, and depth."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ...numerals import format_short
from .forms import Form
from .trial import Carrier, Failure, Known, operands, same
from .watch import PATIENCE, Endless

DEEP = 5_000
"""How many operations the chain has."""
ENOUGH = 5
"""A pass that fails in one way for so many operations fails for every one."""

LEFT = "inner nodes are left from the first pass"
STAYS = (
    "something is left from the first pass, such as a list or set of nodes that belongs to the "
    "class; each pass needs its own"
)
LIMITED = "recursion limit"
"""Words by which two weaknesses are known that stand beside right derivatives."""


def pass_fault(known: Known, forms: Sequence[Form]) -> str:
    """Why no pass comes to its end, whatever the operation; empty where one does."""
    words = ""
    for form in list({form.row.name: form for form in reversed(forms)}.values())[:ENOUGH]:
        try:
            known.run(known.ask(form, *operands(known, form, form.probes[0])))
        except Failure as failure:
            if words and str(failure) != words:
                return ""
            if words and "does not end" in words:
                return words  # each trial of it takes long
            words = str(failure)
        else:
            return ""
    return words


def start_fault(known: Known) -> str:
    """Whether a gradient is there before any pass; empty where there is none, as it should be."""
    start = known.subject.grad(known.subject.leaves([0.5])[0])
    if same(start, 0.0):
        return ""
    return f"the gradient of a new leaf is {format_short(start)}; it should be 0 before any pass"


def leaf_fault(known: Known) -> str:
    """Whether backward() on a leaf fails, or leaves its gradient by itself at something else
    than 1."""
    leaf = known.subject.leaves([0.5])[0]
    try:
        known.run(leaf)
    except Failure as failure:
        return f"on a leaf, {failure}; it should set the leaf's gradient to 1"
    found = known.subject.grad(leaf)
    if same(found, 1.0):
        return ""
    return f"after backward() on a leaf its gradient is {format_short(found)}; it should be 1"


def seed_fault(known: Known, forms: Sequence[Form]) -> str:
    """Find what the root's gradient is after one pass; what is wrong with it, or empty."""
    for form in forms:
        probe = form.probes[0]
        given = operands(known, form, probe)
        try:
            out = known.ask(form, *given)
            known.run(out)
        except Failure:
            continue
        root = known.subject.grad(out)
        if same(root, 1.0):
            return ""
        arrived = [known.subject.grad(given[place]) for place in form.live]
        if not root and not any(arrived):
            known.by_hand = True
            known.is_mute = not _arrives_by_hand(known, form)
            return "backward() leaves the root's gradient at 0; it should be 1"
        if all(same(x, root * form.partial(place, *probe)) for place, x in zip(form.live, arrived)):
            known.seed = root or 1.0
        return f"after a pass the root's gradient is {format_short(root)}; it should be 1"
    return ""


def _arrives_by_hand(known: Known, form: Form) -> bool:
    """Whether a root's gradient that is set by hand gets through a pass."""
    given = operands(known, form, form.probes[0])
    try:
        known.run(known.ask(form, *given))
    except Failure:
        return False
    return any(known.subject.grad(given[place]) for place in form.live)


# ---- state --------------------------------------------------------------------------------------


def state_fault(known: Known) -> str:
    """Whether a second pass on one graph adds the same gradient to the leaves once more."""
    chain = _chain(known)
    if chain is None:
        return ""
    leaf = known.subject.leaves([0.4])[0]
    try:
        root = leaf
        for _ in range(3):
            root = chain.call(known, root)
        known.run(root)
        once, top = known.subject.grad(leaf), known.subject.grad(root)
        known.run(root)
        twice, top_again = known.subject.grad(leaf), known.subject.grad(root)
    except Failure as failure:
        return f"a second pass: {failure}"
    if not same(top, top_again) and not known.by_hand:
        return (
            f"after a second pass the root's gradient is {format_short(top_again)}; it should be "
            "set to 1 at the start of each pass"
        )
    if same(twice, once) and not same(once, 0.0):
        return (
            f"a second pass leaves the leaf at {format_short(once)}, but should add to it and give "
            f"{format_short(2 * once)}; only zeroing by the user may forget a gradient"
        )
    if same(twice, 4 * once):  # once for the first pass, and each of the three nodes hands it on
        return (
            f"a second pass on one graph gives the leaf {format_short(twice)}, but should give "
            f"{format_short(2 * once)}: the gradients of {LEFT}"
        )
    left = _left_over(known, chain)
    if not left and not same(twice, 2 * once):
        left = (
            f"a second pass on one graph gives the leaf {format_short(twice)}, but should give "
            f"{format_short(2 * once)}; {STAYS}"
        )
    return left


def _left_over(known: Known, chain: Carrier) -> str:
    """Whether something of a pass gets into another graph on the same leaf."""
    leaf = known.subject.leaves([0.4])[0]
    found = []
    for _ in range(2):
        try:
            leaf.grad = 0.0
            known.run(chain.call(known, chain.call(known, leaf)))
        except (Failure, AttributeError):
            return ""
        found.append(known.subject.grad(leaf))
    if same(found[0], found[1]):
        return ""
    return (
        f"two graphs on one leaf, zeroed between: {format_short(found[0])}, then "
        f"{format_short(found[1])}; {STAYS}"
    )


def _chain(known: Known) -> Carrier | None:
    """An operation that can be repeated without leaving moderate numbers."""
    numbers = {"mul": 1.5, "add": 0.5, "div": 0.8, "sub": 0.25, "neg": None, "tanh": None}
    for name, number in numbers.items():
        for form in known.sound:
            if form.row.name == name and form.live == (0,):
                return Carrier(form, number)
    return None


# ---- depth --------------------------------------------------------------------------------------


def depth_fault(known: Known) -> str:
    """Whether a long chain is right, under the recursion limit that Python starts with."""
    found = {f.row.name: f for f in known.sound if f.live == (0,)}
    numbers = {"add": 0.001, "sub": 0.001, "mul": 1.0, "div": 1.0, "neg": None}
    name = next((name for name in numbers if name in found), None)
    if name is None:
        return ""
    chain = Carrier(found[name], numbers[name])
    leaf = known.subject.leaves([0.5])[0]
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(_frames() + 1000)
        value = leaf
        for _ in range(DEEP):
            value = chain.form.call(*chain.operands(value))
        if known.by_hand:
            value.grad = 1.0
        known.subject.unwatched(value)
    except RecursionError:
        return (
            f"a chain of {DEEP:,} operations exceeds Python's {LIMITED}; walk the graph with a "
            "stack of your own"
        )
    except Endless:
        return f"a chain of {DEEP:,} operations does not end within {PATIENCE:g} seconds"
    except Exception as error:
        return f"a chain of {DEEP:,} operations raised {type(error).__name__}"
    finally:
        sys.setrecursionlimit(limit)
    expected = known.seed
    arrived = known.subject.grad(leaf)
    if same(abs(arrived), abs(expected)):
        return ""
    return (
        f"after a chain of {DEEP:,} operations the gradient is {format_short(arrived)}, "
        f"but should be {format_short(expected)}"
    )


def _frames() -> int:
    """How deep the stack is now."""
    frame, depth = sys._getframe(), 0
    while frame is not None:
        depth += 1
        frame = frame.f_back  # type: ignore[assignment]  # the loop ends on None
    return depth
