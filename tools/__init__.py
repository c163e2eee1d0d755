"""The commands that make the book from its text: `python -m tools.site`, and `python -m tools.ROOM.NAME` for others."""
