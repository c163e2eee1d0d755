"""What is computed once and kept: chapters, experiments, what witnesses say; and whether it agrees."""
