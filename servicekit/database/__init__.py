"""Connections, transactions, migrations: everything between a use case and its database."""
