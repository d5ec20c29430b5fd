"""Outbox, relay, inbox and the ways between them."""
