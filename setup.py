"""The compiled engine; everything else about the project stands in pyproject.toml."""

import sysconfig
from glob import glob

from setuptools import Extension, setup

# Without a compiler the install still succeeds, and the interpreted engine is used. It is used too
# on a Python without the global lock, for which the compiled one makes no claim to be safe.
native = Extension(
    "chainrule._native",
    sources=sorted(glob("src/chainrule/native/*.c")),
    depends=glob("src/chainrule/native/*.h"),
    # Fused multiply-adds, or reordering, would give other bits than Python's own arithmetic.
    extra_compile_args=["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden"],
    libraries=["m"],
    optional=True,
)
setup(ext_modules=[] if sysconfig.get_config_var("Py_GIL_DISABLED") else [native])
