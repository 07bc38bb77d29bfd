"""One question a file; `make bench` asks them all. Every figure is a median of interleaved rounds
in one run."""
