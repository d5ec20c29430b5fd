"""Checks the books of the three parties against each other, from outside.

It shares no code with the services: what it knows of their tables is written down here once more, so that one
bug cannot hide in both. It only reads.
"""
