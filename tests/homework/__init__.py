"""Homework: what is handed out, what is handed in, and what may go wrong with it."""
