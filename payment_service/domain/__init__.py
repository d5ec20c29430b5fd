"""What a charge is and may do: pure Python, the standard library alone."""
