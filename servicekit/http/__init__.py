"""What every HTTP entrypoint shares: errors, parsing, policies, idempotency, health."""
