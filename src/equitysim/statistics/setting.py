"""What is said of the values of a varied key: the values, who leads at each, and where that changes."""

from typing import NamedTuple

from equitysim.statistics.intervals import Estimate, Outcome


class Setting(NamedTuple):
    """One value of the varied key: as it was written, and as a number where all of them are numbers of one unit (else
    NaN)."""

    setting: str
    number: float


class Lead(NamedTuple):
    """Who has the best mean of the decision measure, by how much before the next, and whether that is clear.

    ``ahead``: paired estimate, positive in the direction that is better; NaN if there is no ``next``. ``outcome``:
    ``holds`` if the lead is clear, ``no_material_difference`` if the two are tied, else ``undecided``.
    """

    policy: str
    next: str | None
    ahead: Estimate
    outcome: Outcome


class Change(NamedTuple):
    """Between two neighbouring values of a number the best policy changes from ``before`` to ``after``.

    ``clear``: at ``low`` the one is clearly ahead of the other, at ``high`` the other way round. Where exactly between
    the two it changes was not asked.
    """

    low: Setting
    high: Setting
    before: str
    after: str
    clear: bool
