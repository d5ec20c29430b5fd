"""What the restaurant does: one verb a file."""
