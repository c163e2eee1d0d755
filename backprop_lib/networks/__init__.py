"""Networks: unit by unit or in layers, their training, their matrix form, their drawing, the data they learn from."""
