"""What a study lets a firm decide: which levers ``optimise`` can choose, and what one of them moves alone."""

from collections.abc import Iterator

from equitysim.scenario.oversights import BY_VALUE
from equitysim.scenario.parts import Place
from equitysim.scenario.schema import Scenario
from equitysim.study.sweeps.factors import Levels, Range, Spread

FREE = ("gain", "restore", "relevance", "match")
"""What a program does, as far as no cost depends on it."""

Said = tuple[str, str]
"""A message and a hint."""


def free_part(place: Place) -> str | None:
    """Which of :data:`FREE` a parameter is, or is part of."""
    if place[0] not in ("programs", "policies"):
        return None
    return next((str(part) for part in place[2:] if part in FREE), None)


def lever_doubts(place: Place, scenario: Scenario | None) -> Iterator[Said]:
    """What a lever moves alone: what a program does without what it costs, or the other way round."""
    part = free_part(place)
    if part is not None:
        message = f"no cost depends on {part}, so more of it is always better"
        yield message, "read it as what more would be worth, or vary what it costs as well"
    if place[-2:] == ("incentive", "value"):
        yield "changes what it costs and nothing of what it does", "vary the program's pull as well"
    if place[0] == "programs" and place[-2:] == ("reward", "value") and scenario is not None:
        program = scenario.programs[str(place[1])]
        if not program.follows_worth:
            yield "changes what it costs and nothing of what it does", BY_VALUE


def lever_faults(place: Place, spread: Spread | None, *, may_be_free: bool) -> Iterator[Said]:
    """Why ``optimise`` cannot choose a lever. ``may_be_free``: the study says why some cost nothing."""
    if not isinstance(spread, Range | Levels):
        said = "comes from a file of points" if spread is None else "is a distribution"
        hint = "write 5 to 20 or [5, 10, 20]: a lever is chosen, not drawn"
        yield f"{said}, which optimise cannot choose from", hint
    part = free_part(place)
    if part is not None and not may_be_free:
        hint = "vary what it costs: state gain or restore at two values of the reward and vary reward.value; or write "
        yield (
            f"no cost depends on {part}, so optimise would only buy more of what is free",
            f"{hint}optimise: {{free: yes, because …}}",
        )
