"""Why a gradient is wrong: not what the numbers are, but what the class does to make them so."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .source import Line, find_line, first_line
from .study import Study

PRESET = 0.75
"""A gradient that an operand has before the rule runs."""


LATE = (
    "every function made in the loop uses the loop's last operand, so the others get nothing; fix "
    "the operand when the function is defined, as in def step(x=x)"
)


class Cause(NamedTuple):
    """One cause; operations that share one are one finding."""

    kind: str
    words: str
    source: str = ""
    correction: str = ""


def find_cause(study: Study, observed: Mapping[int, float]) -> Cause | None:
    """The cause of wrong gradients below one operation, by what was seen; None where only the
    formula can be wrong."""
    expected = {i: study.call.partial(i, *study.probe) for i in study.call.live}
    is_silent = not any(observed.values()) and any(expected.values())
    questions: tuple[Callable[[Study], Cause | None], ...] = (
        (
            _same_node,
            _unrecorded,
            find_unattached,
            _unvisited,
            _reads_gradient,
            _reads_early,
            _locals_missing,
        )
        if is_silent
        else (_same_node, _reads_gradient)
    )
    for question in questions:
        if cause := question(study):
            return cause
    wrong = [i for i in expected if not study.subject.same(observed[i], expected[i])]
    lost = [i for i in wrong if not observed[i] and expected[i]]
    if len(expected) > 1 and lost and not is_silent:
        return _one_sided(study, observed, expected, lost)
    return None


def _text(line: Line | None) -> str:
    return str(line) if line else ""


# ---- was it recorded, attached, called? ----------------------------------------------------------


def find_failing_cause(study: Study, words: str) -> Cause | None:
    """Why a pass fails at one operation."""
    name = study.anatomy.rule_name
    if study.anatomy.has_rules and study.rule is None and "NoneType" in words:
        line = study.method.search(rf"\.{name}\s*=.*\)\s*$")
        text = (
            f"the rule is called instead of attached, so out.{name} becomes None, the rule's "
            f"result; leave out the parentheses: out.{name} = {name}"
        )
        return Cause("called early", text, _text(line), f"out.{name} = {name}")
    if "RecursionError" in words and study.method.has_function_in_loop():
        return Cause("late binding", LATE, _text(study.method.search(r"\bfor\b")))
    return None


def _same_node(study: Study) -> Cause | None:
    if not any(study.out is x for x in study.operands.values()):
        return None
    words = "it changes its operand and returns it, instead of making a new node"
    return Cause("same node", words, _text(study.rule_line()))


def _unrecorded(study: Study) -> Cause | None:
    held = study.anatomy.operands(study.out)
    if held is None or (held and all(_is_in(x, held) for x in study.operands.values())):
        return None
    if study.anatomy.has_own_rule(study.out):
        return None
    source = _text(study.rule_line())
    what = "its operands" if len(study.operands) > 1 else "its operand"
    words = (
        f"the result is a fresh leaf: it forgets {what}, so the graph ends there; pass {what} to "
        "the new node"
    )
    return Cause("fresh leaf", words, source)


def _is_in(x: object, held: list[object]) -> bool:
    return any(x is y for y in held)


def find_unattached(study: Study) -> Cause | None:
    """Look for a rule that its result doesn't have."""
    anatomy, name = study.anatomy, study.anatomy.rule_name
    if not anatomy.has_rules or anatomy.has_own_rule(study.out):
        return None
    moved = [x for x in study.operands.values() if anatomy.has_own_rule(x)]
    if moved:
        words = f"the rule is attached to the operand instead of the result: it must be out.{name}"
        source = _text(study.method.search(rf"\.{name}\s*="))
        return Cause("attached to operand", words, source, f"out.{name} = {name}")
    inner = [x for x in study.method.functions() if isinstance(x, ast.FunctionDef)][1:]
    if inner:
        source = _text(study.method.line(inner[-1].lineno))
        correction = f"out.{name} = {inner[-1].name}"
        words = f"the rule is defined but never attached to the result: {correction} is missing"
        return Cause("never attached", words, source, correction)
    words = f"no rule is attached to the result: its {name} is still the one that every leaf has"
    return Cause("never attached", words, _text(study.rule_line()))


def _unvisited(study: Study) -> Cause | None:
    visits = study.anatomy.visits(study.out, [study.out])
    if visits is None or not study.anatomy.has_own_rule(study.out):
        return None
    run = study.subject.backward_name
    names = (run,) if isinstance(run, str) else ()
    source = first_line(study.subject.kind, run)
    grad = study.subject.grad_name
    if not visits:
        words = (
            f"the pass never calls out.{study.anatomy.rule_name}, the rule of the root: the "
            "list of nodes to visit is empty, or lacks the root"
        )
        return Cause("unvisited", words, source)
    if not visits[0][1] and study.subject.grad(study.out) and not study.subject.needs_seed:
        words = (
            f"the root's .{grad} is still 0 when its rule is called, and is set only afterwards; "
            "set it to 1 first"
        )
        return Cause("late seed", words, find_line(study.subject.kind, rf"self\.{grad}\s*=", names))
    return None


# ---- what does the rule read? --------------------------------------------------------------------


