"""How often a bar and a checkpoint are written."""

from __future__ import annotations

import pytest

from chainrule.nn.training import checkpoints, progress
from chainrule.nn.training.data import DROPOUT, SPLIT

pytestmark = pytest.mark.once


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    monkeypatch.setattr(checkpoints, "time", clock)
    return clock


def test_a_bar_is_drawn_at_most_ten_times_a_second_and_at_the_end(clock, capsys):
    bar = progress.Progress(True, 10, 3)
    assert (bar._bar.total, bar._bar.n) == (10, 3)
    bar.show(4, {"loss": 0.5})
    assert bar._bar.n == 4
    clock.now += 0.0625
    bar.show(5, {"loss": 0.25})
    assert bar._bar.n == 4
    clock.now += 0.0625
    bar.show(6, {"loss": 0.125})
    assert bar._bar.n == 6
    bar.show(7, {"loss": 0.125}, is_last=True)
    assert bar._bar.n == 7
    bar.close()
    assert "loss=0.125" in capsys.readouterr().err


def test_no_bar_shows_nothing(clock, capsys):
    bar = progress.Progress(False, 10, 0)
    bar.show(1, {"loss": 0.5}, is_last=True)
    bar.close()
    assert capsys.readouterr().err == ""


def test_writing_takes_a_twentieth_of_the_time(clock, monkeypatch, tmp_path):
    class Objective:
        model = None

        def write(self):
            clock.now += 2.0

    class Run:
        objective, rows, initial = Objective(), None, None

    monkeypatch.setattr(checkpoints, "samples_of", lambda *_: {})
    monkeypatch.setattr(checkpoints, "state_dict", lambda model: {})
    checkpoint = checkpoints.Checkpoint(tmp_path / "a.safetensors", {}, Run())
    assert checkpoint.is_due()
    checkpoint.write(Run(), {})
    clock.now += 39.0
    assert not checkpoint.is_due()
    clock.now += 1.0
    assert checkpoint.is_due()


def test_streams_of_random_numbers_do_not_meet_those_of_epochs():
    assert {SPLIT, DROPOUT} == {2**32 - 1, 2**32 - 2}  # larger than any epoch, and 32 bits
