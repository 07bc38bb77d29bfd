"""Write the files of this folder with the version of chainrule that is installed.

cd tests; python files_0_1/write.py [FOLDER]
"""

from __future__ import annotations

import gzip
import json
import pickle
import pkgutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from files_0_1 import contents

import chainrule

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
PROTOCOLS = range(2, 6)


def write_pickles(name, x):
    for protocol in PROTOCOLS:
        (FOLDER / f"{name}.p{protocol}").write_bytes(pickle.dumps(x, protocol))


def main():
    expected = {"graphs": {}, "programs": {}}
    for name, values in contents.graphs():
        write_pickles(f"graph_{name}", values)
        if name not in contents.NOT_IN_JSON:
            chainrule.save(
                FOLDER / f"graph_{name}.json", **{f"v{k}": x for k, x in enumerate(values)}
            )
        expected["graphs"][name] = [contents.facts(values), contents.gradients(values)]
    for name, program, calls in contents.programs():
        expected["programs"][name] = contents.results(program, calls)
        write_pickles(f"program_{name}", program)
        program.save(FOLDER / f"program_{name}.json")

    network = chainrule.nn.MLP(2, [3, 1])
    for k, p in enumerate(network.parameters()):
        p.data = k / 8 - 0.5
    out = network([1.0, -2.0])
    out.backward()
    expected["network"] = [contents.facts([out]), repr(network)]
    write_pickles("network", (network, out))

    engine = "compiled" if chainrule.NATIVE else "interpreted"
    write_pickles(f"names_{engine}", {name: getattr(chainrule, name) for name in contents.NAMES})
    errors = [chainrule.MissingExtra("a", "b", "c")]
    for call in (lambda: chainrule.log(-1.0), lambda: chainrule.Value("x")):
        try:
            call()
        except chainrule.ChainruleError as error:
            error.args = (str(error).split("\n")[0],)
            errors.append(error)
    expected["errors"] = [[type(error).__name__, str(error)] for error in errors]
    write_pickles("errors", errors)

    (L, *_), *_ = (values for name, values in contents.graphs() if name == "neuron")
    expected["reports"] = {}
    for name, report in contents.reports(L).items():
        expected["reports"][name] = contents.numbers(report)
        (FOLDER / f"report_{name}.p4").write_bytes(pickle.dumps(report, 4))
    chainrule.show(L).save(FOLDER / "view.html")
    page = (FOLDER / "view.html").read_bytes()
    (FOLDER / "view.html").unlink()
    (FOLDER / "view.html.gz").write_bytes(gzip.compress(page, 9, mtime=0))
    modules = pkgutil.walk_packages(chainrule.__path__, "chainrule.")
    expected["modules"] = sorted({module.name for module in modules})
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


if __name__ == "__main__":
    main()
