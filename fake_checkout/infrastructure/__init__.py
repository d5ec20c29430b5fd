"""The books in SQL, and the way to the merchants."""
