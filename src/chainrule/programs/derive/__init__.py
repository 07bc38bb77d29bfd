"""Derivatives of a recording, recorded on the same tape."""
