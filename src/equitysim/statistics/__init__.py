"""What can be said about differences between policies, and how surely; knows replications, no customers."""
