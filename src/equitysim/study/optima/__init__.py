"""Choosing levers: what there is to choose, a search among it, and the runs that tell how good a choice is."""
