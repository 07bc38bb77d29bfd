"""Slopes and nudges: what happens when an input moves a little."""
