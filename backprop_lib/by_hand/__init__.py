"""Networks on paper: the calculation, problems from a seed, the mistakes that are made in them."""
