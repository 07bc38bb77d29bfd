"""A snapshot and its layout, turned into shapes with a position, a size and a role."""
