"""Drawings of what the demonstration sells."""
