"""What a demonstration shows."""
