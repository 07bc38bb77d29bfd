"""Where a graph goes wrong: the first nan, infinity or blocked gradient."""

from .diagnosis import diagnose as diagnose
