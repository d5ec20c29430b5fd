"""The documents of the API and of the events, generated from what the code declares."""
