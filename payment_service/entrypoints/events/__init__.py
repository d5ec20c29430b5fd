"""The door for events of other services."""
