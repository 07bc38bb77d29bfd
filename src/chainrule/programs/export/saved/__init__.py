"""Programs in a pickle and in a file: what was recorded, without the function."""
