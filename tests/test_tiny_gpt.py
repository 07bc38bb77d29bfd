"""The tiny GPT of the examples: both forms give the same numbers, and files that it can't read."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path

import numpy as np
import pytest

import chainrule


@pytest.fixture
def gpt(monkeypatch):
    """The example as a module, with a smaller model: the interpreted engine runs it too."""
    path = Path(__file__).parent.parent / "examples" / "tiny_gpt.py"
    spec = importlib.util.spec_from_file_location("tiny_gpt", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "WIDTH", 4)
    monkeypatch.setattr(module, "HEADS", 2)
    monkeypatch.setattr(module, "CONTEXT", 6)
    return module


@pytest.mark.parametrize("names", [["abc", "b", "cab", "abcba"], ["Zoë", "Łuk", "李小龙", "ßß"]])
def test_both_forms_give_the_same_numbers(gpt, names):
    letters = sorted(set("".join(names)))
    start = gpt.initial(len(letters) + 1)
    before = {name: x.copy() for name, x in start.items()}
    slow = gpt.eager(start, [gpt.encode(name, letters) for name in names * 2], 0.1)
    assert all((start[name] == before[name]).all() for name in start)
    fast = gpt.compiled(start, [gpt.encode(name, letters, 6) for name in names * 2], 0.1)
    assert slow == pytest.approx(fast, rel=0, abs=1e-12)
    assert len(set(slow)) == 8 and slow[0] == pytest.approx(np.log(len(letters) + 1), abs=0.1)
    name = gpt.invent(start, letters, random.Random(0))
    assert set(name) <= set(letters) and len(name) < 6


def test_its_gradient_is_the_slope(gpt):
    model = gpt.initial(4)
    word, weights = gpt.encode("abca", "abc", 6)
    chainrule.testing.assert_gradients(lambda model: gpt.surprise(model, word, weights), model)


def test_a_word_is_filled_up_without_weight(gpt):
    word, weights = gpt.encode("ab", "abc", 6)
    assert word.tolist() == [3, 0, 1, 3, 3, 3, 3]
    assert weights.tolist() == [1 / 3] * 3 + [0.0] * 3
    word, weights = gpt.encode("abcab", "abc", 6)
    assert word.tolist() == [3, 0, 1, 2, 0, 1, 3] and weights.tolist() == [1 / 6] * 6


def test_the_bar_is_the_surprise_of_pairs(gpt):
    assert gpt.pairs(["ab", "ac"]) == pytest.approx(np.log(2) / 3)


FILES = {
    "missing": (None, "can't read names from .*: No such file"),
    "empty": (b"", "needs 2 names or more"),
    "blank lines": (b"\n \r\n\n", "needs 2 names or more"),
    "one name": (b"ann\n", "needs 2 names or more"),
    "too long only": (b"abcdef\nghijkl\n", "needs 2 names or more, of up to 5 letters"),
    "binary": (bytes(range(256)), "can't read names from .*: 'utf-8' codec"),
    "binary as text": (b"ann\nb\0b\n", r"line 2 of .* isn't a name: 'b\\x00b'"),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_it_cannot_read(gpt, case, tmp_path):
    content, message = FILES[case]
    path = tmp_path / "names.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit, match=message):
        gpt.read(path)


def test_it_reads_names(gpt, tmp_path, capsys):
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffZoë\r\n\r\n  bob \r\nelizabeth\r\nbob\r\n李小龙".encode())
    assert gpt.read(path) == ["Zoë", "bob", "李小龙"]
    note = "names of more than 5 letters, left out: 1, the first in line 4, 'elizabeth'\n"
    assert capsys.readouterr().out == note
