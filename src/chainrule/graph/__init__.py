"""Graphs of Values: traversal, scopes and labels, debugging, evaluation, copies and saved files."""
