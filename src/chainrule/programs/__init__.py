"""Programs: ordinary Python functions, recorded once and replayed without Python."""

from .compiling import compile as compile
from .custom import (
    custom_jvp as custom_jvp,
    custom_vjp as custom_vjp,
    stop_gradient as stop_gradient,
)
from .outside import external as external
from .program import Program as Program
from .trace.containers import (
    register_pytree_node as register_pytree_node,
    register_pytree_node_class as register_pytree_node_class,
)
from .trace.taking import take as take
from .transforms import (
    grad as grad,
    hessian as hessian,
    hvp as hvp,
    jacfwd as jacfwd,
    jacobian as jacobian,
    jacrev as jacrev,
    jvp as jvp,
    value_and_grad as value_and_grad,
    vjp as vjp,
)
