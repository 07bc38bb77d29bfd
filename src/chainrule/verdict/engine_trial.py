"""One trial of a class: an operation asked for, what came out, and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..numerals import plain
from ..rules import NUMBER, RULES
from .engine_forms import Form
from .engine_subject import Endless, Subject
from .guesses import Contribution, Guess
from .mistakes import fitting
from .tables import said

SAME = 1e-5
"""Relative difference up to which two numbers are the same; single precision passes."""


class Refused(Exception):
    """The class does not have an operation, or does not want to do it."""


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
            Refused: It says that it is not implemented.
            Failure: It raised something else, or did not end.
        """
        if self.by_hand:
            root.grad = 1.0
        try:
            self.subject.backward(root)
        except NotImplementedError as error:
            raise Refused("backward() is not implemented") from error
        except Endless:
            raise Failure("backward() does not end") from None
        except Exception as error:
            raise Failure(f"backward() raised {said(error)}") from error


class Failure(Exception):
    """A pass that did not come to its end."""


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
    """

    words: str
    guesses: Sequence[Guess] = ()


def fault_of(known: Known, form: Form, root: Carrier | None) -> str:
    """What is wrong with an operation; empty where nothing is.

    It is tried at every probe, and a mistake is named only if it explains all that is wrong: a
    single number may look like many.

    Args:
        known: What is known of the class.
        form: How to ask for the operation.
        root: What to do with its result, so that a gradient other than 1 comes from above.

    Raises:
        Refused: It cannot be asked so.
        NothingArrives: No gradient reaches the operands although it should.
    """
    faults: list[Fault] = []
    for probe in form.probes:
        try:
            fault = fault_at(known, form, probe, root)
        except (Refused, NothingArrives):
            if faults:
                break  # what was found first is what is said
            raise
        if fault:
            faults.append(fault)
    if not faults:
        return ""
    causes = [{(guess.kind, guess.cause) for guess in fault.guesses} for fault in faults]
    common = set.intersection(*causes)
    for guess in faults[0].guesses:
        if (guess.kind, guess.cause) in common:
            return f"{faults[0].words} ({guess.mistake.removeprefix('other: ')})"
    return faults[0].words


def fault_at(
    known: Known, form: Form, probe: Sequence[float], root: Carrier | None
) -> Fault | None:
    """What is wrong with an operation at one place."""
    given = operands(known, form, probe)
    out = form.call(*given)
    top = root.call(out) if root else out
    try:
        known.run(top)
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
    """An operation that is put on top of another one.

    Attributes:
        form: The operation, with one live operand.
        number: The other operand.
    """

    form: Form
    number: float | None

    def call(self, value: Any) -> Any:
        """Apply it."""
        return self.form.call(*self._all(value))

    def slope(self, x: float) -> float:
        """Its local derivative at a number."""
        return self.form.partial(self.form.live[0], *self._all(x))

    def _all(self, x: Any) -> tuple[Any, ...]:
        if self.number is None:
            return (x,)
        return (x, self.number) if self.form.live == (0,) else (self.number, x)


def _fault(
    form: Form, probe: Sequence[float], place: int, found: float, expected: float, above: float
) -> Fault:
    """A wrong gradient in words, with the mistakes that explain it."""
    rule = RULES[NUMBER[form.row.name]]
    part = Contribution(
        form.words, above, form.partial(place, *probe), rule, place, tuple(probe),
        form.value(*probe),
    )  # fmt: skip
    at = ", ".join(f"{name} = {plain(x)}" for name, x in zip(form.row.operands, probe))
    return Fault(
        f"{form.words} at {at}: the gradient by {form.row.operands[place]} is {plain(found)}, "
        f"but {form.row.partials[place]} gives {plain(expected)}",
        list(fitting([part], lambda x: same(found, x))),
    )
