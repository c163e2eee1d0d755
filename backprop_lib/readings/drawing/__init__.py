"""How a graph is drawn: where its boxes stand, what is written in them, and the picture with its words."""
