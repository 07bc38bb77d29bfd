"""Trials of the pass as a whole: which nodes it visits, and whether nodes keep their own rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...numerals import format_short
from .anatomy import Anatomy
from .calls import Call
from .result import Finding
from .source import find_line
from .subject import Failure, Subject
from .trial import Trial, TrialNode

REPEATS = 24
"""How often a node whose operands are in a set is made anew, to see their order change."""


def joins(calls: Sequence[Call], names: Sequence[str] = ("add", "mul", "sub", "div")) -> list[Call]:
    """The operations on two Values among these, the plainest first."""
    found = {call.row.name: call for call in reversed(calls) if call.live == (0, 1)}
    return [found[name] for name in names if name in found]


# ---- before any gradient can be trusted ----------------------------------------------------------


def find_class_rule(subject: Subject, calls: Sequence[Call]) -> Finding | None:
    """Check that an operation changes its nodes only, and not the class."""
    for call in {call.row.name: call for call in reversed(calls)}.values():
        trial = Trial(subject)
        trial.apply(call, *trial.operands(call, call.probes[0]))
        before = {each: dict(vars(each)) for each in subject.kind.__mro__[:-1]}
        try:
            trial.build()
        except Failure:
            continue
        for each, attributes in before.items():
            for name, x in vars(each).items():
                if callable(x) and attributes.get(name) is not x:
                    return _class_rule(subject, trial, call, name)
    return None


def _class_rule(subject: Subject, trial: Trial, call: Call, name: str) -> Finding:
    words = (
        f"{call.words} puts {name} on the class, so it is shared by all nodes, and every node runs "
        f"the last one; put it on the result: out.{name} = ..."
    )
    source = find_line(subject.kind, rf"\b(?!self|out)\w+(\.__class__)?\.{name}\s*=")
    run = trial.failure()  # for the numbers in the graph
    wrong = next((x for x in trial.nodes[:-1] if not trial.is_right(x)), trial.nodes[0])
    graph = "" if run else trial.code(wrong)
    return Finding("order", words, graph, source, f"out.{name} = {name}")


def find_set_order(subject: Subject, anatomy: Anatomy, calls: Sequence[Call]) -> Finding | None:
    """Check that gradients don't depend on the order in which a set holds the operands."""
    for call in joins(calls, ("mul", "div", "sub")):
        probe = call.probes[0]
        keeps = []
        for _ in range(REPEATS):
            trial = Trial(subject)
            operands = trial.operands(call, probe)
            trial.apply(call, *operands)
            if trial.failure() or not anatomy.is_in_set(trial.nodes[-1].value):
                break
            keeps.append(trial)
        wrong = [t for t in keeps if not all(t.is_right(x) for x in t.nodes[:-1])]
        gradients = {tuple(format_short(x.gradient) for x in t.nodes[:-1]) for t in keeps}
        if not wrong or len(gradients) == 1:
            continue
        name = anatomy.operands_name
        words = (
            f"operands are kept in a set, which has no order, so a local derivative may go to the "
            f"wrong operand: {call.words} gives different gradients each time; keep the operands "
            f"in a tuple"
        )
        source = find_line(subject.kind, rf"\.{name}\s*=.*(set\(|\{{)")
        first = next(x for x in wrong[0].nodes if not wrong[0].is_right(x))
        graph = wrong[0].code(first, "right in some runs and wrong in others")
        return Finding("order", words, graph, source, f"self.{name} = tuple(...)")
    return None


# ---- which nodes does the pass visit? ------------------------------------------------------------


def _depth_two(subject: Subject, join: Call, position: int) -> tuple[Trial, list[TrialNode]]:
    """A node of two leaves as one operand of another; the two leaves."""
    trial = Trial(subject)
    a, b, c = (trial.leaf(x) for x in (1.25, 0.75, 1.5))
    inner = trial.apply(join, a, b)
    trial.apply(join, *((inner, c) if position == 0 else (c, inner)))
    return trial, [a, b]


