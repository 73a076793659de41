"""Numbers in words, for figures and whoever writes beside them: ``measures.words`` under the name used up here."""

from equitysim.measures.words import COUNTS, UNDEFINED, duration, interval, percent, unit_heading, value

__all__ = ["COUNTS", "UNDEFINED", "duration", "interval", "percent", "unit_heading", "value"]
