"""The loop of a training: batches, steps, epochs, and when it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ...errors import warn
from ...numerals import counted
from ..optim import Optimizer
from .callbacks import Callback, Epoch
from .checkpoints import Checkpoint
from .data import Rows
from .divergence import diverged
from .history import History
from .interruption import Interruption
from .metrics import Metric, measure
from .objective import Objective
from .progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64s = NDArray[np.int64]


INTERRUPTED = "interrupted by Ctrl-C"


@dataclass(frozen=True)
class Plan:
    """How a training runs.

    Attributes:
        epochs: How many times it goes through the rows.
        batch_size: How many rows a step uses.
        shuffle: Whether their order changes with each epoch.
        patience: After how many epochs without improvement it ends; None for never.
        metrics: What is computed after each epoch, by name.
        callbacks: What is called after each epoch.
        seed: The seed of all random numbers.
    """

    epochs: int
    batch_size: int
    shuffle: bool
    patience: int | None
    metrics: Mapping[str, Metric]
    callbacks: Sequence[Callback]
    seed: int


@dataclass
class Position:
    """How far a training is.

    Attributes:
        epoch: How many epochs are complete.
        batch: How many steps the next one has done.
        total: The sum of the losses of all rows in these.
        limit: Numbers with a larger loss than this are not good.
        lowest: The lowest loss of an epoch, on the validation rows if there are any.
        waited: How many epochs ago that was.
    """

    epoch: int = 0
    batch: int = 0
    total: float = 0.0
    limit: float = math.inf
    lowest: float = math.inf
    waited: int = 0


class Run:
    """One training.

    Attributes:
        objective: What is minimised, with the numbers of the parameters.
        good: The last of these numbers with a loss that isn't far above the first one.
        best: Those of the epoch with the lowest loss: after it, or before it where its one step
            began with just this loss.
        initial: Those at first.
        rows: The rows to train on.
        loss: The loss of the last step.
        has_diverged: Whether a number became infinite; so has the state of the optimizer then.
    """

    def __init__(
        self, objective: Objective, optimizer: Any, rows: Rows, held: Rows | None, plan: Plan
    ) -> None:
        self.objective, self.optimizer, self.plan = objective, optimizer, plan
        self.rows, self._held = rows, held
        names = [*plan.metrics]
        names += ["val_loss", *(f"val_{name}" for name in names)] if held else []
        self.history = History(
            ("loss", *sorted(names, key=lambda x: x != "val_loss"), "lr"), plan.seed
        )
        self.position = Position()
        self.good, self.best = objective.numbers.copy(), objective.numbers.copy()
        self.initial = objective.numbers.copy()
        self.loss = math.inf
        self.has_diverged = False

    # ---- the loop --------------------------------------------------------------------------------

    def train(self, checkpoint: Checkpoint | None, progress: bool | None) -> None:
        """Train to the end, and write the numbers into the model, whatever happens."""
        history, before = self.history, self.history.seconds
        began = time.perf_counter()
        bar = Progress(progress, self.plan.epochs, self.position.epoch)
        try:
            with Interruption() as interruption:
                while self.position.epoch < self.plan.epochs and not history.stopped:
                    self._steps(interruption, checkpoint)
                    if interruption.came:
                        history.stopped = INTERRUPTED
                        break
                    self._end_epoch()
                    history.seconds = before + time.perf_counter() - began
                    bar.show(self.position.epoch, history.last())
                if checkpoint and (not history.steps or self.loss <= self.position.limit):
                    checkpoint.write(self, self.state())
                if self.plan.patience is not None and self.position.epoch:
                    self.objective.numbers[...] = self.best
        finally:
            bar.show(self.position.epoch, history.last(), is_last=True)
            bar.close()
            self.objective.write()

    def _steps(self, interruption: Interruption, checkpoint: Checkpoint | None) -> None:
        """The steps of an epoch that are left."""
        import numpy as np

        position, count = self.position, len(self.rows)
        for which in self._batches()[position.batch :]:
            with np.errstate(over="ignore", invalid="ignore"):  # the step looks for itself
                self._step(which, checkpoint)
            position.total += self.loss * (count if which is None else len(which))
            position.batch += 1
            if interruption.came:
                return

    def _batches(self) -> list[Int64s | None]:
        """The rows of each step of this epoch; None for all of them. The order depends on the seed
        and the number of the epoch only, so that an epoch can be entered in its middle."""
        import numpy as np

        count, size = len(self.rows), self.plan.batch_size
        if size >= count:
            return [None]
        order = np.arange(count)
        if self.plan.shuffle:
            np.random.default_rng([self.plan.seed, self.position.epoch]).shuffle(order)
        return [order[start : start + size] for start in range(0, count, size)]

    def _step(self, which: Int64s | None, checkpoint: Checkpoint | None) -> None:
        """One step against the gradient. A checkpoint is written before it, when the loss says
        whether the numbers are good."""
        objective, position = self.objective, self.position
        numbers, gradient = objective.numbers, objective.gradient
        is_due = checkpoint is not None and checkpoint.is_due()
        state = self.state() if is_due else {}
        self.loss = loss = objective(which)
        if not (math.isfinite(loss) and _is_finite(gradient)):
            self.has_diverged = True
            raise diverged(self, which)
        if not self.history.steps:
            position.limit = loss + 10 * abs(loss) + 1
        if loss <= position.limit:
            self.good[...] = numbers
            if checkpoint and is_due:
                checkpoint.write(self, state)
        self.optimizer.step(gradient)
        self.history.steps += 1
        if not _is_finite(numbers):
            self.has_diverged = True
            raise diverged(self, which)

    # ---- the end of an epoch ---------------------------------------------------------------------

    def _end_epoch(self) -> None:
        """Compute what the epoch came to, tell it, and decide whether it was the last."""
        position, plan, history = self.position, self.plan, self.history
        numbers = {"loss": position.total / len(self.rows), **self._measured()}
        history.append(numbers)
        self.position = position = replace(
            position, epoch=position.epoch + 1, batch=0, total=0.0, waited=position.waited + 1
        )
        judged = numbers.get("val_loss", numbers["loss"])
        if judged < position.lowest:
            position.lowest, position.waited = judged, 0
            is_before = not self._held and plan.batch_size >= len(self.rows)
            self.best[...] = self.good if is_before else self.objective.numbers
        if plan.patience is not None and position.waited >= plan.patience:
            what = "validation loss" if self._held else "loss"
            epochs = counted(position.waited, "epoch")
            history.stopped = f"the {what} didn't improve for {epochs}"
        if plan.callbacks:
            self.objective.write()
            epoch = Epoch(position.epoch, self.objective.model, history, numbers)
            for callback in plan.callbacks:
                callback(epoch)
            history.stopped = epoch.stop_reason or history.stopped

    def _measured(self) -> dict[str, float]:
        """Validation loss, metrics and learning rate."""
        found: dict[str, float] = {}
        if self._held:
            found["val_loss"] = self.objective.evaluate(self._held)
        for prefix, rows in (("", self.rows), ("val_", self._held)):
            if rows and self.plan.metrics:
                predictions = self.objective.predict(rows.X)
                for name, metric in self.plan.metrics.items():
                    found[prefix + name] = measure(name, metric, predictions, rows.y)
        return {**found, "lr": self._last_lr()}

    def _last_lr(self) -> float:
        """The learning rate of the last step; nan if nobody knows."""
        optimizer = self.optimizer
        if isinstance(optimizer, Optimizer):
            return optimizer.lr_at(max(optimizer.steps - 1, 0))
        return float(getattr(optimizer, "lr", math.nan))

    # ---- what a checkpoint holds -----------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Everything that the rest of the training depends on, besides the parameters: arrays, and
        what JSON can hold."""
        history = self.history
        optimizer = {**self.optimizer.state_dict(), "options": {}}
        return {
            "position": asdict(self.position),
            "generator": self.objective.generator.bit_generator.state,
            "good": self.good,
            "best": self.best,
            "initial": self.initial,
            "lr": self._last_lr(),
            "history": {"stopped": history.stopped, "steps": history.steps,
                        "seconds": history.seconds},
            **{f"history.{name}": column for name, column in history.items()},
            "optimizer": {k: x for k, x in optimizer.items() if not hasattr(x, "dtype")},
            **{f"optimizer.{k}": x for k, x in optimizer.items() if hasattr(x, "dtype")},
        }  # fmt: skip

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; the model has its parameters already."""
        self.objective.read()
        self.position = Position(**state["position"])
        self.objective.generator.bit_generator.state = state["generator"]
        self.good[...], self.best[...] = state["good"], state["best"]
        self.initial[...] = state["initial"]
        vars(self.history).update(state["history"])
        if self.history.stopped == INTERRUPTED:
            self.history.stopped = ""
        for name, column in self.history._columns.items():
            column[:] = state[f"history.{name}"].tolist()
        arrays = {
            name.removeprefix("optimizer."): x
            for name, x in state.items()
            if name.startswith("optimizer.")
        }
        self.optimizer.load_state_dict({**state["optimizer"], **arrays})
        before, now = state.get("lr", math.nan), self._last_lr()
        if now != before and self.history.steps and math.isfinite(before):
            warn(
                f"the checkpoint goes on with another learning rate: its last step had {before:g}, "
                f"but would now have {now:g}, so the training won't end as one without a stop."
            )


def _is_finite(numbers: Any) -> bool:
    import numpy as np

    return bool(np.isfinite(numbers).all())
