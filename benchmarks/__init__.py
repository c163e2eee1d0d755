"""What the book promises about speed and weight, measured."""
