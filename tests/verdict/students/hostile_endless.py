"""It never ends."""

import os

if "CHAINRULE_GRADING" not in os.environ:
    raise SystemExit("This file does harm. It is only for chainrule grade.")

while True:
    pass
