"""A process as whoever runs it sees it: how it starts and ends, and what it tells of itself."""
