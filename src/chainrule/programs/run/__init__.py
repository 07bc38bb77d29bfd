"""Replaying a recording: machines, paths through the guards, and rows."""
