"""Training: a model, rows of data, and the loop between them."""
