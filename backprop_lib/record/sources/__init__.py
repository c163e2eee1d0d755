"""What each source prints: a module for each document, and in it a table of rows, each with what works it out."""
