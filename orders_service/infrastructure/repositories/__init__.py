"""Rows into entities and back, by hand."""
