"""The doors: HTTP, events, commands. They parse, call one use case and answer."""
