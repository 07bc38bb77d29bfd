"""Graphs of Values: traversal, labels and scopes, debugging, evaluation, passes and saved files."""

from .debugging import debug as debug, made_at as made_at
from .evaluation import evaluate as evaluate, refresh as refresh
from .labels import label_all as label_all, parameter as parameter, scope as scope
from .traversal import leaves as leaves, trace as trace, zero_grad as zero_grad
