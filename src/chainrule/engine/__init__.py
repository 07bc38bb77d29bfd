"""micrograd's module name: `from chainrule.engine import Value`."""

from .twin import Value as Value
