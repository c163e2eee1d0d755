"""What a reader can take along."""
