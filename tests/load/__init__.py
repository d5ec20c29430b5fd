"""Books of any size, to measure what reads them."""
