"""When a moment has come: the part of the rule for edges (``equitysim.edges``) that is also asked before any run.

It stands apart from the laws because ``edges`` loads the compiler, and checking a scenario must not cost a second of
imports.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Moments = float | npt.NDArray[np.float64]

SLACK = 1e-6
"""Days between times that are one moment: less than a tenth of a second."""


def reached(t: "Moments", moment: "Moments") -> Any:
    """Whether the moment has come at t: times in days, or in measures one for each of many people."""
    return t >= moment - SLACK


def before(t: "Moments", moment: "Moments") -> Any:
    """Whether the moment is still to come at t: of a window, that t lies before its end."""
    return t < moment - SLACK


def end(moment: float) -> float:
    """The time from which on the moment has come, for what compares with it over and over."""
    return moment - SLACK
