"""Designed experiments: study files, the points of a design, and the store that a sweep fills."""
