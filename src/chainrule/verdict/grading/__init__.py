"""Grading files that define a class like micrograd's Value: each in a process of its own."""
