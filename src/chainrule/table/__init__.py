"""The table of derivatives, its formulas, and what is generated from it."""