def _reads_gradient(study: Study) -> Cause | None:
    """Look for a rule that reads the gradient of an operand, which moves what it adds."""
    zero = study.after()
    if zero is None or study.subject.zeroes_leaves:
        return None
    data, grad = study.subject.data_name, study.subject.grad_name
    for i in study.call.live:
        after = study.after(1.0, {i: PRESET})
        if after is None:
            return None
        moved = {j: after[j] - zero[j] for j in after}
        others = [j for j in moved if j != i and not study.subject.same(moved[j], 0.0)]
        if others:
            source, correction = _lines(study, others[0])
            words = (
                f".{grad} is used where .{data} belongs: the rule reads the gradient of the other "
                "operand instead of its number"
            )
            return Cause("grad for data", words, source, correction)
        reset = study.subject.same(moved[i], -zero[i]) or study.subject.same(moved[i], 0.0)
        if not reset and not study.subject.same(moved[i], PRESET):
            source, correction = _lines(study, i)
            words = (
                f"the rule reads the .{grad} of its operand, where it should read out.{grad}, the "
                f"gradient of the result, or a .{data}"
            )
            return Cause("own grad", words, source, correction)
    return None


def _reads_early(study: Study) -> Cause | None:
    """Look for a rule that has the gradient from above from before the pass."""
    at_one, at_two = study.after(1.0), study.after(2.0)
    if at_one is None or at_two is None or any(at_one.values()) or any(at_two.values()):
        return None
    grad = study.subject.grad_name
    targets = [x.line.number for x in study.source.statements(grad)]
    if not targets:
        words = f"the rule never writes to .{grad} of its operand"
        return Cause("writes nothing", words, _text(study.rule_line()))
    as_default = getattr(study.rule, "__defaults__", None)
    reads = [
        node
        for node in ast.walk(_body(study))
        if isinstance(node, ast.Attribute) and node.attr == grad and isinstance(node.ctx, ast.Load)
    ]
    if reads and not as_default:
        return None
    where = "as a default argument" if as_default else "before the rule is defined"
    words = (
        f"out.{grad} is read too early, {where}, while it is still 0; read it inside the rule, "
        "which runs during the pass"
    )
    source = study.source.search(r"def |lambda") if as_default else None
    if not as_default:
        source = study.method.search(rf"=\s*\w+\.{grad}\b") or study.source.search(rf"\.{grad}\b")
    return Cause("read early", words, _text(source), study.correct_line(study.call.live[0]))


def _body(study: Study) -> ast.AST:
    """The rule without its default arguments."""
    functions = list(study.source.functions())
    if not functions:
        return study.source.tree
    body = functions[0].body
    return ast.Module(body if isinstance(body, list) else [ast.Expr(body)], [])


def _locals_missing(study: Study) -> Cause | None:
    """Look for a node that stores operands without local derivatives."""
    if study.anatomy.has_rules or not study.anatomy.operands(study.out):
        return None
    for name in study.anatomy.local_names:
        if getattr(study.out, name, None) in ((), [], None):
            words = f"the result stores no local derivatives: .{name} is empty"
            return Cause("no locals", words, _text(study.rule_line()))
    return None


def _lines(study: Study, argnum: int) -> tuple[str, str]:
    return _text(study.rule_line(argnum)), study.correct_line(argnum)


# ---- does each operand get its own? --------------------------------------------------------------


def _one_sided(
    study: Study, observed: Mapping[int, float], expected: Mapping[int, float], lost: list[int]
) -> Cause | None:
    """Where one operand gets nothing and another one something."""
    grad, names = study.subject.grad_name, study.call.row.operands
    held = study.anatomy.operands(study.out)
    is_lost = held is not None and not all(_is_in(study.operands[i], held) for i in lost)
    if is_lost and len(held or ()) >= len(study.operands):
        words = (
            f"operand {names[lost[0]]} is copied into a new node, so its gradient goes to the "
            "copy; use the operand itself"
        )
        return Cause("copy", words, _text(study.method.search(r"other\s*=|Value\(")))
    got = [i for i in observed if observed[i]]
    if len(got) != 1 or not all(expected.values()):
        return None
    total = sum(expected.values())
    in_loop = study.source.has_function_in_loop() or study.method.has_function_in_loop()
    if in_loop and got[0] > lost[0]:
        return Cause("late binding", LATE, _text(study.method.search(r"\bfor\b")))
    if study.subject.same(observed[got[0]], total) and not study.subject.same(
        observed[got[0]], expected[got[0]]
    ):
        line = study.statement(got[0])
        words = (
            f"both contributions are added to operand {names[got[0]]}, and operand "
            f"{names[lost[0]]} gets none"
        )
        return Cause("both to one", words, str(line.line) if line else "")
    if study.subject.same(observed[got[0]], expected[got[0]]):
        words = f"the rule never adds to .{grad} of operand {names[lost[0]]}"
        source = study.statement(got[0])
        return Cause("one operand", words, str(source.line) if source else "")
    return None


def assigning_lines(study: Study) -> Iterator[tuple[str, str]]:
    """The lines that write `=` to a gradient where `+=` belongs, each with its correction."""
    for statement in study.source.statements(study.subject.grad_name):
        grad = f"{statement.variable}.{study.subject.grad_name}"
        is_zero = isinstance(statement.value, ast.Constant) and not statement.value.value
        if not statement.adds and not is_zero and grad not in ast.unparse(statement.value):
            yield str(statement.line), f"{grad} += {ast.unparse(statement.value)}"
