"""What a node of the class is made of: its operands, its rule, and which rules a pass calls."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import CodeType, FunctionType, MethodType
from typing import Any

from .subject import Failure, Subject, failures_of
from .watchdog import contain

RULES = (FunctionType, MethodType)


def attributes(node: Any) -> dict[str, Any]:
    """The attributes of one node, those in slots included."""
    found = dict(getattr(node, "__dict__", {}))
    for kind in type(node).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(node, name):
                found.setdefault(name, getattr(node, name))
    return found


def code_of(rule: Any) -> CodeType | None:
    """The code of a rule, by which two closures of one function are known to be the same."""
    return getattr(getattr(rule, "__func__", rule), "__code__", None)


class Anatomy:
    """Where the nodes of a class keep what they are made of, as one of its results shows."""

    def __init__(self, subject: Subject, out: Any, operands: Sequence[Any]) -> None:
        self.subject = subject
        leaf = subject.leaf(0.5)
        self.leaf_rules = {name: code_of(x) for name, x in attributes(leaf).items()}
        mine = attributes(out)
        self.operands_name = next((n for n, x in mine.items() if _holds(x, operands)), "")
        self.has_set = isinstance(mine.get(self.operands_name), (set, frozenset))
        self.local_names = [n for n, x in mine.items() if _are_numbers(x)]
        rules = [n for n, x in mine.items() if isinstance(x, RULES) and n != subject.backward_name]
        rules.sort(key=lambda n: self.leaf_rules.get(n) is code_of(mine[n]))  # its own ones first
        self.rule_name = rules[0] if rules else ""

    @property
    def has_rules(self) -> bool:
        """Whether each node keeps a function that passes its gradient on."""
        return bool(self.rule_name)

    def rule(self, node: Any) -> Any:
        """A node's rule; None where it has none."""
        return attributes(node).get(self.rule_name) if self.rule_name else None

    def has_own_rule(self, node: Any) -> bool:
        """Whether a node has another rule than a leaf."""
        code = code_of(self.rule(node))
        return code is not None and code is not self.leaf_rules.get(self.rule_name)

    def operands(self, node: Any) -> list[Any] | None:
        """The nodes that a node remembers; None where it isn't known how."""
        held = attributes(node).get(self.operands_name) if self.operands_name else None
        return list(_nodes(held, self.subject.kind)) if held is not None else None

    def is_in_set(self, node: Any) -> bool:
        """Whether a node keeps its operands in a set, which has no order."""
        return isinstance(attributes(node).get(self.operands_name), (set, frozenset))

    def apply_rule(self, node: Any, above: float) -> None:
        """Call a node's rule by itself, with a gradient from above; raise Failure."""
        rule = self.rule(node)
        if rule is None or not takes_nothing(rule):
            raise Failure("the rule can't be called by itself")
        self.subject.set_grad(node, above)
        with failures_of("the rule"):
            contain(rule)()

    def visits(self, root: Any, nodes: Sequence[Any]) -> list[tuple[int, float]] | None:
        """Run a pass; the rules that it calls, as indices of nodes, each with the node's gradient
        at that moment. None where rules can't be watched."""
        seen: list[tuple[int, float]] = []
        for index, node in enumerate(nodes):
            rule = self.rule(node)
            if not callable(rule):
                continue

            def watched(*args: Any, _rule: Any = rule, _index: int = index, **named: Any) -> Any:
                seen.append((_index, self.subject.grad(nodes[_index])))
                return _rule(*args, **named)

            try:
                setattr(node, self.rule_name, watched)
            except (AttributeError, TypeError):
                return None
        if not self.rule_name:
            return None
        with suppress(Failure):
            self.subject.run(root)
        return seen


def takes_nothing(rule: Any) -> bool:
    """Whether a function can be called without arguments."""
    try:
        inspect.signature(rule).bind()
    except (TypeError, ValueError):
        return False
    return True


def _holds(container: Any, operands: Sequence[Any]) -> bool:
    if not isinstance(container, (list, tuple, set, frozenset)):
        return False
    return any(x is y for x in _flat(container) for y in operands)


def _are_numbers(x: Any) -> bool:
    return isinstance(x, (list, tuple)) and bool(x) and all(isinstance(y, (int, float)) for y in x)


def _flat(container: Any) -> Iterator[Any]:
    for x in container:
        if isinstance(x, (list, tuple)):
            yield from x
        else:
            yield x


def _nodes(container: Any, kind: type) -> Iterator[Any]:
    if isinstance(container, (list, tuple, set, frozenset)):
        yield from (x for x in _flat(container) if isinstance(x, kind))


class FixedHashes:
    """Gives nodes hashes in the order in which they are first hashed, so that a set of them has the
    same order in every run."""

    def __init__(self, kind: type) -> None:
        self.kind, self.numbers = kind, dict[int, tuple[int, Any]]()
        self.is_on = False

    def start(self) -> None:
        """Begin, where nodes have the usual hash: their address."""
        if all("__hash__" not in vars(each) for each in self.kind.__mro__[:-1]):
            numbers = self.numbers

            def fixed(node: Any) -> int:
                return numbers.setdefault(id(node), (len(numbers), node))[0]

            with suppress(TypeError):  # a class of C can't be changed
                setattr(self.kind, "__hash__", fixed)  # noqa: B010  # mypy takes no assignment
                self.is_on = True

    def stop(self) -> None:
        """Leave the class as it was."""
        if self.is_on:
            del self.kind.__hash__
            self.is_on = False
        self.numbers.clear()
