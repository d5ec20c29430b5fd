"""The files that deploy Comanda, read as what they mean, and what must be true of them."""
