"""One side in a process of its own: `python -m bench.programs <side>` prints its figures."""

from __future__ import annotations

import importlib
import json
import sys
import time
from functools import partial

from chainrule import compile

from ..timing import with_deep_stack
from .figures import Figures, agree, batches, interleaved, pin
from .peers import PEERS
from .workloads import WORKS


def of_peer(name: str, works: list[str]) -> Figures:
    """The time until the first gradient is there, without the import; then that of a call."""
    found: Figures = {}
    importlib.import_module(name)
    for work in map(WORKS.__getitem__, works):
        begin = time.perf_counter()
        gradient = PEERS[name](work.function, len(work.start))
        value, slopes = gradient(work.start)
        found[f"first/{work.name}/{name}"] = [time.perf_counter() - begin]
        agree(
            f"{work.name}, {name}",
            (value, slopes),
            compile(work.function).value_and_grad(work.start),
        )
        call = getattr(gradient, "run", partial(gradient, work.start))
        key = f"point/{work.name}/{name}"
        found |= interleaved(3, batches({key: call}, 0.02))
    return found


def main() -> None:
    side, *works = sys.argv[1:]
    if side in PEERS:
        pin()
        found = with_deep_stack(lambda: of_peer(side, works or list(WORKS)))
    else:
        from .ours import measure

        found = measure(last="last" in works)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
