"""The books, mapped by hand, both ways side by side."""
