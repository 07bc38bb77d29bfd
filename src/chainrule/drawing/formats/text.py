"""The graph as text for a terminal: a tree whose shared nodes are named and drawn once.

(×) L             data  −8.0000  grad   1.0000
├─ (+) d          data   4.0000  grad  −2.0000
│  ├─ (×) e       ...
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...numerals import WIDEST, counted
from ..snapshot.picture import Card, Picture
from ..text_metrics import ELLIPSIS, columns, cut
from .format import Format

WIDTH = 100
MOST_LINES = 400
LONGEST_NAME = 28
NARROWEST = 14


def render(picture: Picture, width: int = WIDTH, lines: int = MOST_LINES) -> str:
    """Return the graph as text; after this many lines, the other nodes are only counted."""
    if any(card.kind == "stack" for card in picture.cards):
        return _stacks(picture)
    return "\n".join(_Tree(picture, width, lines).rows()) + "\n"


FORMAT = Format(
    "txt",
    "text/plain",
    lambda drawing: render(drawing.picture).encode("utf-8", "replace"),
    is_text=True,
)


def name(card: Card) -> str:
    """Return the name of a node in the tree."""
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
    drawn: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)

    def rows(self) -> list[str]:
        """Walk down from the roots; the stack holds the nodes still to be drawn, with the branches
        to the left of each."""
        lines: list[tuple[str, Card | None, str]] = []
        left_out: list[tuple[int, int]] = []
        stack = [(root, "", "", False) for root in reversed(self.picture.roots)]
        numbers = (len(WIDEST) + 6) * (2 if self.picture.show_grad else 1)
        widest = self.width - numbers - NARROWEST
        while stack:
            index, before, branch, is_last = stack.pop()
            card, start = self.picture.cards[index], before + branch
            if index in self.drawn:
                is_leaf = not card.operands and card.label
                text = start + name(card)
                lines.append((text, card, "") if is_leaf else (text + ", drawn above", None, ""))
                continue
            if len(lines) >= self.lines or len(start) > widest:
                left_out.append((len(lines), index))
                lines.append((start, None, ""))
                continue
            self.drawn.add(index)
            lines.append((start + name(card), card, card.remark))
            inner = before + ("" if not branch else "   " if is_last else "│  ")
            last = len(card.operands) - 1
            for slot, operand in reversed(list(enumerate(card.operands))):
                stack.append((operand, inner, "└─ " if slot == last else "├─ ", slot == last))
        for row, index in left_out:
            count = self._below(index)
            words = counted(count, "more node") if count else "drawn elsewhere"
            lines[row] = (f"{lines[row][0]}{ELLIPSIS} {words}", None, "")
        return self._aligned(lines)

    def _below(self, index: int) -> int:
        """Count a node and those below it that are neither drawn nor counted yet."""
        before, stack = len(self.counted), [index]
        while stack:
            node = stack.pop()
            if node not in self.drawn and node not in self.counted:
                self.counted.add(node)
                stack.extend(self.picture.cards[node].operands)
        return len(self.counted) - before

    def _aligned(self, lines: list[tuple[str, Card | None, str]]) -> list[str]:
        widest = max(columns(text) for text, card, _ in lines if card) + 2
        cards = [card for _, card, _ in lines if card]
        data = max(len(card.data.text) for card in cards)
        grad = max(len(card.grad.text) for card in cards)
        rows = []
        for text, card, remark in lines:
            if card:
                text += " " * (widest - columns(text)) + f"data {card.data.text:>{data}}"
                if self.picture.show_grad and card.kind != "constant":
                    text += f"  grad {card.grad.text:>{grad}}"
                text += f"  {remark}" if remark else ""
            rows.append(text)
        return rows


def _stacks(picture: Picture) -> str:
    """Write a summary: a line for each group of nodes, beginning with that of the root."""
    rows = [picture.note]
    widest = max(columns(card.label) for card in picture.cards)
    for card in reversed(picture.cards):
        label = card.label + " " * (widest - columns(card.label))
        rows.append(f"  {label}  " + "  ".join(card.lines))
        for slot, operand in enumerate(card.operands):
            words = card.partials[slot].text if card.partials else ""
            rows.append(" " * (widest + 4) + f"← {picture.cards[operand].label}  {words}".rstrip())
    return "\n".join(rows) + "\n"
