"""Differences of a measure as a scenario states them, in the measure's own unit."""

from equitysim.measures.registry import MEASURES, MONEY, PER_PERSON, RATIO
from equitysim.scenario.lower import expected_seed_persons
from equitysim.scenario.schema import Scenario
from equitysim.units import Margin, write_number, write_share

SHARE = "share"


def size_of(margin: Margin, measure: str, scenario: Scenario) -> float:
    """The difference in the unit of the measure: a total of a measure per person is divided by everybody who is
    expected to enter other than by referral, and the other way round."""
    unit = MEASURES[measure].unit
    if margin.of == "all" and unit == PER_PERSON:
        people = expected_seed_persons(scenario)
        return margin.size / people if people > 0.0 else 0.0
    if margin.of == "person" and unit == MONEY:
        return margin.size * expected_seed_persons(scenario)
    return margin.size


def misfit(margin: Margin, measure: str) -> tuple[str, str] | None:
    """Message and hint where a difference is not of the kind of its measure; None where it is."""
    unit, text = MEASURES[measure].unit, write_number(margin.size)
    if unit == SHARE and margin.of == SHARE:
        return None
    if unit == SHARE and margin.of:
        return f"{measure} is a share, not money", f"write {write_share(0.01)}, such as one point in a hundred"
    if unit == SHARE and abs(margin.size) > 1:
        return f"{text} is more than all of a share, which {measure} is", f"write {text} %"
    if margin.of == SHARE and unit not in (SHARE, RATIO):
        counted = unit.replace("{currency}", "money")
        return f"is a share, and {measure} is counted in {counted}", "write a number in that unit, such as 0.5"
    if margin.of in ("all", "person") and unit not in (PER_PERSON, MONEY):
        return f"{measure} is no money, which alone is per person or in all", f"write {text}"
    return None
