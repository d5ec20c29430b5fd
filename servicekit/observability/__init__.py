"""Logs, and the ids that tie them together."""
