"""The rule of ``equitysim.edges`` for what is asked before any run, without loading the compiler.

Checking a scenario must not cost a second of imports. tests/unit/test_edges.py holds the two together.
"""

SLACK = 1e-6
"""Days between times that are one moment, as ``edges.SLACK``."""


def reached(t: float, moment: float) -> bool:
    """Whether the moment has come at t."""
    return t >= moment - SLACK


def before(t: float, moment: float) -> bool:
    """Whether the moment is still to come at t."""
    return t < moment - SLACK


def end(moment: float) -> float:
    """The time from which on the moment has come."""
    return moment - SLACK
