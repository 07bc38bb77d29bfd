"""Trials of an operation above another one, and below another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from . import pass_trial, reuse_trial
from .anatomy import Anatomy
from .blame import Blame
from .calls import Call
from .gradient_trial import NothingArrives, Outcome, is_lost, try_call
from .result import Finding
from .source import first_line
from .study import Study
from .subject import Failure, Subject
from .trial import Carrier, find_carriers

ABOVE: Mapping[str, float | None] = {"mul": 3.0, "div": 0.5, "neg": None, "sub": 2.0, "tanh": None}
"""Operations that turn a gradient of 1 into another one, with their other operands."""
BELOW: Mapping[str, float | None] = {"mul": 2.0, "add": 0.5, "neg": None, "div": 0.5, "sub": 2.0}
"""Operations that compute an operand, with their other operands."""
SOURCES: Mapping[str, Callable[[float], float]] = {
    "mul": lambda out: out / 2, "add": lambda out: out - 0.5, "neg": lambda out: -out,
    "div": lambda out: out / 2, "sub": lambda out: 2 - out,
}  # fmt: skip
"""Their inverses."""
FACTORS = (-2.0, 0.0)
"""Further gradients to pass down, where a Value can be multiplied by a number."""
MOST_UNRECORDED = 1
"""If more operations seem unrecorded and the order looks wrong too, the order is to blame."""


def find_losses(subject: Subject, anatomy: Anatomy | None) -> dict[str, Blame]:
    """Use computed operands: where an operation forgets them, the graph is cut off."""
    lost: dict[Call, str] = {}
    for call in subject.sound:
        for argnum in call.live:
            if words := _loss(subject, anatomy, call, argnum):
                lost.setdefault(call, words)
    names = {call.row.name for call in lost}
    own = [x for x in names if not names & (subject.built_from.get(x, set()) - {x})]
    if lost and anatomy:
        orders = [
            reuse_trial.find_order_fault(subject, anatomy, join)
            for join in pass_trial.joins(subject.sound)
        ]
        if orders and (all(orders) or (any(orders) and len(own) > MOST_UNRECORDED)):
            return {}  # the order of the pass is to blame
    blames: dict[str, Blame] = {}
    for call, words in lost.items():
        blames.setdefault(call.row.name, Blame(Finding(call.row.name, words)))
    return blames


def _loss(subject: Subject, anatomy: Anatomy | None, call: Call, argnum: int) -> str:
    below = find_carriers(subject, BELOW, call.row.name)[:2]
    try:
        if anatomy and Study(subject, anatomy, call, call.probes[0]).is_held:
            return ""  # it remembers its operands
        for carrier in below:
            source = SOURCES[carrier.call.row.name]
            if not is_lost(subject, call, argnum, carrier, source):
                return ""
        if not below:
            return ""
    except Failure as failure:
        return f"{call.words} with a computed operand: {failure}"
    return (
        f"{call.words} is not recorded: if its operand {call.row.operands[argnum]} is computed "
        f"with {below[0].call.words}, no gradient arrives below {call.row.operands[argnum]}; "
        "store every operand in the result"
    )


def carriers_above(subject: Subject) -> list[Carrier]:
    """The operations that pass down gradients other than 1: of both signs, and 0."""
    carriers = find_carriers(subject, ABOVE)[:2]
    if not carriers or carriers[0].call.row.name != "mul":
        return carriers
    return [*carriers, *(Carrier(carriers[0].call, x) for x in FACTORS)]


def find_faults_below(
    subject: Subject, call: Call, carriers: Sequence[Carrier]
) -> tuple[tuple[Carrier, list[Outcome]] | None, NothingArrives | None]:
    """What is wrong with an operation below others, and below which; and where nothing arrives."""
    faults: dict[Carrier, list[Outcome]] = {}
    silence: NothingArrives | None = None
    for carrier in carriers:
        probes = call.probes[:3] if carrier.number in FACTORS else call.probes
        try:
            found = [try_call(subject, call, x, carrier) for x in probes]
        except NothingArrives as nothing:
            silence = nothing
            continue
        if faulty := [x for x in found if x.fault]:
            faults[carrier] = faulty
    below = {carrier.call.row.name for carrier in faults}
    if faults and below == {carrier.call.row.name for carrier in carriers}:
        return next(iter(faults.items())), silence
    return None, silence


def silence(subject: Subject, anatomy: Anatomy | None, nothing: NothingArrives) -> Finding:
    """Nothing arrives below another operation: why."""
    why = (
        "a node must remember its operands, and pass its gradient on only after all of it has "
        "arrived"
    )
    visits = pass_trial.describe_visits(anatomy, nothing.trial) if anatomy else ""
    words = f"below another operation, no gradient arrives at the operands of {nothing.words}"
    graph = nothing.trial.code(nothing.leaf)
    source = first_line(subject.kind, subject.backward_name)
    return Finding("order", f"{words}; {visits or why}", graph, source)
