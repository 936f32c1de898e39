"""The Evaluate page: how good a model is on cases that it has not seen, and whether another is better."""
