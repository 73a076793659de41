"""What must fit together across sections of a scenario (model §4 to §8)."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pydantic import ValidationError

from equitysim.digits import rounded
from equitysim.plan import CurveParameters
from equitysim.scenario.audience import EQUITY_STAGES
from equitysim.scenario.lower_account import chance_at, chance_curve, occasion_rate
from equitysim.scenario.margins import misfit
from equitysim.scenario.parts import Place
from equitysim.scenario.people import segment_faults
from equitysim.scenario.policies import Use, merged
from equitysim.scenario.programs import Program
from equitysim.scenario.quantities import LONGEST, MOST_OCCASIONS, days_from
from equitysim.scenario.schema import Scenario
from equitysim.scenario.uncertain import uncertainties
from equitysim.units import Margin

_RELATIONSHIP: Place = ("relationship",)


class RuleFault(NamedTuple):
    """Two parts that do not fit: where to complain (``at_key``: of the key itself), and all that was read to find
    out."""

    place: Place
    message: str
    hint: str
    reads: tuple[Place, ...]
    at_key: bool = False


Rule = Callable[[Scenario], Iterator[RuleFault]]


def contract_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """Keys that only a contract has, or that a contract excludes (model §4)."""
    needs = "needs relationship: contractual"
    reads = (_RELATIONSHIP,)
    defection: Place = ("equity", "defection")
    if scenario.contractual:
        if not scenario.equity.first_purchase_at_risk:
            place = ("equity", "first_purchase_at_risk")
            yield RuleFault(place, "is always true under contract", "leave it out", (*reads, place))
        return
    if scenario.period is not None:
        yield RuleFault(("period",), needs, "leave it out, or change relationship", (*reads, ("period",)))
    if scenario.failure.per_year:
        per_year = ("failure", "per_year")
        yield RuleFault(per_year, needs, "write failures per_order", (*reads, per_year))
    if scenario.equity.defection.per == "renewal":
        yield RuleFault(defection, f"per renewal {needs}", "write per purchase or per year", (*reads, defection))
    for stated, program in _all_programs(scenario):
        if program.when.event == "cancellation":
            hint = "without a contract nobody cancels; use silence"
            yield RuleFault((*stated, "when"), f"cancellation {needs}", hint, (*reads, (*stated, "when")))


def survey_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """A firm knows equity only through a survey (model §5)."""
    if scenario.survey is not None:
        return
    reads: tuple[Place, ...] = (("survey",),)
    hint = "add survey: {noise: 10}"
    for place, program in _all_programs(scenario):
        audience = program.audience
        if audience.surveyed_equity is not None:
            here: Place = (*place, "audience", "surveyed_equity")
            yield RuleFault(here, "needs a survey", hint, (*reads, here))
        for stage in sorted(EQUITY_STAGES.intersection(audience.stages or ())):
            message = f"the stage {stage} depends on equity and needs a survey"
            here = (*place, "audience", "stages")
            yield RuleFault(here, message, hint, (*reads, here))
        if program.when.stage in EQUITY_STAGES:
            message = f"the stage {program.when.stage} depends on equity and needs a survey"
            here = (*place, "when", "stage")
            yield RuleFault(here, message, hint, (*reads, here))


def variant_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """A changed program must make sense as a whole (model §6)."""
    for policy, entries in scenario.policies.items():
        for index, entry in enumerate(entries):
            if not isinstance(entry, Use) or entry.use not in scenario.programs:
                continue
            place: Place = ("policies", policy, index)
            reads: tuple[Place, ...] = (place, ("programs", entry.use))
            try:
                merged(scenario.programs[entry.use], entry)
            except ValidationError as error:
                for detail in error.errors(include_url=False):
                    context = detail["ctx"]
                    # A key that the base states is told at the variant that makes it senseless.
                    stated = detail["loc"][:1] and detail["loc"][0] in entry.model_fields_set
                    message = context["message"] if stated else f"{detail['loc'][0]} {context['message']}"
                    yield RuleFault((*place, *detail["loc"]), message, context["hint"], reads)


def rate_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """A rate of orders says nothing about occasions if a neutral customer never chooses us (model §4)."""
    choice = chance_curve(scenario.equity.choice)
    if chance_at(choice, 0.0) > 0.0:
        yield from _too_often(scenario, choice)
        return
    for name, segment in scenario.segments.items():
        if segment.occasions.of == "orders":
            message = "a rate of orders needs a choice above 0 % at 0"
            reads: tuple[Place, ...] = (("equity", "choice"),)
            yield RuleFault(("segments", name, "occasions", "of"), message, "write of: occasions", reads)


def _too_often(scenario: Scenario, choice: CurveParameters) -> Iterator[RuleFault]:
    """However a rate is written: as a mean, a gamma distribution, of orders, or scaled (model §4)."""
    neutral = chance_at(choice, 0.0)
    for name, segment in scenario.segments.items():
        rate, _ = occasion_rate(segment.occasions, neutral)
        if rate > MOST_OCCASIONS:
            place: Place = ("segments", name, "occasions")
            message = f"makes {rounded(rate)} buying occasions per customer and day"
            yield RuleFault(
                place, message, f"must be at most {rounded(MOST_OCCASIONS)} per day", (("equity", "choice"), place)
            )


def date_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """What is simulated begins a century before the start at most, with a cohort as with a history (model §8)."""
    for name, cohort in scenario.cohorts.items():
        if days_from(scenario.start, cohort.start) < -LONGEST:
            place: Place = ("cohorts", name, "start")
            message = "is more than 100 years before the start"
            yield RuleFault(place, message, "start later, or let the cohort start later", (("start",), place))


def rival_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """A campaign ends after it begins (model §8)."""
    for name, rival in scenario.rivals.items():
        if rival.until is not None:
            begins, ends = days_from(scenario.start, rival.from_), days_from(scenario.start, rival.until)
            if ends <= begins:
                reads: tuple[Place, ...] = (("start",), ("rivals", name, "from"))
                yield RuleFault(("rivals", name, "until"), "is not after from", "swap them", reads)


def margin_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """A difference is of the kind of its measure: a share of a share, money of money (model §9)."""
    stated: list[tuple[Place, Margin, str]] = [
        (("compare", "matters"), scenario.compare.matters, scenario.compare.measure)
    ]
    stated += [
        (("claims", k, "by"), claim.by, claim.measure or scenario.compare.measure)
        for k, claim in enumerate(scenario.claims)
    ]
    for place, margin, measure in stated:
        found = misfit(margin, measure)
        if found:
            yield RuleFault(place, *found, (place, ("compare", "measure")))


def share_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """Each of several segments has a share, and together they make everybody (model §4)."""
    reads: tuple[Place, ...] = tuple(("segments", name, "share") for name in scenario.segments)
    for place, message, hint in segment_faults(scenario.segments):
        yield RuleFault(("segments", *place), message, hint, reads)


def unknown_faults(scenario: Scenario) -> Iterator[RuleFault]:
    """What is said not to be known are numbers that the scenario has, within what they may be."""
    for place, message, hint, at_key, about in uncertainties(scenario).faults:
        # A name below a section is broken as a whole if its own key is missing.
        yield RuleFault(place, message, hint, (about[:2], place), at_key)


RULES: tuple[Rule, ...] = (
    share_faults,
    contract_faults,
    survey_faults,
    variant_faults,
    rate_faults,
    date_faults,
    rival_faults,
    margin_faults,
    unknown_faults,
)


def _all_programs(scenario: Scenario) -> Iterator[tuple[Place, Program]]:
    """All programs and changed programs that make sense, with the place of what states them."""
    for name, program in scenario.programs.items():
        yield ("programs", name), program
    for policy, entries in scenario.policies.items():
        for index, entry in enumerate(entries):
            if (
                isinstance(entry, Use)
                and entry.model_fields_set & {"when", "audience"}
                and entry.use in scenario.programs
            ):
                try:
                    yield ("policies", policy, index), merged(scenario.programs[entry.use], entry)
                except ValidationError:
                    # Reported by variant_faults, with its reasons.
                    continue
