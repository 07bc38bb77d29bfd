"""The graph as text for a terminal: a tree whose shared nodes are named and drawn once.

(×) L             data  −8.0000  grad   1.0000
├─ (+) d          data   4.0000  grad  −2.0000
│  ├─ (×) e       ...
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...numerals import WIDEST
from ..snapshot.picture import Card, Picture
from ..text_metrics import ELLIPSIS, columns
from .format import Format

WIDTH = 100
MOST_LINES = 400
LONGEST_NAME = 28
NARROWEST = 14


def render(picture: Picture, width: int = WIDTH, lines: int = MOST_LINES) -> str:
    """Return the graph as lines of text.

    Args:
        picture: The snapshot.
        width: Columns of the terminal.
        lines: After so many lines the rest is only counted.

    Cost: O(nodes + edges).
    """
    if any(card.kind == "stack" for card in picture.cards):
        return _stacks(picture)
    return "\n".join(_Tree(picture, width, lines).rows()) + "\n"


FORMAT = Format(
    "txt",
    "text/plain",
    lambda drawing: render(drawing.picture).encode("utf-8", "replace"),
    is_text=True,
)


def cut(text: str, widest: int) -> str:
    """Return the text, or as much of it as fits into that many columns with an ellipsis."""
    if columns(text) <= widest:
        return text
    kept, used = "", 0
    for letter in text:
        used += columns(letter)
        if used >= widest:
            break
        kept += letter
    return kept + ELLIPSIS


def name(card: Card) -> str:
    """Return what a node is called in a line of the tree."""
    words = cut(card.label or card.mark, LONGEST_NAME)
    if card.symbol:
        return f"({cut(card.symbol, 12)}) {words}".rstrip()
    if card.kind == "leaf":
        return words or "leaf"
    return f"{words} {card.kind}".lstrip()


@dataclass
class _Tree:
    picture: Picture
    width: int
    lines: int
    done: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)

    def rows(self) -> list[str]:
        """Walk down from the roots; the stack holds what remains to be drawn, with its place in
        the tree."""
        found: list[tuple[str, Card | None, str]] = []
        left_out: list[tuple[int, int]] = []
        stack = [(root, "", "", False) for root in reversed(self.picture.roots)]
        numbers = (len(WIDEST) + 6) * (2 if self.picture.show_grad else 1)
        widest = self.width - numbers - NARROWEST
        while stack:
            index, before, branch, is_last = stack.pop()
            card = self.picture.cards[index]
            start = before + branch
            if index in self.done:
                again = ", drawn above" if card.operands or not card.label else ""
                found.append((start + name(card) + again, None if again else card, ""))
                continue
            if len(found) >= self.lines or len(start) > widest:
                left_out.append((len(found), index))
                found.append((start, None, ""))
                continue
            self.done.add(index)
            found.append((start + name(card), card, card.remark))
            inner = before + ("" if not branch else "   " if is_last else "│  ")
            count = len(card.operands)
            for turn in range(count - 1, -1, -1):
                last = turn == count - 1
                stack.append((card.operands[turn], inner, "└─ " if last else "├─ ", last))
        for row, index in left_out:
            count = self._below(index)
            words = f"{count} more node{'s' * (count > 1)}" if count else "drawn elsewhere"
            found[row] = (f"{found[row][0]}{ELLIPSIS} {words}", None, "")
        return self._aligned(found)

    def _below(self, index: int) -> int:
        """Count the nodes from here down that are neither drawn nor counted yet."""
        before, stack = len(self.counted), [index]
        while stack:
            node = stack.pop()
            if node not in self.done and node not in self.counted:
                self.counted.add(node)
                stack.extend(self.picture.cards[node].operands)
        return len(self.counted) - before

    def _aligned(self, found: list[tuple[str, Card | None, str]]) -> list[str]:
        widest = max(columns(text) for text, card, _ in found if card) + 2
        cards = [card for _, card, _ in found if card]
        data = max(len(card.data.text) for card in cards)
        grad = max(len(card.grad.text) for card in cards)
        rows = []
        for text, card, remark in found:
            if card:
                text += " " * (widest - columns(text)) + f"data {card.data.text:>{data}}"
                if self.picture.show_grad and card.kind != "constant":
                    text += f"  grad {card.grad.text:>{grad}}"
                if remark:
                    text += f"  {remark}"
            rows.append(text)
        return rows


def _stacks(picture: Picture) -> str:
    """Write a summary: one line for each group of nodes, the roots' first."""
    rows = [picture.note]
    widest = max(columns(card.label) for card in picture.cards)
    for card in reversed(picture.cards):
        label = card.label + " " * (widest - columns(card.label))
        rows.append(f"  {label}  " + "  ".join(card.lines))
        for turn, operand in enumerate(card.operands):
            words = card.partials[turn].text if card.partials else ""
            rows.append(" " * (widest + 4) + f"← {picture.cards[operand].label}  {words}".rstrip())
    return "\n".join(rows) + "\n"
