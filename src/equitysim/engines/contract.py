"""What every engine promises: the same Plan, seed and replication give the same Result, byte for byte."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from equitysim.codes import Ranking, Trigger
from equitysim.edges import at_review, first_round
from equitysim.errors import CapError
from equitysim.plan import WEEK, Plan, Program, Source
from equitysim.result import EVERYONE, Result
from equitysim.rules.laws import MOST_MICRO

__all__ = ["EVERYONE", "Engine", "cohort_times", "rankings_read", "spent_so_far"]


class Engine(Protocol):
    """Runs one replication of one plan."""

    def __call__(self, plan: Plan, seed: int, replication: int, *, log: int | None = None) -> Result:
        """Simulate.

        ``log``: None for no event log, EVERYONE for all of it, or the identity of one customer. Raises
        ``errors.CapError`` if the run would exceed the plan's caps on customers or events.
        """
        ...


def cohort_times(source: Source) -> npt.NDArray[np.float64]:
    """When the people of a cohort enter, by number: ``Source.entry`` of each of them."""
    weeks = [week + (np.arange(here) + 0.5) / here for week, here in enumerate(source.weeks) if here]
    times: npt.NDArray[np.float64] = source.begins + WEEK * np.concatenate([np.zeros(0), *weeks])
    return times


def rankings_read(plan: Plan, t: float) -> set[int]:
    """The rankings (``codes.Ranking``) that somebody may read after the review at t and before the next one.

    Ranking everybody is dear, and a calendar program reads a ranking only at its rounds. Engines rank by these and
    leave other ranks as they were.
    """
    p = plan.parameters
    read = {desk.best_by for desk in plan.desks} | {
        program.best_by
        for program in p.programs
        if program.trigger != Trigger.EVERY or program.delay > 0.0 or _has_round(program, t, p.review)
    }
    return read - {int(Ranking.NONE)}


def _has_round(program: Program, t: float, review: float) -> bool:
    """Whether a calendar program acts from the review at t to the next, which is a moment more than between."""
    return at_review(first_round(t, program.every) * program.every, review) <= t + review  # no edge


def spent_so_far(micros: Iterable[int]) -> float:
    """Money spent over all segments, from its millionths (``Counter.SPENT_MICRO``): the nearest double.

    Raises ``errors.CapError`` where a segment's count has reached its end and says nothing any more.
    """
    counted = list(micros)
    if any(count >= MOST_MICRO for count in counted):
        raise CapError(
            f"a segment has been spent more on than can be counted to the millionth ({MOST_MICRO / 1e6:.0f}): "
            "state the scenario's money in a larger unit, such as thousands"
        )
    return sum(counted) / 1_000_000  # integers: the division rounds once
