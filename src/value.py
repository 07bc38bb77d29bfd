"""The notebook's module name: `from value import Value, draw_dot`."""

from chainrule import Value as Value, draw_dot as draw_dot, trace as trace
