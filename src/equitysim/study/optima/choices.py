"""What there is to choose: a policy, and the values of the levers that it uses."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from equitysim.plan import WHOLE, Plan
from equitysim.scenario.lower import lower, sample_of
from equitysim.study.sweeps.factors import Factor, Levels, Scale
from equitysim.study.sweeps.points import Values
from equitysim.study.sweeps.study import Aim, Study, scenario_at

MOST_STEPS = 100
"""Into so many steps a range is divided at most: settings are for people, and two that lie closer seldom differ.
Judgement."""


class Choice(NamedTuple):
    """The values that one lever may take. ``ordered``: neighbours are alike, as in a range; else they are a list."""

    path: str
    texts: tuple[str, ...]
    ordered: bool


class Chosen(NamedTuple):
    """A policy with a value for every lever; those it does not use have the scenario's own."""

    policy: str
    levers: Values


class Space(NamedTuple):
    """Everything there is to choose. ``uses``: policy → the places of the levers it uses. ``own``: the scenario's own
    values of the levers."""

    choices: tuple[Choice, ...]
    uses: Mapping[str, tuple[int, ...]]
    own: Values

    def as_it_is(self, policy: str) -> Chosen:
        """A policy as the scenario has it."""
        return Chosen(policy, self.own)

    def put(self, policy: str, values: Mapping[int, str]) -> Chosen:
        """A policy with these values of levers it uses."""
        return Chosen(policy, tuple(values.get(place, own) for place, own in enumerate(self.own)))

    def without_idle(self, policy: str, levers: Values) -> Values:
        """The same values but for levers that a policy does not use."""
        used = self.uses[policy]
        return tuple(text if place in used else self.own[place] for place, text in enumerate(levers))


def levers_of(study: Study) -> tuple[Factor, ...]:
    """The factors that the firm decides."""
    return tuple(factor for factor in study.factors if factor.role == "lever")


def space_of(study: Study, aim: Aim) -> Space:
    """What a study leaves to choose."""
    choices = tuple(choice_of(factor) for factor in levers_of(study))
    own = tuple(text for factor, text in zip(study.factors, aim.own, strict=True) if factor.role == "lever")
    return Space(choices, _uses(study, aim, choices), own)


def choice_of(factor: Factor) -> Choice:
    """The values of a lever. Raises TypeError for one that is drawn rather than chosen; reading has refused those."""
    spread = factor.spread
    if isinstance(spread, Levels):
        return Choice(factor.path, spread.texts, False)
    if spread is None:
        raise TypeError(f"{factor.path} has no values")
    return Choice(factor.path, steps(spread.scale), True)


def steps(scale: Scale) -> tuple[str, ...]:
    """A range in round steps of 1, 2 or 5, both ends among them; whole numbers where only those are values."""
    low, high = scale.low, scale.high
    step = _round_up((high - low) / MOST_STEPS)
    if scale.whole:
        step = max(1.0, step)
    first, last = math.floor(low / step) + 1, math.ceil(high / step) - 1
    between = (step * k for k in range(first, last + 1))
    inside = [size for size in between if low < size < high]
    return tuple(dict.fromkeys(scale.text(size) for size in (low, *inside, high)))


def _round_up(size: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    exponent = math.floor(math.log10(size))
    sizes = (float(f"{digit}e{exponent + up}") for up in (0, 1) for digit in (1, 2, 5))
    return next(one for one in sizes if one >= size * (1.0 - 1e-9))


def values_at(study: Study, levers: Values, uncertainties: Values) -> Values:
    """The values of all factors in their order."""
    sources = {"lever": iter(levers), "uncertainty": iter(uncertainties)}
    return tuple(next(sources[factor.role]) for factor in study.factors)


def _uses(study: Study, aim: Aim, choices: Sequence[Choice]) -> dict[str, tuple[int, ...]]:
    """Policy → places of the levers whose values change its plan, wherever the other levers stand.

    Found by trying: the first, middle and last value of a range and every value of a list, with the others as they
    are, all at their first and all at their last values. A lever that is taken for idle stays at the scenario's own
    value, so a miss would narrow the search; it could make no result wrong.
    """
    uncertain = tuple(text for factor, text in zip(study.factors, aim.own, strict=True) if factor.role != "lever")
    own = tuple(text for factor, text in zip(study.factors, aim.own, strict=True) if factor.role == "lever")
    used: dict[str, set[int]] = {policy: set() for policy in study.policies}
    for base in dict.fromkeys((own, tuple(c.texts[0] for c in choices), tuple(c.texts[-1] for c in choices))):
        reference = plan_texts(study, values_at(study, base, uncertain), study.policies)
        for place, choice in enumerate(choices):
            for text in _tried(choice):
                levers = (*base[:place], text, *base[place + 1 :])
                plans = plan_texts(study, values_at(study, levers, uncertain), study.policies)
                for policy in study.policies:
                    if reference and plans and plans[policy] != reference[policy]:
                        used[policy].add(place)
    return {policy: tuple(sorted(places)) for policy, places in used.items()}


def _tried(choice: Choice) -> Iterator[str]:
    if not choice.ordered:
        yield from choice.texts
    else:
        yield from dict.fromkeys((choice.texts[0], choice.texts[len(choice.texts) // 2], choice.texts[-1]))


def plan_texts(study: Study, values: Values, policies: Sequence[str]) -> dict[str, str]:
    """Policy → its plan at a point as a text: equal texts, equal runs. Empty where the scenario is invalid there."""
    scenario, _ = scenario_at(study.root, study.factors, values)
    if scenario is None:
        return {}
    sample = sample_of(scenario, study.customers)
    return {policy: said(lower(scenario, policy, customers=sample)) for policy in policies}


def said(plan: Plan) -> str:
    """A plan as a text, without desks that none of its programs asks and nobody pays: equal texts, equal results."""
    asked = {program.desk for program in plan.parameters.programs}
    desks = tuple(desk for place, desk in enumerate(plan.desks) if desk.used or place in asked)
    return repr(plan._replace(desks=desks, sample=WHOLE))
