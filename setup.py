"""The compiled extensions; the rest of the project's metadata is in pyproject.toml.

Each is optional: without a compiler, or on a free-threaded Python, the interpreted twins answer.
"""

import sysconfig
from glob import glob

from setuptools import Extension, setup

# Fused multiply-adds or reordering would give other bits than Python's arithmetic.
ARGUMENTS = ["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden"]


def native(folder: str, *arguments: str) -> Extension:
    """The extension module whose sources are in a folder's `native/`."""
    return Extension(
        folder.replace("/", ".") + "._native",
        sources=sorted(glob(f"src/{folder}/native/*.c")),
        depends=glob("src/chainrule/**/native/*.h", recursive=True),
        extra_compile_args=[*ARGUMENTS, *arguments],
        libraries=["m"],
        optional=True,
    )


# Nothing reads errno or the processor's exception flags; without them more loops are vectorised.
# Over rows the processor predicts comparisons better than jumps through a table. Together: 10 %.
TAPE = ["-fno-math-errno", "-fno-trapping-math", "-fno-jump-tables"]
natives = [
    native("chainrule/engine"),
    native("chainrule/programs/trace", *TAPE),
    native("chainrule/programs/run", *TAPE),
]
setup(ext_modules=[] if sysconfig.get_config_var("Py_GIL_DISABLED") else natives)
