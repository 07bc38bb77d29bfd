"""Edges of the compiled engine: sizes at which memory grows, and what it writes there."""

from __future__ import annotations

import copy
import importlib
import os
import pickle
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

SIZES = (1, 2, 3, 4, 5, 62, 63, 64, 65, 126, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 3000)


def classes():
    modules = ("chainrule.engine.value", "chainrule.engine._native")
    return {name: importlib.import_module(name).Value for name in modules}


def numbers_of(root):
    return [(x.data, x.grad, x.passes, x._partials) for x in root._postorder()]


def compare_shapes():
    """Chains, sums of many operands, and both, of sizes around those of memory."""
    for count in SIZES:
        found = []
        for Value in classes().values():
            leaves = [Value(0.5 + k % 7) for k in range(count)]
            chain = leaves[0]
            for x in leaves[1:]:
                chain = chain * 0.5 + x
            wide = Value(1.0, tuple(leaves), tuple(0.25 * k for k in range(count)))
            few = leaves[:3]
            crossed = Value(2.0, (wide, chain, wide, *few), (1.0, 0.0, 2.0, *[0.5] * len(few)))
            leaves[0].grad = 3.0
            for root in (chain, wide, crossed, crossed * chain):
                root.backward()
                root._backward()
                found.append(numbers_of(root))
            own = Value(1.0, (chain, wide), "own")
            own._backward = lambda own=own, x=chain: setattr(x, "grad", x.grad + own.grad)
            (own * 2.0 + leaves[0]).backward()
            found.append(numbers_of(own))
            if count < 200:
                for kept in (copy.deepcopy(crossed), pickle.loads(pickle.dumps(crossed))):
                    found.append(numbers_of(kept))
            (
                wide._relink((chain,), (2.0,)),
                wide._relink(tuple(leaves[:count]), None),
                wide._relink(()),
            )
            wide.backward()
            found.append(numbers_of(wide))
        assert found[: len(found) // 2] == found[len(found) // 2 :], count


def compare_programs():
    """The programs of test_twins, at random."""
    import test_twins as twins

    draw, engines = random.Random(7), classes()
    number = lambda: draw.choice([*twins.SPECIAL, draw.uniform(-4, 4)])  # noqa: E731  # as in a table
    operand = lambda: draw.choice([draw.randrange(50), draw.randrange(4), ("number", number())])  # noqa: E731
    hands = ["own", "local", "data", "grad", "forget", "label", "parameter"]
    for _ in range(40):
        program = []
        for _ in range(draw.randrange(1, 40)):
            kind = draw.randrange(8)
            if kind == 0:
                program.append((draw.choice(["relax", "grow", "sum"]), draw.randrange(1, 60)))
            elif kind == 1:
                program.append((draw.choice(hands), draw.randrange(50), number()))
            else:
                operands = operand(), operand(), operand()
                program.append((draw.choice(twins.ROWS), *operands, draw.randrange(3)))
        numbers = [number() for _ in range(draw.randrange(1, 5))]
        twins.agree(engines, numbers, program, draw.randrange(1, 4))


@pytest.mark.parametrize("work", [compare_shapes, compare_programs])
def test_nothing_is_written_outside_of_its_memory(engines, work):
    """In a Python whose allocator fills new memory with nonsense, and checks both ends of each
    block when it is freed."""
    if len(engines) < 2:
        pytest.skip("there is one engine")
    here = Path(__file__).parent
    source = Path(sys.modules["chainrule"].__file__).parent.parent
    paths = map(str, (source, here, here.parent))
    done = subprocess.run(
        [sys.executable, "-c", f"import test_native_edges; test_native_edges.{work.__name__}()"],
        env={**os.environ, "PYTHONMALLOC": "debug", "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
