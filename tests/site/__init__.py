"""Tests of the pages that a reader opens."""
