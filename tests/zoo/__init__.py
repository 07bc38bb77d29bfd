"""Engines as people write them: right ones in many styles, and the same with one mistake each."""
