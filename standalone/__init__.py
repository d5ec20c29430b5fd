"""The three applications in one process: SQLite, and a bus inside the process. This is what ./run starts."""
