"""Plumbing that the services share. It knows no service and holds no business word."""
