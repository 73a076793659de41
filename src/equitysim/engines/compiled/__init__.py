"""The fast engine: the same laws and transitions, compiled, on the schedule that needs no global queue."""
