"""The doors: HTTP, events, the loops that speak with the provider, and commands."""
