"""The page of an analysis: where each policy is best, what matters, how sure that is."""

from equitysim.report.analysis.compose import page_of

__all__ = ["page_of"]
