"""The result of training: what happened in each epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ...errors import MissingExtra
from ...numerals import counted, format_short
from ...verdict.result_table import ResultTable

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_ROWS = 12
"""A table shows no more epochs than these."""


class History(ResultTable, Mapping[str, "Floats"]):
    """What happened in each epoch of a training; shows as text, and as HTML in a notebook.

    It is also a mapping of its columns, for `pandas.DataFrame(dict(history))`.

    Attributes:
        stopped: Why the training ended.
        best_epoch: The epoch with the lowest validation loss (without validation, the lowest loss);
            from 1 up.
        steps: How many steps there were.
        seconds: How long they took.
        seed: The seed of shuffling, splitting and dropout.
    """

    RIGHT = range(20)

    def __init__(self, names: tuple[str, ...], seed: int) -> None:
        self._columns: dict[str, list[float]] = {name: [] for name in names}
        self.stopped = ""
        self.steps = 0
        self.seconds = 0.0
        self.seed = seed

    # ---- columns ---------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Floats:
        """A column by its name: "loss", "val_loss", "lr", or the name of a metric."""
        import numpy as np

        if name not in self._columns:
            raise KeyError(f"{name} isn't a column of the history, which has {', '.join(self)}")
        return np.array(self._columns[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self._columns["loss"])

    @property
    def loss(self) -> Floats:
        """The loss of each epoch: the mean over its steps, each before it changes the parameters.
        Shape `(epochs,)`."""
        return self["loss"]

    @property
    def val_loss(self) -> Floats:
        """The loss of the validation rows after each epoch. Shape `(epochs,)`, or `(0,)`."""
        return self["val_loss"] if "val_loss" in self._columns else self["loss"][:0]

    @property
    def lr(self) -> Floats:
        """The learning rate of the last step of each epoch. Shape `(epochs,)`."""
        return self["lr"]

    @property
    def metrics(self) -> dict[str, Floats]:
        """The metrics after each epoch, by name; those of the validation rows begin with `val_`."""
        return {name: self[name] for name in self if name not in ("loss", "val_loss", "lr")}

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss, or loss without validation; 0 if none."""
        judged = self._columns.get("val_loss") or self._columns["loss"]
        return min(range(len(judged)), key=judged.__getitem__, default=-1) + 1

    def append(self, numbers: Mapping[str, float]) -> None:
        """Add an epoch."""
        for name, column in self._columns.items():
            column.append(numbers[name])

    def last(self) -> dict[str, float]:
        """The numbers of the last epoch."""
        return {name: column[-1] for name, column in self._columns.items() if column}

    # ---- as text, HTML and a plot ----------------------------------------------------------------

    @property
    def title(self) -> str:
        """The training in one sentence."""
        last = ", ".join(f"{name} {format_short(x)}" for name, x in self.last().items())
        end = f"; {self.stopped}" if self.stopped else ""
        times = counted(self.epochs, "epoch")
        return f"{times} in {self.seconds:.3g} s{': ' if last else ''}{last}{end}."

    @property
    def HEADINGS(self) -> tuple[str, ...]:  # type: ignore[override]  # depends on the columns
        """The headings of the table."""
        return ("epoch", *self._columns)

    def cells(self) -> list[tuple[str, ...]]:
        """Return the table of epochs: all of them, or some at equal distances and the last."""
        count = self.epochs
        step = max(1, -(-count // MOST_ROWS))
        shown = sorted({*range(step - 1, count, step), *([count - 1] if count else [])})
        columns = [*self._columns.values()]
        return [(str(k + 1), *(format_short(column[k]) for column in columns)) for k in shown]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Plot the losses over the epochs, and the metrics on an axis of their own.

        Args:
            ax: The axes to draw on; by default those of a new figure.

        Raises:
            MissingExtra: matplotlib isn't installed.
        """
        try:
            from matplotlib import pyplot, ticker
        except ImportError:
            raise MissingExtra("matplotlib", "History.plot") from None
        if ax is None:
            ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")[1]
        epochs = range(1, self.epochs + 1)
        lines = []
        for name in ("loss", "val_loss"):
            if name in self:
                lines += ax.plot(epochs, self[name], label=name, linestyle=_style(name), color="C0")
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(ticker.MaxNLocator("auto", integer=True))
        ax.set_ylabel("loss")
        if self.loss.size and min(self.loss.min(), *self.val_loss, 1.0) > 0:
            ax.set_yscale("log")
        if self.metrics:
            right = ax.twinx()
            for name, column in self.metrics.items():
                colour = f"C{1 + [*self.metrics].index(name.removeprefix('val_')) % 9}"
                lines += right.plot(
                    epochs, column, label=name, linestyle=_style(name), color=colour
                )
            right.set_ylabel("metric")
        ax.legend(
            handles=lines, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0),
            ncols=len(lines),
        )  # fmt: skip
        return ax


def _style(name: str) -> str:
    return "--" if name.startswith("val_") else "-"
