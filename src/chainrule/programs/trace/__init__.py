"""Recording: a tape, the tracers that write on it, and the structure of arguments."""
