"""Homework: a problem with numbers of its own for every student, and marks that name the mistake.

`python -m backprop_lib.homework` does from a class list what an instructor needs; *Teach with it* is its guide.
"""
