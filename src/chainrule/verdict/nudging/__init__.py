"""Slopes and nudges: what happens when an input moves a little."""

from .nudge import Nudge as Nudge, Nudges as Nudges, nudge as nudge
