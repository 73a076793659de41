"""Numbers in words, for figures and whoever writes beside them: ``measures.words`` under the name used up here."""

from equitysim.measures.words import (
    COUNTS,
    UNDEFINED,
    chance,
    duration,
    interval,
    percent,
    share,
    unit_heading,
    value,
)

__all__ = ["COUNTS", "UNDEFINED", "chance", "duration", "interval", "percent", "share", "unit_heading", "value"]
