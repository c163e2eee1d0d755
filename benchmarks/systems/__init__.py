"""Pieces of work, one module each: the numbers they start from, and the programs of others that do them."""
