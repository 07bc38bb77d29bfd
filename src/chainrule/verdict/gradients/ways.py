"""How a gradient is found, for somebody whose mistake has no name: which nodes use this one, and
what to do with each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...numerals import MINUS, listed
from ...table.ops import Op

MOST_USERS = 3
WAYS: dict[str, tuple[str, str]] = {
    "no use": (
        "Does {root} change when this node changes a little?",
        "No path carries a gradient back to it, so its gradient is 0.",
    ),
    "formula": (
        "Only {user} uses {name}: {user} = {formula}. How does {user} change when {name} changes?",
        "The derivative of {user} with respect to {name} is {derivative}. Multiply it by the "
        "gradient of {user}.",
    ),
    "reason": (
        "Only {user} uses {name}: {user} = {formula}. How does {user} change when {name} changes?",
        "{user} = {formula}: {reason}. Multiply the derivative of {user} with respect to {name} by "
        "the gradient of {user}.",
    ),
    "no formula": (
        "Only {user} uses {name}. How does {user} change when {name} changes?",
        "Multiply the derivative of {user} with respect to {name} by the gradient of {user}.",
    ),
    "several uses": (
        "{user} uses {name} more than once. What does each use contribute?",
        "For each use, multiply the gradient of {user} by the derivative with respect to that "
        "operand; then add up.",
    ),
    "several users": (
        "{users} use {name}. How does each of them change when {name} changes?",
        "For each of them, multiply its gradient by its derivative with respect to {name}; then "
        "add up.",
    ),
}
"""A question and the rule, by what uses the node."""


class Use(NamedTuple):
    """One use of a node."""

    user: str  # the name of the node that uses it
    operands: tuple[str, ...]  # their names, or the numbers of those that have none
    position: int  # which operand the node is
    row: Op | None  # the operation; None where it has no formula


def way(name: str, root: str, uses: Sequence[Use]) -> tuple[str, str]:
    """The question and the rule that lead to a node's gradient.

    Example:
        >>> from chainrule.table.ops import TABLE
        >>> way("n", "o", [Use("o", ("n",), 0, TABLE["tanh"])])[1]
        'The derivative of o with respect to n is 1 − o · o. Multiply it by the gradient of o.'
    """
    first = uses[0] if uses else Use("", (), 0, None)
    users = list(dict.fromkeys(use.user for use in uses))
    words = {"name": name, "root": root, "user": first.user, "users": listed(users, MOST_USERS)}
    if not uses:
        kind = "no use"
    elif len(users) > 1:
        kind = "several users"
    elif len(uses) > 1:
        kind = "several uses"
    elif not first.row:
        kind = "no formula"
    else:
        names = {x: _factor(word) for x, word in zip(first.row.operands, first.operands)}
        partial = first.row.partials[first.position]
        kind = "reason" if " if " in partial else "formula"
        words["formula"] = _with_names(first.row.written, names)
        words["derivative"] = _with_names(partial, {**names, "out": _factor(first.user)})
        reason = first.row.reasons[first.position].replace("`", "")
        words["reason"] = re.sub(r"\b[xyz]\b", lambda found: names[found[0]], reason)
    question, rule = WAYS[kind]
    return question.format(**words), rule.format(**words)


def _factor(name: str) -> str:
    """A name as it stands in a formula."""
    return name if re.fullmatch(r"[\w.]+", name) else f"({name})"


def _with_names(formula: str, names: Mapping[str, str]) -> str:
    """A formula of the table with a graph's names."""
    text = re.sub(r"(?<!\*)\*(?!\*)", "·", formula).replace("-", MINUS)
    text = re.sub(r"\b[a-z]+\b", lambda found: names.get(found[0], found[0]), text)
    return re.sub(r" \*\* ([23])(?![\w.])", lambda found: "²³"[int(found[1]) - 2], text)
