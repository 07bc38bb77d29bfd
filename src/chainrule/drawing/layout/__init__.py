"""The layered layout of a graph."""
