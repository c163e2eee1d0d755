"""What a graph can be read as: numbers, symbols, programs. No reading imports another."""
