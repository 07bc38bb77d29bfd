"""The grade of a class: to ask, to read, to show, and to fail a test with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import CheckFailed
from .tables import html_table, printable


class Finding(NamedTuple):
    """One mistake of a class.

    Attributes:
        rule: The operation, by its name in the table; or "accumulation", "order", "state" or
            "depth".
        message: What was done, what came out, and what should have.
    """

    rule: str
    message: str


class EngineCheck:
    """The grade of a class; shows as text, and as HTML in a notebook. It is true where `.ok` is.

    Attributes:
        name: The name of the class.
        findings: Its mistakes, no rule twice.
        sound: The operations that were found right.
        skipped: The operations that it does not have, or refuses.
        reasons: For each of them why.
    """

    def __init__(
        self,
        name: str,
        findings: Sequence[Finding],
        sound: Sequence[str],
        reasons: dict[str, str],
    ) -> None:
        self.name = printable(name)
        self.findings = tuple(findings)
        self.sound = tuple(sound)
        self.reasons = reasons
        self.skipped = tuple(reasons)

    @property
    def ok(self) -> bool:
        """Whether no mistake was found."""
        return not self.findings

    def __bool__(self) -> bool:
        return self.ok

    def raise_if_wrong(self) -> None:
        """Do nothing where no mistake was found, else fail.

        Raises:
            CheckFailed: The message names each mistake.
        """
        if self.findings:
            raise CheckFailed(str(self))

    @property
    def title(self) -> str:
        """The grade in one sentence."""
        count = len(self.findings)
        grade = f"{count} mistake{'s' if count > 1 else ''}" if count else "no mistake"
        return f"{self.name}: {grade} found; {len(self.sound)} operations are right."

    def _notes(self) -> list[str]:
        return [f"not there or refused: {', '.join(self.skipped)}"] if self.skipped else []

    def __str__(self) -> str:
        lines = [f"✗ {finding.rule}: {finding.message}" for finding in self.findings]
        if self.sound:
            lines.append(f"✓ {', '.join(self.sound)}")
        return "\n".join([self.title, *lines, *(f"– {note}" for note in self._notes())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        found = [(finding.rule, finding.message) for finding in self.findings]
        return html_table(self.title, ("rule", "mistake"), found, self._notes())
