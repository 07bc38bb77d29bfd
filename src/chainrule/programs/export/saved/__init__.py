"""Programs in a pickle and in a file: what was recorded, and not the function."""

from .files import load as load, reduce_program as reduce_program, save as save
