"""What a training is set up with: the text of an address, and rates that change on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from in_node import answer_of

pytestmark = pytest.mark.once

FIRST = {"data": "moons", "hidden": [6, 6], "activation": "tanh", "rates": [[0, 0.3]],
         "batch": 10, "seed": 1}  # fmt: skip
TEXT = "train=moons&layers=6,6&activation=tanh&rate=0.3&batch=10&seed=1&steps=0"


def asked(texts=(), changes=()):
    program = Path(__file__).parent / "settings.js"
    return answer_of(program, {"texts": texts, "changes": changes})


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("train", {"xor": "xor", "moons": "moons"}, ["", "Moons", "spiral", "constructor"]),
        ("layers",
         {"": [], "1": [1], "8": [8], "1,8,2,3": [1, 8, 2, 3], " 4 ,5": [4, 5]},
         ["9", "0", "1,2,3,4,5", "-1", "1,", "2.5", "x"]),
        ("activation", {"relu": "relu", "sin": "sin", "softplus": "softplus"}, ["", "Tanh", "exp"]),
        ("rate",
         {"0.001": [[0, 0.001]], "10": [[0, 10]], "1,2@5,3@100000": [[0, 1], [5, 2], [100000, 3]],
          ",".join(["1", *(f"2@{at}" for at in range(1, 1000))]):
              [[0, 1], *([at, 2] for at in range(1, 1000))]},
         ["", "0.0009", "10.1", "x", "1@1", "1,2@0", "1,2@5,3@5", "1,2@5,3@4", "1,2@100001", "1,,2",
          ",".join(["1", *(f"2@{at}" for at in range(1, 1001))])]),
        ("batch", {"0": 0, "1": 1, "5": 5, "10": 10, "20": 20, "50": 50}, ["", "2", "51", "-1"]),
        ("seed", {"0": 0, "4294967295": 2**32 - 1}, ["", "4294967296", "-1", "1.5", "10000000000"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_an_address_says(name, good, bad):
    """What can be is there, and goes back into the address; what can't is what it is at first."""
    field = {"train": "data", "layers": "hidden", "rate": "rates"}.get(name, name)
    texts = [f"{name}={text}" for text in [*good, *bad]]
    read, _ = asked(texts)
    expected = [*good.values(), *[FIRST[field]] * len(bad)]
    for each, value in zip(read, expected, strict=True):
        assert each["settings"] == FIRST | {field: value}
        assert each["again"] == {"settings": each["settings"], "steps": 0}


def test_the_steps_of_an_address():
    steps = {"0": 0, "100000": 100_000, "100001": 0, "": 0, "x": 0, "17": 17}
    read, _ = asked([f"steps={text}" for text in steps])
    assert [each["steps"] for each in read] == list(steps.values())
    (first,), _ = asked([""])
    assert (first["settings"], first["steps"]) == (FIRST, 0)
    assert first["written"].replace("%2C", ",") == TEXT


def test_a_rate_holds_from_the_step_at_which_it_was_set():
    changes = [(0, 1), (0, 2), (5, 2), (3, 0.5), (0, 0.25), (4, 0.25), (1, 2)]
    _, rates = asked(changes=changes)
    assert [rate for _, rate in rates] == [rate for _, rate in changes]
    assert [each for each, _ in rates] == [
        [[0, 1]],
        [[0, 2]],
        [[0, 2]],
        [[0, 2], [8, 0.5]],
        [[0, 2], [8, 0.25]],
        [[0, 2], [8, 0.25]],
        [[0, 2], [8, 0.25], [13, 2]],
    ]
