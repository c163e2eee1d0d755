"""What an author writes: its prose, its placeholders, and numbers that should not be typed."""
