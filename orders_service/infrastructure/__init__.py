"""Adapters: the database, secrets, chance."""
