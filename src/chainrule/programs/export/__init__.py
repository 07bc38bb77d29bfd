"""A recording as a listing, as C, as a saved file and as a graph."""
