"""A recording as C: value and gradient, for one point and for rows."""

from .source import to_c as to_c
