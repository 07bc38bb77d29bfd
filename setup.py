"""The compiled engine and tape; everything else about the project stands in pyproject.toml."""

import sysconfig
from glob import glob

from setuptools import Extension, setup

# Without a compiler the install still succeeds, and the interpreted engine is used. It is used too
# on a Python without the global lock, for which the compiled one makes no claim to be safe.

# Fused multiply-adds, or reordering, would give other bits than Python's own arithmetic.
ARGUMENTS = ["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden"]


def native(folder: str, *arguments: str) -> Extension:
    """The extension module whose sources stand in a folder `native`."""
    return Extension(
        folder.replace("/", ".") + "._native",
        sources=sorted(glob(f"src/{folder}/native/*.c")),
        depends=glob("src/chainrule/**/native/*.h", recursive=True),
        extra_compile_args=[*ARGUMENTS, *arguments],
        libraries=["m"],
        optional=True,
    )


# Nobody reads errno or the processor's exception flags; without them more loops become vectors. And
# over rows comparisons are better guessed than jumps through a table: 10 % in all.
TAPE = ["-fno-math-errno", "-fno-trapping-math", "-fno-jump-tables"]
natives = [
    native("chainrule/engine"),
    native("chainrule/programs/trace", *TAPE),
    native("chainrule/programs/run", *TAPE),
]
setup(ext_modules=[] if sysconfig.get_config_var("Py_GIL_DISABLED") else natives)
