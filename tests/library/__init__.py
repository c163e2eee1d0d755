"""Tests of the library: what it computes, what it refuses, what its explorables say."""
