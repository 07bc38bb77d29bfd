"""Trials of values that are used more than once, and of the order of the pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...numerals import format_short
from .anatomy import Anatomy
from .calls import Call
from .causes import PRESET, assigning_lines, find_unattached
from .pass_trial import describe_visits, joins
from .result import Finding
from .source import find_line, first_line
from .study import Study
from .subject import Failure, Subject
from .trial import Trial, TrialNode
from .watchdog import Endless

SHAPES = (
    ((0, 1), (2, 1), (2, 3)),
    ((0, 1), (2, 1), (3, 2)),
    ((0, 1), (2, 1), (3, 0), (2, 4)),
    ((0, 1), (2, 1), (3, 0), (4, 2)),
    ((0, 1), (1, 2), (3, 0), (0, 4), (2, 5)),
    ((0, 1), (2, 0), (3, 2), (4, 3), (5, 2)),
    ((0, 1), (0, 2), (2, 3), (2, 4), (3, 5)),
    ((0, 1), (2, 1), (2, 0), (3, 4), (5, 2), (4, 6)),
    ((0, 1), (0, 2), (3, 3), (4, 0), (1, 5), (2, 6)),
    ((0, 1), (2, 0), (3, 1), (4, 0), (5, 1), (2, 6), (7, 3)),
)
"""Graphs in which nodes are used at several depths: the operands of each node after two leaves."""
ADD_UP = "add up the contributions, with += instead of ="
TWINS = "the second of two equal operands gets no contribution; add one for each operand"


class Reuse:
    """Whether the contributions to a value that is used twice add up.

    Attributes:
        wrong: The operations in which they don't, by their names.
        finding: What is wrong; None where nothing is.
    """

    def __init__(self, subject: Subject, anatomy: Anatomy, is_ordered: bool) -> None:
        self.subject, self.anatomy = subject, anatomy
        self.join = next(iter(joins(subject.sound)), None) if is_ordered else None
        twins, uses = dict[Call, Finding](), dict[Call, Finding]()
        for call in subject.sound:
            if finding := self._twins(call):
                twins[call] = finding
            if self.join and (finding := self._uses(call, self.join)):
                uses[call] = finding
        wrong = {**twins, **uses}
        names = dict.fromkeys(call.row.name for call in wrong)
        built = subject.built_from
        own = [x for x in names if not names.keys() & (built.get(x, set()) - {x})] or list(names)
        subject.sound = [call for call in subject.sound if call not in wrong]
        self.wrong: list[str] = list(names)
        self.finding: Finding | None = None
        if wrong:
            first = next(call for call in wrong if call.row.name in own)
            cause = TWINS if self.join and first not in uses else ADD_UP
            self.finding = self._finding(first, wrong[first], cause, own)

    def _finding(self, call: Call, finding: Finding, cause: str, names: list[str]) -> Finding:
        study = Study(self.subject, self.anatomy, call, call.probes[0])
        if cause == ADD_UP and study.is_held and (unattached := find_unattached(study)):
            message = f"{finding.message}; {unattached.words}"
            return Finding(
                call.row.name, message, finding.graph, unattached.source, unattached.correction
            )
        lines: Iterator[tuple[str, str]] = iter(())
        if cause == ADD_UP:
            lines = assigning_lines(study)
        source, correction = next(lines, ("", ""))
        if cause == ADD_UP and not source:
            grad = self.subject.grad_name
            run = self.subject.backward_name
            source = find_line(
                self.subject.kind, rf"\.{grad}\s*=(?!=).*\*", (run,) if isinstance(run, str) else ()
            )
        message = f"{finding.message}; {cause} (seen in {', '.join(names)})"
        return finding._replace(message=message, source=source, correction=correction)

    def _twins(self, call: Call) -> Finding | None:
        """What is wrong where both operands are one value."""
        if call.live != (0, 1) or call.row.name not in ("add", "sub", "mul", "div"):
            return None
        trial = Trial(self.subject)
        a = trial.leaf(1.5)
        trial.apply(call, a, a)
        return _wrong_sum(trial, a, call.words.replace("V", "a"))

    def _uses(self, call: Call, join: Call) -> Finding | None:
        """What is wrong where a value is used by two operations."""
        for probe in call.probes:
            if join.row.name == "div" and abs(call.value(*probe)) < 1e-3:
                continue
            for argnum in call.live:
                trial = Trial(self.subject)
                a = trial.leaf(probe[argnum])
                uses = [trial.operands(call, probe) for _ in range(2)]
                for operands in uses:
                    operands[argnum] = a
                trial.apply(join, *[trial.apply(call, *operands) for operands in uses])
                words = f"a value used in two operations {call.words}"
                if finding := _wrong_sum(trial, a, words):
                    return finding
        return None


def _wrong_sum(trial: Trial, a: TrialNode, words: str) -> Finding | None:
    if failure := trial.failure():
        return Finding("accumulation", f"{words}: {failure}")
    if trial.is_right(a):
        return None
    return Finding("accumulation", f"{words}: {_difference(a)}", trial.code(a))


def _difference(node: TrialNode) -> str:
    gradient, expected = format_short(node.gradient), format_short(node.expected)
    return f"the gradient is {gradient}, but should be {expected}"


def find_reset(subject: Subject, anatomy: Anatomy, call: Call) -> Finding | None:
    """Check whether a rule writes over what has been collected, at some of the probes only: where
    it does so everywhere, reuse shows it."""
    losses: list[tuple[Study, float]] = []
    for probe in call.probes:
        study = Study(subject, anatomy, call, probe)
        if anatomy.has_rules and not study.is_direct:
            return None
        after = study.after(1.0, dict.fromkeys(call.live, PRESET))
        if after is None:
            return None
        kept = {i: PRESET + call.partial(i, *probe) for i in call.live}
        losses += [(study, after[i]) for i in call.live if not subject.same(after[i], kept[i])][:1]
    if not losses or len(losses) == len(call.probes):
        return None
    study, found = losses[0]
    grad = subject.grad_name
    words = (
        f"{call.words} at {call.operand_text(study.probe)} overwrites the gradient that its "
        f"operand already has: {PRESET} becomes {format_short(found)}; a rule must only add, with "
        "+=, even where its slope is 0"
    )
    line = study.source.search(rf"\.{grad}\s*=(?!=)")
    return Finding(call.row.name, words, "", str(line) if line else "")


# ---- order --------------------------------------------------------------------------------------


def find_order_fault(subject: Subject, anatomy: Anatomy, join: Call) -> Finding | None:
    """Check whether every node is visited once, after all of its gradient has arrived."""
    for shape in SHAPES:
        trial = Trial(subject)
        leaves = trial.leaf(1.25), trial.leaf(0.75)
        for x, y in shape:
            trial.apply(join, trial.nodes[x], trial.nodes[y])
        if any(abs(node.number) < 1e-6 for node in trial.nodes):
            continue
        if failure := trial.failure():
            words = f"a graph of {len(shape)} operations that reuses values: {failure}"
            return Finding("order", words)
        for leaf in leaves:
            if not trial.is_right(leaf):
                words = (
                    f"a value used at two depths ({join.words}, {len(shape)} operations): "
                    f"{_difference(leaf)}; "
                )
                graph = trial.code(leaf)
                cause = describe_visits(anatomy, trial) or _order_cause(join, leaf)
                source = first_line(subject.kind, subject.backward_name)
                return Finding("order", words + cause, graph, source)
    return None


def _order_cause(join: Call, leaf: TrialNode) -> str:
    """Too little arrives where a node doesn't wait, too much where it is visited twice: in sums and
    products of positive numbers all terms are positive."""
    if join.row.name in ("add", "mul") and leaf.gradient > leaf.expected > 0:
        return (
            "a node passes its gradient on more than once; visit every node once, and keep a set "
            "of visited nodes"
        )
    return "visit a node only after all nodes that use it, in topological order"


def find_repeated_visits(subject: Subject, calls: Sequence[Call]) -> Finding | None:
    """Whether a pass walks every path instead of visiting every node once."""
    join = next(iter(joins(calls, ("add", "mul"))), None)
    if join is None:
        return None
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
        except (Exception, Failure):
            return None
    if steps[1] > 6 * max(steps[0], 1) and steps[1] > 8000:
        words = (
            "10 operations, each using the one before it twice: the pass walks every path, "
            "1,024 in all, so a graph that reuses values takes exponential time; visit every node "
            "once, in topological order"
        )
        return Finding("order", words)
    return None
