"""What the runs of a study say: its store, read and analysed."""

import warnings
from collections.abc import Sequence

from equitysim.arguments import File, instance, nearest, path, texts
from equitysim.errors import MixedWarning, UsageError
from equitysim.scenario.words import quoted
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.assemble import analysed
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.study.analysis.stored import Stored, stored


def analyse(store: File, *, measure: str | None = None, over: tuple[str, str] | None = None) -> Analysis:
    """Analyse the runs that a store has.

    ``store``: a ``study.sqlite``, or the folder it lies in; the study file is not needed, a sweep may be going on, and
    nothing is written. ``measure``: any that every policy has, by default the scenario's decision measure. ``over``:
    the two varied parameters of the map, by default those that decide most. Raises ``errors.UsageError`` where there
    is no store, measure or parameter of this name, and ``errors.EquitySimError`` for a store that is damaged or has
    too few runs. Warns (``errors.MixedWarning``) of runs that were computed by different source files.
    """
    if over is not None:
        texts("over", over, "paths of varied parameters")
    kept = stored(path("store", store), None if measure is None else instance("measure", measure, str, "a name"))
    if kept.mixed:
        warnings.warn(kept.mixed, MixedWarning, stacklevel=2)
    return analysed(kept.responses, None if over is None else pair(kept.responses, over))


def pair(responses: Responses, over: Sequence[str]) -> tuple[str, str]:
    """The two parameters of a map. Raises ``errors.UsageError`` unless they are two that were varied."""
    paths = [factor.path for factor in responses.factors]
    for name in over:
        if name not in paths:
            near = nearest(name, paths)
            hint = f"did you mean '{near}'?" if near else f"the study varies {', '.join(paths)}"
            raise UsageError(f"the study does not vary {quoted(name)}; {hint}")
    if len(over) != 2 or over[0] == over[1]:
        raise UsageError("a map is over two parameters: name --over twice, each with another one")
    return over[0], over[1]


__all__ = ["Stored", "analyse", "pair", "stored"]
