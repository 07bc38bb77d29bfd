"""The teacher's page: one HTML file without scripts, which loads nothing."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files

from ...design import style_sheet
from ...numerals import counted, listed
from ..engines.result import Finding
from .grade import DOUBTFUL, GRADED, NOT_GRADED, Grade
from .rubric import PARTS, Rubric
from .score import Part

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MOST_COMMON = 8
"""How many kinds of mistakes the summary lists."""


def page(grades: Sequence[Grade], rubric: Rubric) -> str:
    """The page: the class as a whole, a line for each file, and everything about each file."""
    style = style_sheet() + files(__package__).joinpath("page.css").read_text("utf-8")
    body = "".join((*_summary(grades, rubric), *_overview(grades, rubric), *map(_file, grades)))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Grades · chainrule</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _summary(grades: Sequence[Grade], rubric: Rubric) -> Iterator[str]:
    graded = [grade for grade in grades if grade.status == GRADED]
    yield f"<h1>Grades of {counted(len(grades), 'file')}</h1>\n"
    if graded:
        points = sorted(grade.points for grade in graded)
        middle = (points[len(points) // 2] + points[(len(points) - 1) // 2]) / 2
        full = sum(x == rubric.total for x in points)
        yield (
            f"<p>{len(graded)} graded; the median is {middle:g} of {rubric.total:g} points, and "
            f"{full or 'none'} {'has' if full == 1 else 'have'} all of them.</p>\n"
        )
    for words, chosen in (
        ("Look at these yourself, as their reports cannot be trusted", DOUBTFUL),
        ("Not graded", NOT_GRADED),
    ):
        yield _list(words, [grade for grade in grades if grade.status == chosen])
    yield _list("Tried something that isn't allowed", [grade for grade in grades if grade.attempts])
    rules = Counter(rule for x in graded for rule in {y.rule for y in x.mistakes})
    if rules:
        items = "".join(
            f"<li><span>{html.escape(rule)}</span> {counted(count, 'file')}</li>"
            for rule, count in rules.most_common(MOST_COMMON)
        )
        yield f'<h2>Most common mistakes</h2>\n<ol class="common">{items}</ol>\n'


def _list(words: str, grades: Sequence[Grade]) -> str:
    return f"<p>{words}: {', '.join(map(_link, grades))}.</p>\n" if grades else ""


def _overview(grades: Sequence[Grade], rubric: Rubric) -> Iterator[str]:
    names = [name for name, points in rubric.points.items() if points]
    heads = "".join(
        f'<th scope="col" title="{html.escape(PARTS[name])}">{name}'
        f" <small>{rubric.points[name]:g}</small></th>"
        for name in names
    )
    yield (
        '<h2>Files</h2>\n<div class="table"><table>\n<thead><tr><th scope="col">file</th>'
        f'<th scope="col">points <small>{rubric.total:g}</small></th>{heads}</tr></thead>\n'
        "<tbody>\n"
    )
    for grade in grades:
        if grade.status == GRADED:
            cells = f"<td><b>{grade.points:g}</b></td>" + "".join(map(_cell, grade.parts))
        else:
            cells = f'<td colspan="{len(names) + 1}" class="none">{grade.status}</td>'
        yield f'<tr><th scope="row">{_link(grade)}</th>{cells}</tr>\n'
    yield "</tbody>\n</table></div>\n"


def _cell(part: Part) -> str:
    share = part.points / part.out_of
    kind = "full" if share == 1 else "zero" if share == 0 else "some"
    return f'<td class="{kind}" title="{html.escape(part.why)}">{part.points:g}</td>'


def _file(grade: Grade) -> str:
    """Everything about one file."""
    head = f"{grade.points:g} points" if grade.status == GRADED else grade.status
    name = f"class {html.escape(grade.engine)}" if grade.engine else ""
    body = "".join(_content(grade))
    return (
        f'<section id="{_anchor(grade)}"><h3>{html.escape(grade.name)} <small>{name}</small>'
        f"<b>{head}</b></h3>\n{body}</section>\n"
    )


def _content(grade: Grade) -> Iterator[str]:
    if grade.why:
        yield f'<p class="why">{html.escape(grade.why)}</p>\n'
    yield from (_finding(x, "mistake") for x in grade.mistakes)
    yield from (_finding(x, "weakness") for x in grade.weaknesses)
    if grade.sound:
        yield _line("right", ", ".join(grade.sound))
    yield from (
        _line("not judged", f"{x}, because it is built from {y}") for x, y in grade.unjudged.items()
    )
    said = " ".join(part.why for part in grade.parts)
    for why in dict.fromkeys(why for why in grade.not_tried.values() if why not in said):
        names = [what for what, because in grade.not_tried.items() if because == why]
        yield _line("not tried", f"{listed(names)}, because {why}")
    for part in grade.parts if grade.status == GRADED else ():
        if part.why:
            yield _line(part.name, f"{part.points:g} of {part.out_of:g}. {part.why}")
    yield from (_line("remark", remark) for remark in grade.remarks)
    if grade.attempts:
        yield _line("it tried to", "; ".join(grade.attempts))


def _finding(finding: Finding, kind: str) -> str:
    code = "".join(
        f"<pre><span>{words}</span>{html.escape(text)}</pre>"
        for words, text in (
            ("shown by", finding.graph),
            ("the line", finding.source),
            ("should be", finding.correction),
        )
        if text
    )
    return (
        f'<div class="{kind}"><p><b>{html.escape(finding.rule)}</b>: '
        f"{html.escape(finding.message)}.</p>{code}</div>\n"
    )


def _line(words: str, text: str) -> str:
    return f'<p class="line"><span>{html.escape(words)}</span> {html.escape(text)}</p>\n'


def _link(grade: Grade) -> str:
    return f'<a href="#{_anchor(grade)}">{html.escape(grade.name)}</a>'


def _anchor(grade: Grade) -> str:
    return "file-" + grade.name.encode().hex()
