"""Desks, rivals and crises; what is compared and claimed; caps (model §7, §8, §9)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from equitysim.arguments import nearest
from equitysim.measures.registry import MEASURES
from equitysim.scenario.audience import RankingName
from equitysim.scenario.parts import Model, Problem, key, problem, problems
from equitysim.scenario.quantities import (
    At,
    Cost,
    Difference,
    Hours,
    InnerShare,
    Material,
    Patience,
    PerHour,
    Points,
    Share,
    SomeCount,
    Span,
    Spread,
    Text,
)


class Handling(Model):
    """Work on one case."""

    mean: Span = key(
        "10 minutes",
        unit="time",
        range="2 minutes to 1 hour",
        meaning="Mean working time on a case.",
        effect="Six cases fill an hour at the default.",
    )
    spread: Spread = key(
        "50 %",
        unit="coefficient of variation",
        range="0 % to 150 %",
        meaning="How much cases differ; 100 % is exponential.",
        effect="The more they differ, the longer the queue at the same load.",
    )


class Desk(Model):
    """People who answer."""

    agents: SomeCount = key(
        "1",
        unit="people",
        range="1 to 100",
        meaning="How many work at the desk.",
        effect="Each handles one case at a time.",
    )
    hours: Hours = key(
        "40 per week",
        unit="hours per agent",
        range="5 per week to 168 per week",
        source="A working week.",
        meaning="Hours each agent works for this desk; paid whether busy or not.",
        effect="At 6 per week a case of 6 minutes takes 2.8 hours of the calendar.",
    )
    handling: Handling = key(
        factory=Handling, meaning="Work on one case.", effect="With agents and hours it sets the queue."
    )
    patience: Patience = key(
        "3 days",
        unit="time",
        range="1 hour to 14 days, or off",
        meaning="How long a complainant waits for service to begin before walking away.",
        effect="Who walks away counts as unanswered.",
    )
    cost: PerHour = key(
        "0",
        unit="money per hour",
        range="any",
        source="Wages differ; give your own.",
        meaning="Cost of an agent's hour.",
        effect="Paid under policies that use the desk.",
    )
    per_case: Cost = key(
        "0",
        unit="money per case",
        range="any",
        source="Costs differ; give your own.",
        meaning="Cost of each case served.",
        effect="Paid when service begins.",
    )
    order: Literal["first come", "best first"] = key(
        "first come",
        range="first come or best first",
        source="A convention.",
        meaning="Whom the desk serves next.",
        effect="best first lets the best customers pass the queue.",
    )
    by: RankingName | None = key(
        None,
        range="recent_margin, recent_orders or heavy_use",
        shown="recent_margin for best first",
        source="A convention.",
        meaning="What best first ranks by, when the case is opened.",
        effect="As in an audience.",
    )

    @model_validator(mode="after")
    def _ranked(self) -> "Desk":
        if self.by is not None and self.order != "best first":
            problems("Desk", [Problem(("by",), "makes sense with order: best first only", "leave it out")])
        return self


class Rival(Model):
    """A rival's campaign."""

    from_: At = key(
        "0 days",
        alias="from",
        unit="date or time from the start",
        range="any",
        source="The start of the horizon.",
        meaning="When it begins.",
        effect="From then on choices are made against its pressure.",
    )
    until: At | None = key(
        None,
        unit="date or time from the start",
        range="any",
        shown="the horizon",
        origin="derived",
        source="The horizon.",
        meaning="When it ends.",
        effect="Without it the campaign lasts to the end.",
    )
    pressure: Points = key(
        "10",
        unit="points",
        range="5 to 40",
        meaning="Points taken off the choice of those it reaches.",
        effect="10 points lower a choice of 45 % to about 40 %; newcomers feel it more.",
    )
    reach: Share = key(
        "100 %",
        unit="share",
        range="10 % to 100 %",
        meaning="Share of the customers it reaches, at random.",
        effect="At 50 % half of the customers never hear of it.",
    )


class Crisis(Model):
    """A failure that hits many at once and is known at once."""

    at: At = key(
        unit="date or time from the start",
        meaning="When it happens.",
        effect="The firm knows at once of everybody it hits; at the defaults 45 in 100 neutral customers complain.",
    )
    share: Share = key(
        "100 %",
        unit="share of the active buyers",
        range="5 % to 100 %",
        meaning="Share of the active buyers it hits.",
        effect="The larger, the longer the queue at the desk.",
    )
    severity: Points = key(
        "20",
        unit="points",
        range="10 to 60",
        meaning="What it takes away.",
        effect="As the severity of a failure.",
    )


def _known_measure(name: str) -> str:
    if name not in MEASURES:
        near = nearest(name, MEASURES)
        hint = f"did you mean '{near}'?" if near else "write one of " + ", ".join(MEASURES)
        raise problem(f"'{name}' is not a measure", hint)
    return name


MeasureName = Annotated[Text, AfterValidator(_known_measure)]


class Compare(Model):
    """What the policies are compared by."""

    baseline: Text | None = key(
        None,
        range="a policy",
        shown="today if there is one, else the first policy",
        source="A convention.",
        meaning="The policy of the past, which the others are compared with.",
        effect="The history is simulated under it.",
    )
    measure: MeasureName = key(
        "net_value",
        range="a measure",
        source="All money within the horizon, per person: the least that a decision must look at.",
        meaning="What decides.",
        effect="The verdict names the policy that is best by it.",
    )
    matters: Material = key(
        "0",
        unit="of the measure",
        range="any",
        source="Every difference counts until you say otherwise.",
        meaning="Differences smaller than this are ties; 1 % where the measure is a share, 10k in all for net value as "
        "a total.",
        effect="0.20 calls two policies tied that are 10 cents a person apart.",
    )
    confidence: InnerShare = key(
        "95 %",
        unit="share",
        range="90 % to 99 %",
        source="A convention.",
        meaning="Confidence of the intervals and the verdict.",
        effect="At 95 % one interval in twenty misses the truth.",
    )


class Claim(Model):
    """A statement the comparison shall judge."""

    better: Text = key(meaning="The policy said to be better.", effect="One of policies.")
    than: Text = key(meaning="The policy it is said to be better than.", effect="One of policies.")
    measure: MeasureName | None = key(
        None,
        range="a measure",
        shown="the measure of compare",
        source="A convention.",
        meaning="By which measure.",
        effect="As compare's.",
    )
    by: Difference = key(
        "0",
        unit="of the measure",
        range="any",
        source="Better by anything.",
        meaning="By how much at least, written as compare.matters is.",
        effect="The claim holds if the whole interval lies above it.",
    )

    @model_validator(mode="after")
    def _two(self) -> "Claim":
        if self.better == self.than:
            problems("Claim", [Problem(("than",), "is the same policy", "name another one")])
        return self


class Limits(Model):
    """Caps that end a run with an error rather than fill the memory."""

    customers: SomeCount = key(
        "2_000_000",
        unit="people",
        range="any",
        source="About 2 GB of records; a judgement.",
        meaning="Most people one run may hold, the referred included.",
        effect="A runaway of referrals ends here.",
    )
    events: SomeCount = key(
        "200_000_000",
        unit="events",
        range="any",
        source="Some minutes of computing; a judgement.",
        meaning="Most events of one run.",
        effect="A mistyped rate ends here.",
    )
