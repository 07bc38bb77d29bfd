"""What is drawn: a snapshot of a graph, node by node or as a summary, with the marks of a check."""
