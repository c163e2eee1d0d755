"""What a gradient is held against: finite differences, algebra line by line, what it costs."""