def find_walk_fault(subject: Subject, anatomy: Anatomy, calls: Sequence[Call]) -> Finding | None:
    """Check that the pass goes down every operand, in each operation that two Values have."""
    found: list[tuple[set[int], Trial, TrialNode]] = []
    for join in joins(calls, ("add", "mul")):
        silent, example = set[int](), None
        for position in (0, 1):
            trial, leaves = _depth_two(subject, join, position)
            if trial.failure():
                return None
            held = anatomy.operands(trial.nodes[-1].value)
            if held is not None and not any(x is trial.nodes[-2].value for x in held):
                return None  # the operation forgets its operand
            if not any(x.gradient for x in leaves):
                silent.add(position)
                example = trial, leaves[0]
        if example is None:
            return None
        found.append((silent, *example))
    if not found or any(silent != found[0][0] for silent, _, _ in found):
        return None
    silent, trial, leaf = found[0]
    if (visits := _visited(anatomy, trial)) is not None and len(trial.nodes) - 2 in visits:
        return None  # visited, so it is the order that is wrong
    return _walk_finding(subject, anatomy, silent, trial, leaf)


def _visited(anatomy: Anatomy, trial: Trial) -> list[int] | None:
    values = [node.value for node in trial.nodes]
    visits = anatomy.visits(values[-1], values)
    return None if visits is None else [index for index, _ in visits]


def _walk_finding(
    subject: Subject, anatomy: Anatomy, silent: set[int], trial: Trial, leaf: TrialNode
) -> Finding:
    pattern = rf"\.{anatomy.operands_name or '_prev'}\b.*\["
    if silent == {1}:
        words = "the pass goes down the first operand only; visit all operands of every node"
    elif silent == {0}:
        words = "the pass goes down the last operand only; visit all operands of every node"
    else:
        words = (
            "the pass stops at the root's own operands and never visits a node below the root; "
            "visit every operand of every node"
        )
        pattern = rf"def {subject.backward_name}\b"
    run = subject.backward_name
    source = find_line(subject.kind, pattern, (run,) if isinstance(run, str) else ())
    correction = f"for child in v.{anatomy.operands_name or '_prev'}: ..."
    return Finding("order", words, trial.code(leaf), source, correction)


# ---- equal nodes ---------------------------------------------------------------------------------


def find_equality_fault(subject: Subject, calls: Sequence[Call]) -> Finding | None:
    """Check whether nodes with equal numbers are taken for one node, which spoils gradients."""
    one, other = subject.leaf(1.25), subject.leaf(1.25)
    try:
        if bool(one != other) and not bool(one == other):
            return None
    except Exception:
        return None
    for join in joins(calls, ("add", "mul")):
        for trial, leaves in _equal_numbers(subject, join):
            if trial.failure() or all(trial.is_right(x) for x in leaves):
                continue
            wrong = next(x for x in leaves if not trial.is_right(x))
            words = (
                "two nodes with equal numbers are taken for one, because __eq__ compares the data: "
                "`in` uses ==, so a node counts as visited when another with the same number "
                "was; remove __eq__, and Python compares nodes by identity"
            )
            source = find_line(subject.kind, r"def __eq__|__eq__\s*=")
            return Finding("order", words, trial.code(wrong), source, "")
    return None


def _equal_numbers(subject: Subject, join: Call) -> Iterator[tuple[Trial, list[TrialNode]]]:
    """Graphs in which inner nodes, or an inner node and a leaf, have equal numbers."""
    for numbers in ((1.25, 0.75, 1.25, 0.75), (1.0, 1.0, 2.0, 1.0), (0.0, 0.5, 0.5, 0.0)):
        trial = Trial(subject)
        a, b, c, d = leaves = [trial.leaf(x) for x in numbers]
        trial.apply(join, trial.apply(join, a, b), trial.apply(join, c, d))
        yield trial, leaves


def describe_visits(anatomy: Anatomy, trial: Trial) -> str:
    """What is wrong with the order in which the pass called the rules; empty if unknown."""
    visits = _visited(anatomy, trial)
    if not visits:
        return ""
    again = next((i for i in visits if visits.count(i) > 1), None)
    if again is not None and trial.nodes[again].call is not None:
        return (
            "a node passes its gradient on more than once; visit every node once, and keep a set "
            "of visited nodes"
        )
    missing = [i for i, x in enumerate(trial.nodes) if x.call is not None and i not in visits]
    if missing:
        return "a node is never visited, so what lies below it gets no gradient; visit every node"
    for i, node in enumerate(trial.nodes):
        users = [j for j, x in enumerate(trial.nodes) if any(y is node for y in x.operands)]
        if node.call is not None and any(visits.index(j) > visits.index(i) for j in users):
            return (
                "a node passes its gradient on before all of it has arrived; visit a node only "
                "after all nodes that use it, in topological order"
            )
    return ""
