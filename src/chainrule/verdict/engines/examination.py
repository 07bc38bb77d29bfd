"""All trials of one class, the simplest first; each builds on what has proved right so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..result_table import printable
from . import (
    backward_trial,
    edge_trial,
    neighbours,
    own_trial,
    pass_trial,
    reuse_trial,
    state_trial,
)
from .anatomy import Anatomy, FixedHashes
from .blame import Blame, blame, merge, own_blames
from .calls import Call, recorded_rows
from .gradient_trial import Outcome, try_call
from .operations import Operations
from .own_functions import NotTried
from .result import EngineCheck, Finding
from .rounding import (
    TELLING,
    Hypothesis,
    Sample,
    data_hypotheses,
    find_hypothesis,
    gradient_hypotheses,
)
from .source import find_line
from .subject import Failure, Subject
from .trial import Trial
from .watchdog import OutOfTime

LATER = ("reuse of values", "the order of the pass", "a second pass", "a long chain")
"""What is tried after the operations."""


class Examination:
    """The trials, what they have found, and what they haven't tried."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.operations = Operations(subject)
        self.anatomy: Anatomy | None = None
        self.hashes = FixedHashes(subject.kind)
        self.blames: dict[str, Blame] = {}
        self.general: list[Finding] = []
        self.unsound: list[str] = []
        self.not_tried: dict[str, str] = {}
        self.tried: list[str] = []  # what of LATER is done
        self.own: list[str] = []  # the functions of its own that are right

    def grade(self) -> EngineCheck:
        """Run every trial, as far as time allows."""
        try:
            self._run()
        except OutOfTime:
            left = [what for what in LATER if what not in self.tried]
            why = "the time for the examination is used up"
            self.not_tried |= dict.fromkeys([*left, "the rest"], why)
        finally:
            self.hashes.stop()
        return self._result()

    def _run(self) -> None:
        if not self._try_operations() or not self._try_structure():
            self.not_tried |= dict.fromkeys(LATER, "no gradient can be trusted")
            return
        if leaf := backward_trial.find_leaf_fault(self.subject):
            self._note("state", leaf)
        self._try_each_alone()
        if not self.subject.sound:
            self.not_tried |= dict.fromkeys(LATER, self._why_nothing())
            return
        if "order" not in self._rules():
            self._add(pass_trial.find_equality_fault(self.subject, self.subject.sound))
        if "order" not in self._rules() and self.anatomy:
            self._add(pass_trial.find_walk_fault(self.subject, self.anatomy, self.subject.sound))
        if "order" not in self._rules():
            self._try_neighbours()
        self._try_reuse()
        self._try_edges()

    # ---- what has been found ---------------------------------------------------------------------

    def _rules(self) -> set[str]:
        return {finding.rule for finding in self.general}

    def _note(self, rule: str, words: str) -> None:
        if words:
            self._add(Finding(rule, words))

    def _add(self, finding: Finding | None) -> None:
        if finding and finding.rule not in self._rules():
            self.general.append(finding)

    def _blame(self, name: str, each: Blame) -> None:
        self.blames.setdefault(name, each)
        self.subject.sound = [x for x in self.subject.sound if x.row.name != name]

    def _result(self) -> EngineCheck:
        operations, built = self.operations, self.subject.built_from
        broken = {name: Blame(Finding(name, words)) for name, words in operations.broken.items()}
        own_broken, unjudged = own_blames(broken, {}, built)
        own, more = own_blames(self.blames, operations.broken, built)
        unjudged |= {name: below for name, below in more.items() if name not in own_broken}
        if {"order", "accumulation"} & self._rules():  # it explains what reuses values
            own = {name: each for name, each in own.items() if not built.get(name)}
        fragile = [
            Finding(name, f"{words}: it fails with ints, but not with floats")
            for name, words in operations.fragile.items()
            if name not in {*self.blames, *broken}
        ]
        wrong = [*merge(own_broken), *merge(own), *self.general, *fragile]
        phrases = backward_trial.WEAKNESSES
        weak = tuple(x for x in wrong if any(phrase in x.message for phrase in phrases))
        findings = [x for x in wrong if x not in weak]
        excluded = {*self.unsound, *self.blames, *operations.broken}
        names = dict.fromkeys(call.row.name for call in self.subject.sound)
        sound = tuple(x for x in (*names, *self.own) if x not in excluded)
        reasons = operations.refused | operations.lacking
        judged = {*self.own, *(finding.rule for finding in wrong)}
        reasons = {name: why for name, why in reasons.items() if name not in judged}
        name = printable(self.subject.name)
        return EngineCheck(name, (*findings, *weak), sound, reasons, weak, unjudged, self.not_tried)

    # ---- numbers, and the structure of the graph -------------------------------------------------

    def _try_operations(self) -> bool:
        """Find out what the class computes; whether it can be judged further."""
        kept = [(x, self.subject.data(self.subject.leaf(x))) for x in TELLING]
        leaves = [Sample(str(x), y, x, self.subject.same(y, x)) for x, y in kept]
        found = find_hypothesis(data_hypotheses(), leaves, 1)
        if found and not self._lower_precision(found[0], "__init__"):
            return False
        for row in recorded_rows():
            self.operations.try_all(row)
        if words := self.operations.unhashable:
            self._note("order", words)
            return False
        found = found or find_hypothesis(data_hypotheses(), self.operations.samples, 2)
        if found and self.operations.broken and "precision" not in self._rules():
            self.operations = Operations(self.subject)  # one cause is one finding
            if not self._lower_precision(found[0], ""):
                return False
            for row in recorded_rows():
                self.operations.try_all(row)
        return True

    def _lower_precision(self, hypothesis: Hypothesis, method: str) -> bool:
        source = find_line(self.subject.kind, hypothesis.pattern, (method,))
        self._add(Finding(hypothesis.rule, hypothesis.words, source=source))
        self.subject.tolerance = hypothesis.tolerance
        return hypothesis.tolerance > 0

    def _try_structure(self) -> bool:
        """Look for what spoils every gradient, for which no single operation is to blame."""
        every = [call for calls in self.operations.accepted.values() for call in calls]
        self._note("order", backward_trial.find_pass_fault(self.subject, every))
        self._note("state", backward_trial.find_start_fault(self.subject))
        self._note("state", backward_trial.find_growth(self.subject, every))
        if {"order", "state"} & self._rules():
            return False
        self._add(pass_trial.find_class_rule(self.subject, every))
        self.anatomy = self._anatomy(every)
        if self.anatomy and self.anatomy.has_set:
            self.hashes.start()
            self._add(pass_trial.find_set_order(self.subject, self.anatomy, every))
        if "order" in self._rules():
            return False
        self._note("state", backward_trial.find_seed_fault(self.subject, every))
        self.subject.zeroes_leaves = backward_trial.loses_presets(self.subject, every)
        return not self.subject.is_mute

    def _anatomy(self, calls: Sequence[Call]) -> Anatomy | None:
        """The anatomy of the result that shows most."""
        best: Anatomy | None = None
        for call in calls:
            trial = Trial(self.subject)
            operands = trial.operands(call, call.probes[0])
            trial.apply(call, *operands)
            try:
                out = trial.build()
                values = [x.value for x in operands if not isinstance(x, (int, float))]
                anatomy = Anatomy(self.subject, out, values)
            except Failure:
                continue
            has_own = anatomy.has_own_rule(out)
            if anatomy.operands_name and (has_own or not anatomy.has_rules):
                return anatomy
            if best is None or (anatomy.has_rules and has_own):
                best = anatomy
        return best

    # ---- each operation by itself, above another and below another -------------------------------

    def _try_each_alone(self) -> None:
        outcomes: dict[Call, list[Outcome]] = {}
        for row in recorded_rows():
            for call in self.operations.accepted.get(row.name, []):
                outcomes[call] = [try_call(self.subject, call, x) for x in call.probes]
        explained = self._explain_all(outcomes)
        for call, found in outcomes.items():
            name = call.row.name
            if name in explained:
                continue
            if faulty := [x for x in found if x.fault]:
                self._blame_call(call, faulty)
            elif name not in self.blames:
                self.subject.sound.append(call)
        if explained:
            self.subject.sound = []  # each of them may change in a larger graph

    def _explain_all(self, outcomes: Mapping[Call, Sequence[Outcome]]) -> set[str]:
        """Look for something that happens to all gradients; the operations that it explains."""
        built = self.subject.built_from
        wrong = dict.fromkeys(
            call.row.name for call, found in outcomes.items() if any(x.fault for x in found)
        )
        samples = [
            Sample(
                call.row.name,
                observed,
                expected,
                self.subject.same(observed, expected),
                outcome.out,
            )
            for call, found in outcomes.items()
            if not wrong.keys() & (built.get(call.row.name, set()) - {call.row.name})
            for outcome in found
            for observed, expected in zip(outcome.observed.values(), outcome.expected.values())
        ]
        found = find_hypothesis(gradient_hypotheses(samples), samples, 2)
        if found is None:
            return set()
        hypothesis, names = found
        names |= {x for x in wrong if built.get(x, set()) & names}
        words = f"{hypothesis.words} (seen in {', '.join(x for x in wrong if x in names)})"
        run = self.subject.backward_name
        methods = (run,) if isinstance(run, str) else ()
        graph = next(
            x.fault.graph
            for call, f in outcomes.items()
            if call.row.name in names
            for x in f
            if x.fault
        )
        source = find_line(self.subject.kind, hypothesis.pattern, methods)
        self._add(Finding(hypothesis.rule, words, graph, source))
        return names

    def _why_nothing(self) -> str:
        if self.general:
            return "the pass changes the gradients"
        return (
            "no operation is right"
            if self.blames
            else "the class has no operation that chainrule knows"
        )

    def _blame_call(self, call: Call, faulty: Sequence[Outcome], below: str = "") -> None:
        anatomy = self.anatomy or Anatomy(self.subject, self.subject.leaf(0.5), ())
        if call.row.name not in self.blames:
            self._blame(call.row.name, blame(self.subject, anatomy, call, faulty, below))

    def _try_neighbours(self) -> None:
        """Try each operation on computed operands, and below another operation."""
        for name, each in neighbours.find_losses(self.subject, self.anatomy).items():
            self._blame(name, each)
        carriers = neighbours.carriers_above(self.subject)
        if not carriers:
            what = "gradients other than 1 from above"
            self.not_tried[what] = "no operation that makes one is right"
        for call in list(self.subject.sound):
            faulty, silence = neighbours.find_faults_below(self.subject, call, carriers)
            if faulty:
                where, outcomes = faulty
                self._blame_call(call, outcomes, f", below {where.call.words}")
            if silence:
                self._add(neighbours.silence(self.subject, self.anatomy, silence))

    # ---- the pass --------------------------------------------------------------------------------

    def _try_reuse(self) -> None:
        """Use values twice, in graphs of several shapes; then run a second pass, and a deep one."""
        subject, anatomy = self.subject, self.anatomy
        is_ordered = "order" not in self._rules()
        if not subject.sound or anatomy is None:
            self.not_tried |= dict.fromkeys(LATER, self._why_nothing())
            return
        for call in list(subject.sound):
            if reset := reuse_trial.find_reset(subject, anatomy, call):
                self._blame(call.row.name, Blame(reset))
        reuse = reuse_trial.Reuse(subject, anatomy, is_ordered)
        self._add(reuse.finding)
        self.unsound = reuse.wrong
        self.tried.append(LATER[0])
        if not is_ordered:
            self.not_tried |= dict.fromkeys(LATER[1:], "the order of the pass is wrong")
            return
        orders = pass_trial.joins(subject.sound)[:2]
        if not orders:
            self.not_tried[LATER[1]] = "no operation of two Values is right"
        for join in orders:
            self._add(reuse_trial.find_order_fault(subject, anatomy, join))
        self.tried.append(LATER[1])
        if "order" in self._rules():
            self.not_tried |= dict.fromkeys(LATER[2:], "the order of the pass is wrong")
            return
        self._add(reuse_trial.find_repeated_visits(subject, subject.sound))
        if not backward_trial.has_chain(subject):
            self.not_tried |= dict.fromkeys(
                LATER[2:], "no operation that could build a chain is right"
            )
            return
        self._note("state", backward_trial.find_state_fault(subject, subject.sound))
        self.tried.append(LATER[2])
        self._note("depth", backward_trial.find_depth_fault(subject))
        self.tried.append(LATER[3])

    def _try_edges(self) -> None:
        """Try kinks, large numbers, `+=`, zero_grad, and functions of its own."""
        subject = self.subject
        if not subject.sound or subject.seed != 1:
            return
        self._add_all(state_trial.in_place_findings(subject))
        if fault := state_trial.find_zero_grad_fault(subject):
            self.general.append(fault)
        self._add_all(edge_trial.kink_findings(subject))
        self._add_all(edge_trial.overflow_findings(subject))
        carrier = next(iter(neighbours.carriers_above(subject)), None)
        for found in own_trial.own_findings(subject, self.operations.varying, carrier):
            if isinstance(found, Finding):
                self._add(found)
            elif isinstance(found, NotTried):
                self.not_tried[found.words] = found.why
            else:
                self.own.append(found)

    def _add_all(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._add(finding)
