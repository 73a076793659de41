"""Figures of a comparison: what is drawn (``data``) apart from how (``draw``, the only user of matplotlib)."""
