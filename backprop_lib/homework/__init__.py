"""Homework: problems with numbers of their own, points that are fair, and feedback that says where to look."""
