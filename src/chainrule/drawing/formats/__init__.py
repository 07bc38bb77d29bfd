"""The formats of a drawing, one file each."""
