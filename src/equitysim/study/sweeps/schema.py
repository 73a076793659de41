"""What a study file says: which scenario, what is varied, by which design, how often."""

import re
from typing import Any

from pydantic import field_validator, model_validator

from equitysim.scenario.parts import Model, Problem, key, problems
from equitysim.scenario.quantities import Cost, Finalists, Format, Replications, Seed, SomeCount, Text, Trials
from equitysim.study.runs import DEFAULT_REPLICATIONS, DEFAULT_SEED

REASONED = re.compile(r"\s*yes,?\s+because\s+\S", re.IGNORECASE)


class DesignFile(Model):
    """Which points of the space of factors are simulated: exactly one of these."""

    grid: SomeCount | None = key(
        None,
        meaning="Every combination; ranges get so many levels, lists keep their own.",
        effect="5 levels of 3 ranges are 125 points.",
    )
    latin_hypercube: SomeCount | None = key(
        None,
        meaning="So many points, each factor cut into as many slices with one point in each.",
        effect="Covers every factor evenly; another number of points is another design.",
        source="McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755.",
    )
    sobol: SomeCount | None = key(
        None,
        meaning="So many points of a scrambled Sobol sequence, a power of two.",
        effect="Covers the whole space evenly; twice as many points keep the first half.",
        source="Sobol' 1967, doi:10.1016/0041-5553(67)90144-9; scrambled as Owen 1998.",
    )
    saltelli: SomeCount | None = key(
        None,
        meaning="The points that Sobol indices need: for N (a power of two) and d factors, N × (d + 2).",
        effect="Tells how much of the variance each factor makes, alone and with others.",
        source="Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018.",
    )
    morris: SomeCount | None = key(
        None,
        meaning="So many trajectories that move one factor after the other: for N and d factors, N × (d + 1) points.",
        effect="Tells cheaply which of many factors matter at all.",
        source="Morris 1991, doi:10.1080/00401706.1991.10484804.",
    )
    one_at_a_time: SomeCount | None = key(
        None,
        meaning="The scenario's own values, and each factor at so many levels with the others as they are.",
        effect="Easy to read; sees nothing that factors do together.",
    )
    points: Text | None = key(
        None,
        meaning="A CSV file of points, a column per factor.",
        effect="Any design of your own, also draws that depend on each other.",
    )

    @model_validator(mode="after")
    def _one(self) -> "DesignFile":
        stated = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(stated) != 1:
            names = ", ".join(type(self).model_fields)
            said = "says nothing" if not stated else "says " + " and ".join(stated)
            problems("DesignFile", [Problem((), said, f"write one of {names}")])
        return self


class OptimiseFile(Model):
    """What ``optimise`` looks for, and how long."""

    budget: Cost | None = key(
        None,
        shown="none",
        meaning="Most that may be spent: the measure spend in all, in the scenario's currency, of all its people over "
        "its horizon, discounted, desks, fixed and acquisition costs included.",
        effect="Settings whose mean spend is higher are not chosen.",
    )
    trials: Trials = key(
        "60",
        meaning="How many settings the search tries, beside the policies as the scenario has them.",
        effect="More find better ones, and take longer; a search can be prolonged.",
    )
    finalists: Finalists = key(
        "5",
        meaning="How many of the best settings of the search go into the selection.",
        effect="More make it less likely that the best is missed, and take longer.",
    )
    free: Text | None = key(
        None,
        shown="none",
        meaning="Why levers may do more at no cost (gain, restore, relevance, match): yes, because …",
        effect="Without it such a lever is refused: the best of what is free is always the most.",
    )

    @field_validator("free")
    @classmethod
    def _reasoned(cls, text: str | None) -> str | None:
        if text is not None and not REASONED.match(text):
            problems("OptimiseFile", [Problem(("free",), "gives no reason", "write yes, because … and the reason")])
        return text


class StudyFile(Model):
    """A study file, before its factors and points are looked at in the light of its scenario."""

    format: Format = key("1", meaning="Version of the format.", effect="Lets later versions read old files.")
    name: str = key("", shown="the file's name", meaning="Title of the study.", effect="Heads its output.")
    scenario: Text = key(
        meaning="The scenario file, seen from the study's folder; it may lie outside it.",
        effect="Everything that is not varied is as it says.",
    )
    policies: tuple[Text, ...] | None = key(
        None, shown="all", meaning="The policies to simulate.", effect="The baseline always runs too."
    )
    levers: Any = key(
        None,
        shown="none",
        meaning="What the firm decides: parameter → range, list or distribution.",
        effect="Analysis asks for their best setting.",
    )
    uncertainties: Any = key(
        None,
        shown="none",
        meaning="What nobody knows: parameter → range, list or distribution.",
        effect="Analysis asks how much they matter.",
    )
    design: DesignFile = key(
        {"grid": "5"}, meaning="Which points are simulated.", effect="More points show more, and take longer."
    )
    optimise: OptimiseFile = key(
        factory=OptimiseFile, meaning="What optimise looks for.", effect="A sweep does not depend on it."
    )
    replications: Replications = key(
        str(DEFAULT_REPLICATIONS),
        meaning="How often each policy is simulated at each point, with different lucks.",
        effect="The same luck returns at every point and under every policy.",
    )
    seed: Seed = key(str(DEFAULT_SEED), meaning="Seed of all draws, and of the design.", effect="Another luck.")
    customers: SomeCount | None = key(
        None,
        shown="the scenario's own number",
        meaning="About how many seed persons to simulate; totals are scaled back.",
        effect="Fewer are faster and noisier.",
    )
