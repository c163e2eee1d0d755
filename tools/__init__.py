"""The commands that make the book from its text: `python -m tools.NAME`."""
