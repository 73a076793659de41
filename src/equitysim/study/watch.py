"""Who is told how the work goes."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from equitysim.arguments import instance, refused
from equitysim.errors import Fault

Progress = Callable[[int, int], None]
"""Called after each run with how many of how many are done."""

Said = Callable[[str], None]
"""Called with a sentence."""


class Watch(NamedTuple):
    """Functions that are called while something runs, in the process that asked for it; by default they do nothing.

    ``stage``: a stage of the work begins, by its name: ``run``, ``compare``, ``other horizons``, ``assumptions``,
    ``worlds``, ``values``, ``sweep``, ``search`` or ``finalists``. ``progress``: how many of how many of its runs are
    done (of ``values`` and ``search``: values and trials). ``said``: a sentence on what is waited for or was found.
    Of studies only: ``warned``, the warnings and notes on the study's files; ``foreseen``, what is going to be run
    (``study.sweeps.coordinate.Foresight``, which knows this module and not the other way round);
    ``expected``, the seconds of computing that are left, on how many workers, and by what they are estimated.
    """

    stage: Callable[[str], None] = lambda name: None
    progress: Progress = lambda done, total: None
    said: Said = lambda text: None
    warned: Callable[[Sequence[Fault]], None] = lambda faults: None
    foreseen: Callable[[Any], None] = lambda foresight: None
    expected: Callable[[float, int, str], None] = lambda seconds, workers, basis: None


NO_WATCH = Watch()
"""Does nothing."""


def checked_watch(watch: Watch) -> Watch:
    """The argument ``watch``. Raises ``errors.UsageError`` for anything but a :class:`Watch` of functions."""
    right = "an es.Watch, such as es.Watch(progress=lambda done, total: print(done, total))"
    for name, told in zip(Watch._fields, instance("watch", watch, Watch, right), strict=True):
        if not callable(told):
            raise refused(f"{name} of watch", "a function", told)
    return watch
