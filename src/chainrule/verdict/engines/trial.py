"""One trial of a class: an operation asked for, what came out, and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...numerals import format_short
from ...table.rules import NUMBER, RULES
from ..gradients.guesses import Contribution, Guess
from ..gradients.mistakes import fitting
from ..tables import said
from .forms import Form
from .subject import Subject
from .watch import Endless
from .words import at, reason, true_minus

SAME = 1e-5
"""Relative difference up to which two numbers are the same; single precision passes."""


class Refused(Exception):
    """The class does not have an operation, or does not want to do it."""


class Failure(Exception):
    """Code of the class that broke, or did not come to its end."""


@dataclass
class Known:
    """What is known of the class so far.

    Attributes:
        subject: The class.
        seed: What the gradients of a pass are multiples of; 1 where the root's gradient is.
        by_hand: Whether the root's gradient has to be set before a pass.
        is_mute: Whether no gradient arrives even so, and no operation can be judged.
        built_from: For an operation those that were seen to be called by it.
        sound: The ways to ask for an operation that were found right, the plainest first.
    """

    subject: Subject
    seed: float = 1.0
    by_hand: bool = False
    is_mute: bool = False
    built_from: dict[str, set[str]] = field(default_factory=dict)
    sound: list[Form] = field(default_factory=list)

    def run(self, root: Any) -> None:
        """A pass.

        Raises:
            Failure: It raised something, or did not end.
        """
        try:
            if self.by_hand:
                root.grad = 1.0
            self.subject.backward(root)
        except Endless:
            raise Failure("backward() does not end") from None
        except Exception as error:
            raise Failure(f"backward() raised {said(error)}") from error

    def ask(self, form: Form, *given: Any) -> Any:
        """Do an operation that was done before with other numbers.

        Raises:
            Failure: This time it raised something, or did not end.
        """
        try:
            return form.call(*given)
        except Endless:
            raise Failure(f"{form.words} does not end") from None
        except Exception as error:
            raise Failure(f"{form.words} raised {said(error)}") from error


def same(found: float, expected: float) -> bool:
    """Whether two numbers are equal as far as such a class can be expected to compute them."""
    return math.isclose(found, expected, rel_tol=SAME, abs_tol=SAME)


def operands(known: Known, form: Form, probe: Sequence[float]) -> list[Any]:
    """Values for the live operands of a form, and plain numbers for the others."""
    return [
        known.subject.leaves([x])[0] if place in form.live else x for place, x in enumerate(probe)
    ]


class Fault(NamedTuple):
    """A gradient that is wrong at one place.

    Attributes:
        words: What was done, what came out, and what should have.
        guesses: The mistakes that give this number, the likeliest first.
        found: The gradient; nan where none was computed.
        expected: What it should be.
    """

    words: str
    guesses: Sequence[Guess] = ()
    found: float = math.nan
    expected: float = math.nan


def faults_of(known: Known, form: Form, root: Carrier | None = None) -> list[Fault]:
    """What is wrong with an operation, at every probe at which something is.

    Args:
        known: What is known of the class.
        form: How to ask for the operation.
        root: What to do with its result, so that a gradient other than 1 comes from above.

    Raises:
        NothingArrives: No gradient reaches the operands although it should.
    """
    faults: list[Fault] = []
    for probe in form.probes:
        try:
            fault = fault_at(known, form, probe, root)
        except NothingArrives:
            if faults:
                break  # what was found first is what is said
            raise
        if fault:
            faults.append(fault)
    return faults


def summed_up(faults: Sequence[Fault]) -> str:
    """The first fault in words. A mistake is named only if it explains all of them: a single number
    may look like many."""
    if not faults:
        return ""
    causes = [{(guess.kind, guess.cause) for guess in fault.guesses} for fault in faults]
    common = set.intersection(*causes)
    for guess in faults[0].guesses:
        if (guess.kind, guess.cause) in common:
            return f"{faults[0].words} ({true_minus(guess.mistake)})"
    return faults[0].words


def fault_at(
    known: Known, form: Form, probe: Sequence[float], root: Carrier | None
) -> Fault | None:
    """What is wrong with an operation at one place."""
    given = operands(known, form, probe)
    try:
        out = known.ask(form, *given)
        known.run(root.call(known, out) if root else out)
    except Failure as failure:
        return Fault(f"{form.words}: {failure}")
    above = known.seed * (root.slope(form.value(*probe)) if root else 1.0)
    grads = [known.subject.grad(given[place]) for place in form.live]
    wanted = [above * form.partial(place, *probe) for place in form.live]
    if root and not any(grads) and any(abs(x) > SAME for x in wanted):
        raise NothingArrives(form.words)
    for place, found, expected in zip(form.live, grads, wanted):
        if not same(found, expected):
            return _fault(form, probe, place, found, expected, above)
    return None


class NothingArrives(Exception):
    """A gradient does not reach an operand that lies two operations below the root."""


@dataclass(frozen=True)
class Carrier:
    """An operation that is put on top of another one, or below it.

    Attributes:
        form: The operation, with one live operand.
        number: The other operand.
    """

    form: Form
    number: float | None

    def call(self, known: Known, value: Any) -> Any:
        """Apply it."""
        return known.ask(self.form, *self.operands(value))

    def slope(self, x: float) -> float:
        """Its local derivative at a number."""
        return self.form.partial(self.form.live[0], *self.operands(x))

    def source(self, out: float) -> float:
        """The number that it turns into this one."""
        number = self.number or 0.0
        backwards = {"mul": lambda: out / number, "div": lambda: out * number, "neg": lambda: -out,
                     "add": lambda: out - number}  # fmt: skip
        if self.form.row.name == "sub":
            return out + number if self.form.live == (0,) else number - out
        return float(backwards[self.form.row.name]())

    def operands(self, x: Any) -> tuple[Any, ...]:
        """All operands, this one in the place of the live one."""
        if self.number is None:
            return (x,)
        return (x, self.number) if self.form.live == (0,) else (self.number, x)


def is_lost(known: Known, form: Form, place: int, below: Carrier) -> bool:
    """Whether nothing arrives below an operand that is computed itself, at any probe, although it
    should."""
    lost = False
    for probe in form.probes:
        given = operands(known, form, probe)
        (leaf,) = known.subject.leaves([below.source(probe[place])])
        given[place] = below.call(known, leaf)
        known.run(known.ask(form, *given))
        if known.subject.grad(leaf):
            return False
        lost = lost or abs(form.partial(place, *probe)) > SAME
    return lost


def _fault(
    form: Form, probe: Sequence[float], place: int, found: float, expected: float, above: float
) -> Fault:
    """A wrong gradient in words, with the mistakes that explain it."""
    rule = RULES[NUMBER[form.row.name]]
    part = Contribution(
        form.words, above, form.partial(place, *probe), rule, place, tuple(probe),
        form.value(*probe),
    )  # fmt: skip
    return Fault(
        f"{form.words} at {at(form.row, probe)}: the gradient by {form.row.operands[place]} is "
        f"{format_short(found)}, but should be {format_short(expected)}, since "
        f"{reason(form.row, place, probe, above)}",
        list(fitting([part], lambda x: same(found, x))),
        found,
        expected,
    )
