"""A picture made with matplotlib, and the look that all of them share."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...design import token
from ...drawing.shapes.palette import DARK, LIGHT
from ...errors import ChoiceError, MissingExtra, WrongType
from ...files import write_atomically

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROLES = ("ground", "ink", "soft", "negative")
PAPER, INK, SOFT, WARNING = (LIGHT[role].fill for role in ROLES)
CLASSES = tuple(token(f"class-{number}") for number in range(1, 9))
"""The colours of classes, which can be told apart with every common form of colour blindness."""
NEGATIVE, POSITIVE = CLASSES[:2]
"""Orange and blue as fills, which may be lighter than as text."""
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")

DARK_RULES = "".join(
    f'[style*="{kind}: {LIGHT[role].fill}"]{{{kind}:{DARK[role].fill} !important}}'
    for role in ROLES
    for kind in ("fill", "stroke")
)
"""Give a picture as SVG the dark colours of the paper and of what is written on it."""

_MEDIA = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


class Picture:
    """A picture that shows itself in a notebook, and that `save` writes to a file.

    Attributes:
        figure: The matplotlib figure, for any further changes.
        axes: Its axes, in reading order.
        words: What the picture shows, in a sentence.
    """

    def __init__(self, axes: Iterable[Axes], words: str) -> None:
        self.axes = tuple(axes)
        self.figure: Figure = self.axes[0].figure  # type: ignore[assignment]  # not of a subfigure
        self.words = words

    def __repr__(self) -> str:
        return f"<Picture: {self.words}>"

    def __str__(self) -> str:
        return self.words

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the picture to a file, and return its path.

        Args:
            path: Its ending names the format: svg, png or pdf.

        Raises:
            ChoiceError: The ending isn't one of these.
            FileError: The file can't be written. No half-written file is left behind.
        """
        name = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
        if not isinstance(name, str):
            raise WrongType(f"save needs a path, but got {type(path).__name__}.")
        ending = os.path.splitext(name)[1][1:].lower()
        if ending not in _MEDIA:
            known = ", ".join(map(repr, _MEDIA))
            raise ChoiceError(
                f"the ending of the path has to be one of {known}, but got {ending!r}."
            )
        write_atomically(name, self.content(ending))
        return name

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows: the SVG, or the sentence if it can't."""
        return {_MEDIA["svg"]: self.content("svg").decode(), "text/plain": self.words}

    def content(self, format: str) -> bytes:
        """Return the picture as svg, png or pdf; an SVG follows the reader's light or dark."""
        import matplotlib

        file = io.BytesIO()
        date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format)
        dots = 160 if format == "png" else 80  # of images inside
        with matplotlib.rc_context({"svg.hashsalt": "chainrule"}):  # the same bytes each time
            self.figure.savefig(file, format=format, dpi=dots, metadata=date)
        if format == "svg":
            rules = f"@media (prefers-color-scheme: dark){{{DARK_RULES}}}</style>"
            return file.getvalue().replace(b"</style>", rules.encode(), 1)
        return file.getvalue()


def new_figure(purpose: str, width: float, height: float) -> Figure:
    """A figure that matplotlib doesn't keep; `purpose` is the function that needs it."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", purpose) from None
    return Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)


def axes_of(ax: Axes | None, purpose: str) -> Axes:
    """The given axes, or those of a new figure, dressed for a light background."""
    if ax is None:
        ax = new_figure(purpose, 6.4, 4.6).add_subplot()
    dress(ax)
    return ax


def dress(ax: Axes) -> None:
    """Style axes: no box, no marks at the ticks, dark text."""
    ax.set_facecolor(PAPER)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(SOFT)
        spine.set_linewidth(0.8)
    ax.tick_params(colors=SOFT, length=0, labelsize=9)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_color(INK)


def title(ax: Axes, words: str) -> None:
    """Write a heading above axes, on the left."""
    ax.set_title(words, loc="left", fontsize=10.5, color=INK, pad=9)
