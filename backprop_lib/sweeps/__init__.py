"""One function over a grid of settings and many seeds, and the table of results that comes of it."""
