"""Tests of homework: what is handed out and in, marked, and carried to and from the systems where courses live."""
