"""What is allowed but probably not meant."""

from collections.abc import Iterator
from dataclasses import replace

from equitysim.digits import rounded, tidied
from equitysim.errors import Fault
from equitysim.moments import before, reached
from equitysim.plan import OVERRUN, UNDERUSED, Plan
from equitysim.scenario.document import Node, fault_at, texts_of
from equitysim.scenario.lower import expected_seed_persons, lower
from equitysim.scenario.lower_programs import programs_of
from equitysim.scenario.numbers import OFF, read
from equitysim.scenario.outlook import desk_loads, expected_occasions, referral_ratio
from equitysim.scenario.oversights import oversights, remarks
from equitysim.scenario.parts import Place
from equitysim.scenario.plain import quantity_of
from equitysim.scenario.quantities import days_from
from equitysim.scenario.quantity import Quantity
from equitysim.scenario.schema import Scenario
from equitysim.scenario.uncertain import Uncertainties, uncertainties
from equitysim.scenario.unknown import TO
from equitysim.scenario.validate import annotation_at


def warnings(scenario: Scenario, root: Node) -> tuple[Fault, ...]:
    """All warnings and notes, in file order."""
    found = [fault_at(root, place, message, hint, at_key=True) for place, message, hint in _warnings(scenario)]
    found += doubted(root, uncertainties(scenario))
    found = [replace(fault, severity="warning") for fault in found]
    found += [replace(fault_at(root, place, *said, at_key=True), severity="note") for place, *said in remarks(scenario)]
    return tuple(sorted(found, key=lambda fault: (fault.file, fault.line, fault.column, fault.message)))


def doubted(root: Node, unknown: Uncertainties) -> list[Fault]:
    """Numbers whose point may have been meant to set thousands apart."""
    about = {found.path: found.number.quantity for found in unknown.ranges}
    about |= {found.path: found.number.quantity for found in unknown.draws}
    found = []
    for place, text in texts_of(root):
        if "." not in text:
            continue
        uncertain = place[0] in ("uncertain", "draws") and len(place) > 1
        quantity = about.get(str(place[1])) if uncertain else quantity_of(annotation_at(place))
        if quantity is not None:
            found += [fault_at(root, place, *said) for said in doubts(quantity, text)]
    return found


def doubts(quantity: Quantity, text: str) -> Iterator[tuple[str, str]]:
    """What may have been meant by the numbers of a text, a value or the two ends of a range: message and hint."""
    for part in text.split(TO):
        hint = quantity.doubt(part)
        if hint is not None:
            yield f"{tidied(part)} is read with a decimal point, and may have been meant as thousands", hint


def _warnings(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    yield from _unused(scenario)
    yield from _times(scenario)
    yield from _budgets(scenario)
    yield from _off_centre(scenario)
    plans = {policy: lower(scenario, policy) for policy in scenario.policies}
    yield from _busy_desks(plans)
    baseline = plans[scenario.baseline]
    yield from oversights(scenario, baseline)
    ratio = referral_ratio(baseline).neutral
    if ratio >= 1.0:
        message = f"a neutral customer brings about {rounded(ratio, 2)} others: the population feeds on itself"
        yield ("equity", "referral"), message, "lower referral, or expect the cap on customers"
    people = expected_seed_persons(scenario)
    if people > scenario.limits.customers:
        message = f"about {people:.0f} people are expected, more than limits.customers"
        yield ("limits", "customers"), message, "raise it, or ask for fewer with --customers"
    occasions = expected_occasions(baseline)
    if occasions > scenario.limits.events:
        message = f"about {rounded(occasions, 2)} buying occasions are expected, more than limits.events"
        yield ("limits", "events"), message, "raise it, or ask for fewer people with --customers"


def _unused(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    chosen = {policy: programs_of(scenario, policy) for policy in scenario.policies}
    used = {base for entries in chosen.values() for _, base, _ in entries}
    desks = {program.desk for entries in chosen.values() for _, _, program in entries}
    for name in scenario.programs:
        if name not in used:
            yield ("programs", name), "no policy uses this program", "add it to a policy, or remove it"
    for name in scenario.desks:
        if name not in desks:
            yield ("desks", name), "no policy uses this desk", "name it in a program of a policy, or remove it"
    for name, segment in scenario.segments.items():
        if segment.share == 0.0 and not any(mix.get(name) for mix in _mixes(scenario)):
            yield ("segments", name), "nobody belongs to this segment", "give it a share, or remove it"


def _budgets(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    for name, program in scenario.programs.items():
        if program.budget is not None and program.incentive is not None and program.incentive.value > 0.0:
            message = "counts every incentive at its full value, though only what is redeemed is paid"
            yield ("programs", name, "budget"), message, "compare policies by spend, not by equal budgets"


def _mixes(scenario: Scenario) -> Iterator[dict[str, float]]:
    mixes = [scenario.existing.mix]
    mixes += [cohort.mix for cohort in scenario.cohorts.values()]
    mixes += [channel.mix for channel in scenario.channels.values()]
    return (mix for mix in mixes if mix is not None)


def _times(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    horizon = scenario.horizon
    if before(0.0, horizon) and before(horizon, scenario.ltv_window):
        yield ("ltv_window",), "is longer than the horizon: lifetime value is undefined", "choose a shorter one"
    for name, crisis in scenario.crises.items():
        at = days_from(scenario.start, crisis.at)
        if before(at, 0.0) or reached(at, horizon):
            yield ("crises", name, "at"), "lies outside the horizon and never happens", "choose a time within it"
    for name, rival in scenario.rivals.items():
        if reached(days_from(scenario.start, rival.from_), horizon):
            yield ("rivals", name, "from"), "lies after the horizon and never happens", "choose a time within it"


def _off_centre(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    """The main runs take a number as written, so a range that leaves it out speaks of something else."""
    for found in uncertainties(scenario).ranges:
        low, high = found.span()
        if found.number.text != OFF and not low <= read(found.number.quantity, found.number.text).size <= high:
            message = f"leaves out what the scenario itself says, {found.number.text}"
            yield ("uncertain", found.path), message, "write a range around it, or change it"


def _busy_desks(plans: dict[str, Plan]) -> Iterator[tuple[Place, str, str]]:
    """One warning per desk: overloaded under its busiest policy, or idle under every policy that uses it. Idle hours
    are not warned of where they cost nothing, nor where work comes that cannot be estimated."""
    busiest: dict[str, tuple[float, str]] = {}
    unsure = set()
    for policy, plan in plans.items():
        for load in desk_loads(plan):
            busiest[load.desk] = max(busiest.get(load.desk, (0.0, policy)), (load.utilisation, policy))
            if load.weekly_cost == 0.0 or not load.complete:
                unsure.add(load.desk)
    for desk, (utilisation, policy) in busiest.items():
        if utilisation > OVERRUN:
            message = f"expected work is {rounded(utilisation * 100)} % of the hours under '{policy}'"
            many = "most" if utilisation > 1.5 else "many"
            yield ("desks", desk), message, f"{many} will wait in vain; add hours or agents"
        elif 0.0 < utilisation < UNDERUSED and desk not in unsure:
            message = (
                f"busy about {rounded(utilisation * 100, 2)} % of its paid hours under '{policy}', its busiest policy"
            )
            yield ("desks", desk), message, "the hours are paid all the same; fewer would do"
