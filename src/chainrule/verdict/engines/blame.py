"""Whose fault it is: what is wrong with each operation, and one finding for one cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .anatomy import Anatomy
from .calls import Call
from .causes import find_cause, find_failing_cause
from .gradient_trial import Fault, Outcome, common_mistake, summarize
from .result import Finding
from .study import Study
from .subject import Failure, Subject

RULE = {"unvisited": "order", "late seed": "state"}
"""The causes that lie in the pass and not in an operation, and the rules that they belong to."""
SHARED = "rules"
"""The rule of a cause that several operations share."""
CHAIN = "above missing"


class Blame(NamedTuple):
    """What is wrong with an operation, and why."""

    finding: Finding
    kind: str = ""  # the cause, where other operations may share it


def blame(
    subject: Subject,
    anatomy: Anatomy,
    call: Call,
    outcomes: Sequence[Outcome],
    below: str = "",
) -> Blame:
    """Say what is wrong with an operation, and ask why: the structure first, then the formula."""
    faults = [x.fault for x in outcomes if x.fault]
    first = next(x for x in outcomes if x.fault)
    fault = faults[0]
    try:
        study = Study(subject, anatomy, call, fault.probe)
    except Failure:
        return Blame(Finding(call.row.name, summarize(faults) + below, fault.graph))
    cause = find_cause(study, first.observed) if first.observed and not below else None
    if not first.observed:
        cause = find_failing_cause(study, fault.words)
    if cause is not None:
        evidence = fault.words.split(", since ")[0]
        finding = Finding(
            call.row.name, f"{evidence}; {cause.words}", fault.graph, cause.source, cause.correction
        )
        return Blame(finding, cause.kind)
    return _by_formula(study, faults, below)


def _by_formula(study: Study, faults: Sequence[Fault], below: str) -> Blame:
    """The mistake in a formula, by the numbers."""
    fault, mistake = faults[0], common_mistake(faults)
    words = summarize(faults) + below
    line = study.rule_line(fault.argnum if fault.argnum >= 0 else None)
    correction = study.correct_line(fault.argnum) if fault.argnum >= 0 else ""
    kind = CHAIN if mistake is not None and mistake.kind == CHAIN else ""
    reads = _result_for_gradient(study, faults)
    if reads and (mistake is None or not study.reads_above(fault.argnum)):
        words, kind = f"{fault.words} ({reads})", "data for grad"
    statement = study.statement(fault.argnum) if kind == CHAIN else None
    if statement:  # also where many operations share one rule
        line, out = statement.line, study.above_name()
        correction = correction or f"{statement.line.text} * {out}"
    finding = Finding(
        study.call.row.name, words, fault.graph, str(line) if line else "", correction
    )
    return Blame(finding, kind)


def _result_for_gradient(study: Study, faults: Sequence[Fault]) -> str:
    """Look for `out.data` where `out.grad` belongs."""
    call, subject = study.call, study.subject
    for fault in faults:
        if fault.argnum < 0:
            return ""
        wrong = call.partial(fault.argnum, *fault.probe) * call.value(*fault.probe)
        if not subject.same(fault.gradient, wrong):
            return ""
    return (
        f"out.{subject.data_name} is used where out.{subject.grad_name} belongs: the local "
        "derivative is multiplied by the result instead of the gradient above"
    )


# ---- one finding for one cause -------------------------------------------------------------------


def own_blames(
    blames: Mapping[str, Blame], broken: Mapping[str, str], built_from: Mapping[str, set[str]]
) -> tuple[dict[str, Blame], dict[str, str]]:
    """The blames of operations that aren't built from other wrong ones; and those others, each
    with what it is built from."""
    own, unjudged = dict[str, Blame](), dict[str, str]()
    wrong = {*blames, *broken}
    for name, each in blames.items():
        below = {x for x in built_from.get(name, ()) if x in wrong and x != name}
        if any(name not in built_from.get(x, ()) for x in below):
            unjudged[name] = ", ".join(sorted(below))
        else:
            own[name] = each
    return own, unjudged


def merge(blames: Mapping[str, Blame]) -> list[Finding]:
    """One finding for each cause."""
    groups: dict[str, list[Blame]] = {}
    for name, each in blames.items():
        groups.setdefault(each.kind or name, []).append(each)
    return [_merged(kind, group) for kind, group in groups.items()]


def _merged(kind: str, group: Sequence[Blame]) -> Finding:
    finding = group[0].finding
    names = [each.finding.rule for each in group]
    if kind in RULE:
        finding = finding._replace(rule=RULE[kind])
    elif len(group) > 1:
        finding = finding._replace(rule=SHARED)
    if len(group) > 1:
        finding = finding._replace(message=f"{finding.message} (seen in {', '.join(names)})")
    return finding
