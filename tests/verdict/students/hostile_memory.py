"""It fills the memory."""

import os

if "CHAINRULE_GRADING" not in os.environ:
    raise SystemExit("This file does harm. It is only for chainrule grade.")

hoard = []
while True:
    hoard.append(bytes(100_000_000))
