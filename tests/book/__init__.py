"""Tests of how the book is made: text, chapters, packages, measurements."""
