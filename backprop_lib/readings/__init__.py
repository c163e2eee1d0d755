"""What a graph can be read as: numbers, symbols, derivations, drawings, programs."""
