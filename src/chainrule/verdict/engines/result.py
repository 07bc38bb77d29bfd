"""The result of `check_engine`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...errors import CheckFailed
from ..result_table import ResultTable, printable

MISSING = "the class doesn't have this operation"
"""Why an operation is skipped that the class doesn't have."""


class Finding(NamedTuple):
    """One mistake of a class, or one weakness.

    Attributes:
        rule: The operation, by its name in the table or in the class; or, where no single one is to
            blame, "rules", "accumulation", "order", "state", "precision" or "depth".
        message: What was done, what came out, what should have, and why.
        graph: The lines of code that show it; may be empty.
        source: The line of the class that is to blame, as `file.py:12: code`; may be empty.
        correction: That line as it should be; may be empty.
    """

    rule: str
    message: str
    graph: str = ""
    source: str = ""
    correction: str = ""


@dataclass(eq=False, repr=False)
class EngineCheck(ResultTable):
    """The grade of a class; shows as text, and as HTML in a notebook. True where `.ok` is.

    Attributes:
        name: The name of the class.
        findings: Its mistakes and weaknesses; one cause is one finding.
        weaknesses: Those of the findings that leave the derivatives of one pass right, such as a
            pass that is too deep for Python.
        sound: The operations that are right.
        reasons: The operations that it doesn't have, or refuses, and why; also operator signs that
            it doesn't take although it has the operation, such as "number + V".
        unjudged: The operations that cannot be judged, each with the wrong one that it is built
            from.
        not_tried: What wasn't tried, such as "a second pass", and why.
    """

    HEADINGS = ("rule", "finding")

    name: str
    findings: tuple[Finding, ...]
    sound: tuple[str, ...]
    reasons: Mapping[str, str]
    weaknesses: tuple[Finding, ...]
    unjudged: Mapping[str, str]
    not_tried: Mapping[str, str]

    @property
    def mistakes(self) -> tuple[Finding, ...]:
        """The findings that make derivatives wrong: all but the weaknesses."""
        return tuple(x for x in self.findings if x not in self.weaknesses)

    @property
    def skipped(self) -> tuple[str, ...]:
        """What it skips: the keys of `reasons`."""
        return tuple(self.reasons)

    @property
    def ok(self) -> bool:
        """Whether there are no findings."""
        return not self.findings

    def __bool__(self) -> bool:
        return self.ok

    def __setstate__(self, state: Mapping[str, object]) -> None:
        self.__dict__.update({"not_tried": {}} | dict(state))  # version 0.1 has no such attribute

    def raise_if_wrong(self) -> None:
        """Fail if there are findings.

        Raises:
            CheckFailed: The message names each finding.
        """
        if self.findings:
            raise CheckFailed(str(self))

    @property
    def title(self) -> str:
        """The grade in one sentence."""
        weak, wrong = len(self.weaknesses), len(self.findings) - len(self.weaknesses)
        verb = "is" if len(self.sound) == 1 else "are"
        right = f"{_count(len(self.sound), 'operation', 's')} {verb} right"
        if weak and not wrong:
            words = f"every derivative is right; {_count(weak, 'weakness', 'es')}"
            return f"{self.name}: {words}. {right}."
        counts = [_count(wrong, "mistake", "s")] if wrong else ["no mistakes"]
        counts += [_count(weak, "weakness", "es")] if weak else []
        return f"{self.name}: {' and '.join(counts)} found; {right}."

    def _notes(self) -> list[str]:
        notes = [
            f"not judged, because it is built from {below}: {name}"
            for name, below in self.unjudged.items()
        ]
        notes += [f"not tried: {what}, because {why}" for what, why in self.not_tried.items()]
        refused = {x: why for x, why in self.reasons.items() if not why.startswith(MISSING)}
        signs = [x for x in self.reasons if x not in refused and " " in x]
        notes += [f"refused: {name} ({printable(why)})" for name, why in refused.items()]
        if signs:
            fails = ", so sum() fails" if "number + V" in signs else ""
            notes.append(f"missing: {', '.join(signs)}{fails}")
        missing = len(self.reasons) - len(refused) - len(signs)
        if missing:
            notes.append(
                f"missing: {_count(missing, 'operation', 's')} that chainrule knows; "
                ".skipped lists them"
            )
        return notes

    def __str__(self) -> str:
        lines = [line for finding in self.findings for line in self._lines(finding)]
        if self.sound:
            lines.append(f"✓ {', '.join(self.sound)}")
        return "\n".join([self.title, *lines, *(f"– {note}" for note in self._notes())])

    def _lines(self, finding: Finding) -> list[str]:
        """A finding, the graph that shows it, the line to blame, and how it should read."""
        sign = "!" if finding in self.weaknesses else "✗"
        lines = [f"{sign} {finding.rule}: {finding.message}"]
        lines += [f"      {line}" for line in finding.graph.splitlines()]
        if finding.source:
            lines.append(f"    at {printable(finding.source)}")
        if finding.correction:
            lines.append(f"    → {printable(finding.correction)}")
        return lines

    def cells(self) -> list[tuple[str, ...]]:
        return [
            (finding.rule, "\n".join([finding.message, *self._lines(finding)[1:]]))
            for finding in self.findings
        ]


def _count(number: int, word: str, ending: str) -> str:
    return f"{number} {word}{ending if number != 1 else ''}"
